// SPDX-License-Identifier: Apache-2.0
#include <sengen/train/permutation.hpp>

#include <algorithm>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace sengen::train {
namespace {

std::vector<std::uint64_t> all_of(const Permutation& order, std::uint64_t count) {
  std::vector<std::uint64_t> list;
  for (std::uint64_t place = 0; place < count; ++place) list.push_back(order(place));
  return list;
}

RC_GTEST_PROP(Permutation, HoldsEveryNumberOnce, ()) {
  const auto count = *rc::gen::inRange<std::uint64_t>(1, 2000);
  auto list = all_of(Permutation(count, *rc::gen::arbitrary<std::uint64_t>(),
                                 *rc::gen::inRange<std::uint64_t>(0, 1000)),
                     count);
  std::sort(list.begin(), list.end());
  for (std::uint64_t i = 0; i < count; ++i) RC_ASSERT(list[i] == i);
}

TEST(Permutation, DiffersBetweenSeedsAndEpochs) {
  constexpr std::uint64_t kCount = 288;
  const auto first = all_of(Permutation(kCount, 1, 0), kCount);
  EXPECT_EQ(first, all_of(Permutation(kCount, 1, 0), kCount));
  EXPECT_NE(first, all_of(Permutation(kCount, 1, 1), kCount));
  EXPECT_NE(first, all_of(Permutation(kCount, 2, 0), kCount));
}

// Every number should stand at every place equally often: chi-squared over many epochs.
TEST(Permutation, IsEven) {
  constexpr std::uint64_t kCount = 10;
  constexpr std::uint64_t kEpochs = 20000;
  std::vector<double> counts(kCount * kCount, 0);
  for (std::uint64_t epoch = 0; epoch < kEpochs; ++epoch) {
    const Permutation order(kCount, 5, epoch);
    for (std::uint64_t place = 0; place < kCount; ++place) ++counts[place * kCount + order(place)];
  }
  const double expected = static_cast<double>(kEpochs) / kCount;
  double chi_squared = 0;
  for (const double count : counts) {
    chi_squared += (count - expected) * (count - expected) / expected;
  }
  // 81 degrees of freedom: mean 81, standard deviation 12.7.
  EXPECT_LT(chi_squared, 81 + 5 * 12.7);
}

}  // namespace
}  // namespace sengen::train
