// SPDX-License-Identifier: Apache-2.0
#include <sengen/optimise/assignment_retry.hpp>

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include <sengen/core/parallel_for.hpp>
#include <sengen/optimise/promising_assignments.hpp>

namespace sengen::optimise {
namespace {

// Rastrigin's function of three variables, and two integers: (4, 1) has the least value, 0, in a
// narrow valley; (2, 2) is deceptive: 0.5, in a wide one.
class Deceptive : public Problem {
 public:
  Deceptive() : box_{{-5, 0, -5, 0, -5}, {4, 5.9, 4, 5.9, 4}, {false, true, false, true, false}} {}
  const Box& box() const override { return box_; }
  void evaluate(std::span<const double> points, std::span<double> values) const override {
    for (std::size_t k = 0; k < values.size(); ++k) {
      const double* x = &points[5 * k];
      const auto a = static_cast<int>(x[1]), b = static_cast<int>(x[3]);
      const double square = x[0] * x[0] + x[2] * x[2] + x[4] * x[4];
      if (a == 2 && b == 2) {
        values[k] = 0.5 + 0.1 * square;
        continue;
      }
      double waves = 3;
      for (const int i : {0, 2, 4}) waves -= std::cos(2 * M_PI * x[i]);
      values[k] = 2 * (std::abs(a - 4) + std::abs(b - 1)) + square + 3 * waves;
    }
  }

 private:
  Box box_;
};

TEST(AssignmentRetry, IsNotCaughtByADeceptiveAssignment) {
  const Deceptive problem;
  const auto promising = promising_assignments(problem, {.count = 4, .evaluations = 40'000});
  ASSERT_EQ(promising.integers.size(), 4U);
  EXPECT_NE(std::ranges::find(promising.integers, std::vector<double>{2, 2}),
            promising.integers.end());
  EXPECT_LE(promising.evaluations, 45'000);
  RetryState state;
  coordinated_retry(problem, {.lanes = 4, .runs = 400, .target = 1e-6}, state,
                    parallel::Communicator::self(), {}, assignment_runner(promising.integers));
  EXPECT_LE(state.best.value, 1e-6);
  EXPECT_EQ(state.best.x[1], 4);
  EXPECT_EQ(state.best.x[3], 1);
}

TEST(AssignmentRetry, DependsOnItsSeedAlone) {
  const Deceptive problem;
  const int before = threads();
  std::vector<std::vector<double>> ends;
  for (const int count : {1, 2}) {
    set_threads(count);
    const auto promising = promising_assignments(problem, {.count = 3, .evaluations = 20'000});
    RetryState state;
    coordinated_retry(problem, {.lanes = 4, .runs = 60}, state, parallel::Communicator::self(), {},
                      assignment_runner(promising.integers));
    ends.push_back(state.to_numbers());
  }
  set_threads(before);
  EXPECT_EQ(ends[0], ends[1]);
}

// Candidates narrow the choice.
TEST(AssignmentRetry, ChoosesAmongCandidates) {
  const Deceptive problem;
  Box candidates = problem.box();
  candidates.lower[1] = 4;
  const auto promising = promising_assignments(
      problem, {.candidates = candidates, .count = 20, .evaluations = 20'000});
  EXPECT_EQ(promising.integers.size(), 12U);
  for (const auto& integers : promising.integers) EXPECT_GE(integers[0], 4);
}

}  // namespace
}  // namespace sengen::optimise
