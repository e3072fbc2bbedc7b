// SPDX-License-Identifier: Apache-2.0
#include <sengen/train/loader.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>

#include <gtest/gtest.h>
#include <torch/types.h>

#include <sengen/core/error.hpp>

namespace sengen::train {
namespace {

// Sample i is the number i.
class Numbers : public Dataset {
 public:
  explicit Numbers(std::int64_t count) : count_(count) {}
  std::int64_t size() const override { return count_; }
  Batch load(std::span<const std::int64_t> samples) const override {
    ++loads;
    for (const std::int64_t sample : samples) {
      if (sample == damaged) throw Error(ErrorKind::kInput, "a sample is damaged");
    }
    return {at::tensor(at::ArrayRef(samples.data(), samples.size()), at::kLong)};
  }
  std::int64_t damaged = -1;
  mutable std::atomic<int> loads = 0;

 private:
  std::int64_t count_;
};

std::vector<std::int64_t> values_of(const Batch& batch) {
  const auto* data = batch[0].const_data_ptr<std::int64_t>();
  return {data, data + batch[0].numel()};
}

parallel::Communicator alone() { return parallel::Communicator::self(); }

TEST(Loader, ShowsEverySampleOnceAnEpoch) {
  const Numbers numbers(12);
  Loader loader(numbers, {.batch = 5, .seed = 3}, alone());
  std::vector<std::int64_t> seen;
  for (std::int64_t batch = 0; batch < 12; ++batch) {
    const auto part = values_of(loader.take(batch));
    EXPECT_EQ(part.size(), 5U);
    seen.insert(seen.end(), part.begin(), part.end());
  }
  for (std::ptrdiff_t epoch = 0; epoch < 5; ++epoch) {
    std::vector<std::int64_t> one(seen.begin() + 12 * epoch, seen.begin() + 12 * (epoch + 1));
    std::sort(one.begin(), one.end());
    for (std::int64_t i = 0; i < 12; ++i) EXPECT_EQ(one[static_cast<std::size_t>(i)], i);
  }
}

TEST(Loader, GoesAnywhere) {
  const Numbers numbers(100);
  Loader loader(numbers, {.batch = 8, .seed = 4}, alone());
  const auto tenth = values_of(loader.take(10));
  EXPECT_EQ(tenth, loader.samples_of(10));
  EXPECT_EQ(values_of(loader.take(11)), loader.samples_of(11));
  EXPECT_EQ(values_of(loader.take(0)), loader.samples_of(0));
  EXPECT_EQ(values_of(loader.take(10)), tenth);
}

TEST(Loader, LoadsAhead) {
  const Numbers numbers(100);
  Loader loader(numbers, {.batch = 8, .ahead = 3}, alone());
  loader.take(0);
  for (int n = 0; n < 200 && numbers.loads < 4; ++n) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  EXPECT_EQ(numbers.loads, 4);
}

TEST(Loader, HandsOnWhatTheDatasetThrows) {
  Numbers numbers(20);
  numbers.damaged = 7;
  Loader loader(numbers, {.batch = 20}, alone());
  EXPECT_THROW(loader.take(0), Error);
}

TEST(Loader, RefusesImpossibleBatches) {
  const Numbers numbers(20);
  EXPECT_THROW(Loader(numbers, {.batch = 21}, alone()), Error);
  EXPECT_THROW(Loader(numbers, {.batch = 0}, alone()), Error);
}

}  // namespace
}  // namespace sengen::train
