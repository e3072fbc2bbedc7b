// SPDX-License-Identifier: Apache-2.0
#include <sengen/optimise/assignment_fronts.hpp>

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include <sengen/core/error.hpp>
#include <sengen/core/parallel_for.hpp>

namespace sengen::optimise {
namespace {

// f2 = a + (1 - sqrt(f1)) of two variables, with a and what f1 may be given by two integers: (1, 2)
// has the left half of the best front and (3, 0) the right one; all others are worse.
class Halves : public Problem {
 public:
  Halves() : box_{{0, 0, 0, 0}, {1, 1, 4.5, 4.5}, {false, false, true, true}} {}
  const Box& box() const override { return box_; }
  std::size_t objectives() const override { return 2; }
  std::size_t constraints() const override { return 1; }
  void evaluate(std::span<const double> points, std::span<double> values) const override {
    for (std::size_t row = 0; 4 * row < points.size(); ++row) {
      const double* x = &points[4 * row];
      const auto a = static_cast<int>(x[2]), b = static_cast<int>(x[3]);
      const bool is_left = a == 1 && b == 2, is_right = a == 3 && b == 0;
      const double above = is_left || is_right ? 0 : 0.2 + 0.1 * (a + b);
      values[3 * row] = x[0] + x[1];
      values[3 * row + 1] = above + 1 - std::sqrt(x[0]) + x[1];
      values[3 * row + 2] = is_left ? 0.5 - x[0] : is_right ? x[0] - 0.5 : 1;
    }
  }

 private:
  Box box_;
};

const AssignmentFrontsOptions kOptions{.search = {.lanes = 4, .evaluations = 2000, .capacity = 200},
                                       .corner = {1, 1},
                                       .levels = {0.2, 0.9},
                                       .promising = 3,
                                       .first_evaluations = 50'000};

TEST(AssignmentFronts, FindsThoseThatTheFrontIsMadeOf) {
  const Halves problem;
  AssignmentFronts search(problem, kOptions);
  for (int i = 0; i < 12; ++i) search.round(parallel::Communicator::self());
  const auto chosen = search.assignments();
  for (const std::vector<double>& half : {std::vector<double>{1, 2}, std::vector<double>{3, 0}}) {
    EXPECT_NE(std::find(chosen.begin(), chosen.end(), half), chosen.end());
  }
  EXPECT_LE(chosen.size(), 6U);
  const std::vector<double> corner = {1, 1};
  EXPECT_GT(hypervolume(search.archive().objectives(), corner), 2.0 / 3 - 0.006);
  for (const FrontPoint& point : search.archive().points()) {
    ASSERT_EQ(point.x.size(), 4U);
    std::vector<double> values(3);
    problem.evaluate(point.x, values);
    EXPECT_EQ(values[0], point.objectives[0]);
    EXPECT_GE(values[2], 0);
  }
}

TEST(AssignmentFronts, IsTheSameForThreadsAndWhereItWasBrokenOff) {
  const Halves problem;
  const int before = threads();
  set_threads(1);
  AssignmentFronts whole(problem, kOptions);
  for (int i = 0; i < 11; ++i) whole.round(parallel::Communicator::self());
  set_threads(2);
  AssignmentFronts first(problem, kOptions);
  for (int i = 0; i < 9; ++i) first.round(parallel::Communicator::self());
  AssignmentFronts second(problem, kOptions);
  second.load(first.to_numbers());
  EXPECT_EQ(second.evaluations(), first.evaluations());
  EXPECT_EQ(second.archive().objectives(), first.archive().objectives());
  for (int i = 0; i < 2; ++i) second.round(parallel::Communicator::self());
  set_threads(before);
  EXPECT_EQ(second.to_numbers(), whole.to_numbers());
  EXPECT_EQ(second.archive().objectives(), whole.archive().objectives());
}

TEST(AssignmentFronts, RefusesNumbersOfSomethingElse) {
  const Halves problem;
  AssignmentFronts search(problem, kOptions);
  for (const std::vector<double>& numbers :
       {std::vector<double>{}, std::vector<double>{1, 2}, std::vector<double>{0, 0, 1},
        std::vector<double>{0, 0, 1, 3, 1, 2, 3, 2, 0, 0}, std::vector<double>{0, 0, 1, 1e300},
        std::vector<double>{0, 0, 1, 0, 3, 0, 0, 1}, std::vector<double>{0, 0, 0, 5},
        std::vector<double>{std::nan(""), 0, 0}, std::vector<double>{0, 0, 1, std::nan("")}}) {
    EXPECT_THROW(search.load(numbers), Error);
  }
  search.load(std::vector<double>{0, 0, 0});
  EXPECT_EQ(search.evaluations(), 0);
  AssignmentFrontsOptions options = kOptions;
  options.levels = {};
  EXPECT_THROW(AssignmentFronts(problem, options), Error);
}

// A stop in the first round leaves nothing.
TEST(AssignmentFronts, AFirstRoundThatWasStoppedIsNone) {
  const Halves problem;
  AssignmentFrontsOptions options = kOptions;
  options.should_stop = [] { return true; };
  AssignmentFronts search(problem, options);
  search.round(parallel::Communicator::self());
  EXPECT_TRUE(search.assignments().empty());
  EXPECT_EQ(search.evaluations(), 0);
}

}  // namespace
}  // namespace sengen::optimise
