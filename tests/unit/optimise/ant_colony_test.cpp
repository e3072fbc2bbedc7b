// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <gtest/gtest.h>

#include <sengen/core/error.hpp>
#include <sengen/core/parallel_for.hpp>
#include <sengen/optimise/ant_colony.hpp>

#include "front_problems.hpp"

namespace {

using namespace sengen::optimise;
using namespace front_problems;

// Values of the formula of Schlueter and Gerdts 2010, by hand.
TEST(AntColony, OraclePenalty) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  EXPECT_EQ(oracle_penalty(3, 0, kInfinity), -1);
  EXPECT_EQ(oracle_penalty(3, 2, kInfinity), 2);
  EXPECT_EQ(oracle_penalty(3, 0, 5), -2);
  EXPECT_EQ(oracle_penalty(3, 0.5, 5), 0.5);
  EXPECT_NEAR(oracle_penalty(8, 0, 5), 3 * (1 - 1 / (3 * std::sqrt(3.0))), 1e-14);
  EXPECT_NEAR(oracle_penalty(8, 3, 5), 3, 1e-14);
  // alpha = 1 - 1/(2 sqrt(4/2)), then 1/2 sqrt(1/4).
  EXPECT_NEAR(oracle_penalty(9, 2, 5), 2 + 2 * (1 - 0.5 / std::sqrt(2.0)), 1e-14);
  EXPECT_NEAR(oracle_penalty(6, 4, 5), 0.25 + 0.75 * 4, 1e-14);
  // Continuous where the formula changes.
  EXPECT_NEAR(oracle_penalty(8, 1 - 1e-9, 5), oracle_penalty(8, 1 + 1e-9, 5), 1e-7);
}

TEST(AntColony, SolvesConstrainedFunctions) {
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    const auto narrow = g06(), waves = g08();
    AntColony first(narrow, {.seed = seed}), second(waves, {.seed = seed});
    minimise_ant_colony(narrow, first, {.evaluations = 20000});
    EXPECT_EQ(first.best().residual, 0);
    EXPECT_NEAR(first.best().objective, -6961.8138755802, 0.5) << "seed " << seed;
    EXPECT_GE(first.best().objective, -6961.8138755803) << "seed " << seed;
    EXPECT_EQ(narrow.evaluations, 20000);
    minimise_ant_colony(waves, second, {.evaluations = 5000});
    EXPECT_NEAR(second.best().objective, -0.0958250414, 1e-7) << "seed " << seed;
  }
}

TEST(AntColony, FindsIntegersAndTheNumbersThatBelongToThem) {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    const auto problem = mixed_toy();
    AntColony colony(problem, {.seed = seed});
    minimise_ant_colony(problem, colony, {.evaluations = 20000, .target = 1e-8});
    EXPECT_LE(colony.best().objective, 1e-8) << "seed " << seed;
    EXPECT_EQ(colony.best().x[2], 7);
    EXPECT_EQ(colony.best().x[3], 2);
    EXPECT_LT(colony.evaluations(), 20000);
  }
}

// A valley that no axis follows: the scatter's shape wins, by the median of seeds.
TEST(AntColony, FollowsATurnedValley) {
  const RowProblem valley(cube(6, -5, 5), 1, 0, [](std::span<const double> x, std::span<double> f) {
    f[0] = 0;
    double sum = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
      sum += x[i] - 1;
      f[0] += std::pow(x[i] - 1, 2);
    }
    f[0] = 1e4 * f[0] - (1e4 - 1) * sum * sum / 6;
  });
  const auto median = [&](double share) {
    std::vector<double> values;
    for (std::uint64_t seed = 1; seed <= 9; ++seed) {
      AntColony colony(valley, {.scatter_share = share, .seed = seed});
      minimise_ant_colony(valley, colony, {.evaluations = 12000});
      values.push_back(colony.best().objective);
    }
    std::nth_element(values.begin(), values.begin() + 4, values.end());
    return values[4];
  };
  EXPECT_LT(median(0.5), 0.5 * median(0));
}

TEST(AntColony, TheOracleIsTheBestValueOfTheRunsBefore) {
  const auto problem = g08();
  AntColony colony(problem, {.oracle = -0.01, .seed = 1});
  EXPECT_EQ(colony.oracle(), -0.01);
  minimise_ant_colony(problem, colony, {.evaluations = 20000});
  EXPECT_GT(colony.runs(), 2);
  EXPECT_NEAR(colony.oracle(), -0.0958250414, 1e-9);
}

TEST(AntColony, IsTheSameForAnyThreadsAndInAUsersLoop) {
  const int before = sengen::threads();
  const auto problem = g06();
  std::vector<double> found[2];
  for (const int threads : {1, 3}) {
    sengen::set_threads(threads);
    AntColony colony(problem, {.seed = 4});
    minimise_ant_colony(problem, colony, {.evaluations = 3001});
    EXPECT_EQ(colony.evaluations(), 3001);
    found[threads == 1 ? 0 : 1] = colony.best().x;
  }
  sengen::set_threads(before);
  EXPECT_EQ(found[0], found[1]);
  AntColony own(problem, {.seed = 4});
  while (own.evaluations() < 3001) {
    const auto points = own.ask(static_cast<std::size_t>(3001 - own.evaluations()));
    std::vector<double> values(points.size() / 2 * 3);
    problem.evaluate(points, values);
    own.tell(values);
  }
  EXPECT_EQ(own.best().x, found[0]);
  EXPECT_THROW(own.tell(std::vector<double>{1}), sengen::Error);
  EXPECT_THROW(AntColony(zdt(1, 4), {}), sengen::Error);
}

TEST(AntColony, EndsWhenTold) {
  const auto problem = g08();
  AntColony colony(problem, {});
  int asked = 0;
  minimise_ant_colony(problem, colony, {.should_stop = [&] { return ++asked > 3; }});
  EXPECT_LT(colony.evaluations(), 200);
}

}  // namespace
