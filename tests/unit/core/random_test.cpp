// SPDX-License-Identifier: Apache-2.0
#include <sengen/core/random.hpp>

#include <cmath>
#include <set>

#include <gtest/gtest.h>

namespace sengen {
namespace {

// Known answers of Random123 (tests/kat_vectors, "philox4x32 10").
TEST(Random, GivesTheKnownAnswersOfRandom123) {
  EXPECT_EQ(philox({0, 0, 0, 0}, {0, 0}),
            (PhiloxCounter{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  constexpr std::uint32_t kOnes = 0xffffffff;
  EXPECT_EQ(philox({kOnes, kOnes, kOnes, kOnes}, {kOnes, kOnes}),
            (PhiloxCounter{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  EXPECT_EQ(philox({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}),
            (PhiloxCounter{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

// The same vector asked for by seed, stream and index: the order of the words is fixed for ever.
TEST(Random, PutsIndexAndStreamInTheCounterAndTheSeedInTheKey) {
  const Random random(0x299f31d0a4093822, 0x0370734413198a2e);
  const std::uint64_t index = 0x85a308d3243f6a88;
  EXPECT_EQ(random.bits(index), (PhiloxCounter{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
  EXPECT_EQ(random.uniform(index), static_cast<double>(0x94fdccebd16cfe09 >> 11) * 0x1p-53);
  EXPECT_EQ(random.uniform_float(index), static_cast<float>(0xd16cfe) * 0x1p-24F);
}

TEST(Random, DiffersBySeedStreamAndIndex) {
  std::set<PhiloxCounter> seen;
  for (std::uint64_t seed = 0; seed < 4; ++seed) {
    for (std::uint64_t stream = 0; stream < 4; ++stream) {
      for (std::uint64_t index = 0; index < 4; ++index) {
        seen.insert(Random(seed, stream).bits(index));
        seen.insert(Random(seed, stream).bits(index << 40));
      }
    }
  }
  EXPECT_EQ(seen.size(), 4U * 4U * 7U);  // index 0 twice
}

// Expected deviations of the means of n values, times five.
TEST(Random, IsUniformInTheUnitInterval) {
  constexpr int kCount = 200000;
  const Random random(1);
  double sum = 0;
  double squares = 0;
  double float_sum = 0;
  for (int i = 0; i < kCount; ++i) {
    const double value = random.uniform(static_cast<std::uint64_t>(i));
    const float single = random.uniform_float(static_cast<std::uint64_t>(i));
    ASSERT_TRUE(value >= 0 && value < 1 && single >= 0 && single < 1);
    sum += value;
    squares += value * value;
    float_sum += static_cast<double>(single);
  }
  EXPECT_NEAR(sum / kCount, 0.5, 5 / std::sqrt(12.0 * kCount));
  EXPECT_NEAR(float_sum / kCount, 0.5, 5 / std::sqrt(12.0 * kCount));
  EXPECT_NEAR(squares / kCount, 1.0 / 3, 5 * std::sqrt(4.0 / 45 / kCount));
}

TEST(Random, IsNormalInItsFirstFourMoments) {
  constexpr int kCount = 200000;
  const Random random(2);
  double moments[4] = {};
  double neighbours = 0;
  double previous = 0;
  for (int i = 0; i < kCount; ++i) {
    const double value = random.normal(static_cast<std::uint64_t>(i));
    ASSERT_LT(std::abs(value), 8.6);
    double power = 1;
    for (double& moment : moments) moment += power *= value;
    neighbours += value * previous;
    previous = value;
  }
  const double five = 5 / std::sqrt(static_cast<double>(kCount));
  EXPECT_NEAR(moments[0] / kCount, 0, five);
  EXPECT_NEAR(moments[1] / kCount, 1, five * std::sqrt(2.0));
  EXPECT_NEAR(moments[2] / kCount, 0, five * std::sqrt(15.0));
  EXPECT_NEAR(moments[3] / kCount, 3, five * std::sqrt(96.0));
  EXPECT_NEAR(neighbours / kCount, 0, five);
}

}  // namespace
}  // namespace sengen
