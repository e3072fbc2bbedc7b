// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <sengen/core/error.hpp>
#include <sengen/optimise/constrained_descent.hpp>

#include "front_problems.hpp"

namespace {

using namespace sengen::optimise;
using namespace front_problems;

// Nocedal and Wright, example 16.4: (q1 - 1)^2 + (q2 - 2.5)^2, least at (1.4, 1.7), multiplier 0.8.
TEST(ConstrainedDescent, SolvesAQuadraticProgramme) {
  std::vector<double> multipliers;
  const auto q = solve_quadratic(std::vector<double>{2, 0, 0, 2}, std::vector<double>{-2, -5},
                                 std::vector<double>{1, -2, -1, -2, -1, 2, 1, 0, 0, 1},
                                 std::vector<double>{-2, -6, -2, 0, 0}, multipliers);
  EXPECT_NEAR(q[0], 1.4, 1e-8);
  EXPECT_NEAR(q[1], 1.7, 1e-8);
  EXPECT_NEAR(multipliers[0], 0.8, 1e-8);
  for (std::size_t i = 1; i < 5; ++i) EXPECT_EQ(multipliers[i], 0);
  EXPECT_THROW(
      solve_quadratic(std::vector<double>{1}, std::vector<double>{1, 2}, {}, {}, multipliers),
      sengen::Error);
}

// Hock and Schittkowski 1981, problem 43 (Rosen and Suzuki): -44 at (0, 1, 2, -1), two of three
// constraints active.
TEST(ConstrainedDescent, EndsOnTwoConstraintsOfThree) {
  const RowProblem problem(
      cube(4, -10, 10), 1, 3, [](std::span<const double> x, std::span<double> f) {
        const double a = x[0] * x[0], b = x[1] * x[1], c = x[2] * x[2], d = x[3] * x[3];
        f[0] = a + b + 2 * c + d - 5 * x[0] - 5 * x[1] - 21 * x[2] + 7 * x[3];
        f[1] = 8 - a - b - c - d - x[0] + x[1] - x[2] + x[3];
        f[2] = 10 - a - 2 * b - c - 2 * d + x[0] + x[3];
        f[3] = 5 - 2 * a - b - c - 2 * x[0] + x[1] + x[3];
      });
  for (const double start : {-5.0, 0.0, 5.0}) {
    const auto result = descend(problem, std::vector<double>(4, start), {});
    EXPECT_TRUE(result.feasible);
    EXPECT_NEAR(result.values[0], -44, 1e-6) << start;
    EXPECT_NEAR(result.x[3], -1, 1e-3) << start;
  }
  problem.evaluations = 0;
  EXPECT_EQ(descend(problem, std::vector<double>(4, 1), {}).evaluations, problem.evaluations);
}

TEST(ConstrainedDescent, FollowsACurvedValley) {
  const RowProblem rosenbrock(
      cube(4, -5, 5), 1, 0, [](std::span<const double> x, std::span<double> f) {
        f[0] = 0;
        for (std::size_t i = 0; i + 1 < x.size(); ++i) {
          f[0] += 100 * std::pow(x[i + 1] - x[i] * x[i], 2) + std::pow(1 - x[i], 2);
        }
      });
  EXPECT_LT(
      descend(rosenbrock, std::vector<double>{-1.2, 1, -1.2, 1}, {.max_iterations = 200}).values[0],
      1e-8);
}

// ZDT1 with f1 <= 0.25: f2 = 0.5.
TEST(ConstrainedDescent, KeepsALimitOfAnotherObjective) {
  const auto problem = zdt(1, 5);
  FrontArchive archive;
  const auto result = descend(problem, std::vector<double>{0.8, 0.3, 0.2, 0.5, 0.7},
                              {.objective = 1, .limits = {0.25, 1e300 * 1e10}}, &archive);
  EXPECT_TRUE(result.feasible);
  EXPECT_LE(result.values[0], 0.25);
  EXPECT_NEAR(result.values[1], 0.5, 1e-7);
  EXPECT_GT(archive.size(), 1U);
}

TEST(ConstrainedDescent, LeavesIntegersAndStaysInTheBox) {
  const auto problem = mixed_toy();
  const auto result = descend(problem, std::vector<double>{-5, 5, 7.9, 2}, {});
  EXPECT_NEAR(result.values[0], 0, 1e-12);
  EXPECT_EQ(result.x[2], 7);
  const RowProblem corner(cube(2, 1, 2), 1, 0, [](std::span<const double> x, std::span<double> f) {
    EXPECT_GE(std::min(x[0], x[1]), 1);
    f[0] = x[0] + 2 * x[1];
  });
  EXPECT_NEAR(descend(corner, std::vector<double>{2, 2}, {}).values[0], 3, 1e-9);
  EXPECT_THROW(descend(corner, std::vector<double>{2}, {}), sengen::Error);
}

}  // namespace
