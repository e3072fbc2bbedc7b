// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <sengen/core/error.hpp>
#include <sengen/optimise/kinked_descent.hpp>

#include "front_problems.hpp"

namespace {

using namespace sengen::optimise;
using namespace front_problems;

// Steep sums of absolute values in turned axes: every minimum is a kink.
void kinks(std::span<const double> x, std::span<double> f) {
  f[0] = 0;
  double weight = 1;
  for (std::size_t i = 0; i < x.size(); ++i) {
    double sum = -0.3;
    for (std::size_t j = 0; j <= i; ++j) sum += x[j];
    f[0] += weight * std::abs(sum);
    weight *= 3;
  }
}

TEST(KinkedDescent, FindsTheCornerWhereSlopesMislead) {
  const RowProblem problem(cube(5, -1, 1), 1, 0, kinks);
  const std::vector<double> start = {-0.5, 0.3, 0.2, -0.4, 0.1};
  const auto smooth = descend(problem, start, {});
  problem.evaluations = 0;
  const auto kinked = descend_kinked(problem, start, {.first_step = 0.1, .evaluations = 8000});
  EXPECT_LT(kinked.values[0], 1e-7);
  EXPECT_LT(kinked.values[0], smooth.values[0]);
  EXPECT_EQ(kinked.evaluations, problem.evaluations);
  EXPECT_NEAR(kinked.x[0], 0.3, 1e-7);
}

TEST(KinkedDescent, KeepsConstraintsLimitsAndIntegers) {
  Box box = cube(4, -1, 1);
  box.upper[3] = 5;
  box.is_integer = {false, false, false, true};
  // Of the first three numbers, with their sum at most 0.2 and the first at most 0.1.
  const RowProblem problem(box, 2, 1, [](std::span<const double> x, std::span<double> f) {
    EXPECT_EQ(x[3], 2);
    f[0] = std::abs(x[0] - 0.5) + std::abs(x[1] - 0.3) + 3 * std::abs(x[2] - 0.1);
    f[1] = x[0];
    f[2] = 0.2 - x[0] - x[1] - x[2];
  });
  FrontArchive archive;
  const auto result =
      descend_kinked(problem, std::vector<double>{-0.9, -0.9, -0.9, 2.5},
                     {.limits = {1e300, 0.1}, .first_step = 0.1, .evaluations = 6000}, &archive);
  EXPECT_TRUE(result.feasible);
  // Both limits bind: x = (0.1 - t, t, 0.1), all the same; |x0 - 0.5| + |x1 - 0.3| = 0.7.
  EXPECT_NEAR(result.values[0], 0.7, 1e-6);
  EXPECT_LE(result.values[1], 0.1);
  EXPECT_GE(result.values[2], 0);
  EXPECT_GT(archive.size(), 0U);
  EXPECT_THROW(descend_kinked(problem, std::vector<double>{1}, {}), sengen::Error);
}

}  // namespace
