// SPDX-License-Identifier: Apache-2.0
#include <atomic>
#include <vector>

#include <gtest/gtest.h>

#include <sengen/core/error.hpp>
#include <sengen/core/exact_sum.hpp>
#include <sengen/core/parallel_for.hpp>

namespace sengen {
namespace {

class Threads : public ::testing::TestWithParam<int> {
 protected:
  void SetUp() override { set_threads(GetParam()); }
  void TearDown() override { set_threads(1); }
};

TEST_P(Threads, VisitEveryIndexOnce) {
  for (const int count : {0, 1, 2, 3, 7, 1000}) {
    std::vector<std::atomic<int>> visits(static_cast<std::size_t>(count));
    parallel_for(0, count, [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
      for (std::ptrdiff_t i = begin; i < end; ++i) ++visits[static_cast<std::size_t>(i)];
    });
    for (const auto& visit : visits) EXPECT_EQ(visit, 1);
  }
}

TEST_P(Threads, BringExceptionsHome) {
  const auto failing = [](std::ptrdiff_t begin, std::ptrdiff_t) {
    throw Error(ErrorKind::kNumerics, "at " + std::to_string(begin));
  };
  try {
    parallel_for(5, 100, failing);
    FAIL() << "the exception was lost";
  } catch (const Error& error) {
    EXPECT_EQ(error.message(), "at 5") << "the first piece speaks";
  }
}

TEST_P(Threads, RunNestedLoopsSerially) {
  std::atomic<int> sum{0};
  parallel_for(0, 8, [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
    for (std::ptrdiff_t i = begin; i < end; ++i) {
      parallel_for(0, 10,
                   [&](std::ptrdiff_t b, std::ptrdiff_t e) { sum += static_cast<int>(e - b); });
    }
  });
  EXPECT_EQ(sum, 80);
}

INSTANTIATE_TEST_SUITE_P(Counts, Threads, ::testing::Values(1, 2, 4));

TEST(SetThreads, RefusesZero) { EXPECT_THROW(set_threads(0), Error); }

TEST(ExactSum, DoesNotDependOnTheOrder) {
  const std::vector<double> terms = {0.1, -1e5, 3.14159, 1e-9, 1e5, 2.0 / 3};
  std::int64_t forward = 0;
  std::int64_t backward = 0;
  for (std::size_t i = 0; i < terms.size(); ++i) {
    forward += to_exact(terms[i]);
    backward += to_exact(terms[terms.size() - 1 - i]);
  }
  EXPECT_EQ(forward, backward);
  EXPECT_NEAR(from_exact(forward), 0.1 + 3.14159 + 1e-9 + 2.0 / 3, 1e-11);
}

}  // namespace
}  // namespace sengen
