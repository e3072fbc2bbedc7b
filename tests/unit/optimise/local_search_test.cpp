// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <sengen/optimise/compass_search.hpp>
#include <sengen/optimise/nelder_mead.hpp>
#include <sengen/optimise/polish.hpp>
#include <sengen/optimise/projected_lbfgs.hpp>

#include "functions.hpp"

namespace {

using namespace sengen::optimise;
using namespace sengen::optimise::test;

TEST(NelderMead, FindsAMinimumNearby) {
  const Counted valley(cube(6, -3, 3), rosenbrock);
  NelderMead search(valley.box(), {.start = std::vector<double>(6, -0.5), .edge = 0.1});
  const Outcome outcome = minimise(valley, search, {.evaluations = 20'000});
  EXPECT_EQ(outcome.end, End::kFinished);
  EXPECT_LT(outcome.best.value, 1e-15);
  EXPECT_LT(outcome.evaluations, 6000);

  const Counted edge(cube(4, -2, 2), beyond);
  NelderMead other(edge.box(), {.edge = 0.1});
  EXPECT_NEAR(minimise(edge, other, {.evaluations = 20'000}).best.value, 4, 1e-6);
}

TEST(NelderMead, WorksInOneDimensionAndFromACorner) {
  const Counted problem(cube(1, -5, 4), sphere);
  NelderMead search(problem.box(), {.start = {4}});
  EXPECT_LT(minimise(problem, search, {.evaluations = 1000}).best.value, 1e-15);
}

TEST(CompassSearch, FindsAMinimumNearbyOfBrokenFunctionsToo) {
  const Counted smooth(cube(4, -5, 4), sphere);
  CompassSearch first(smooth.box(), {.start = {3, -3, 2, 1}});
  const Outcome outcome = minimise(smooth, first, {.evaluations = 10'000});
  EXPECT_EQ(outcome.end, End::kFinished);
  EXPECT_LT(outcome.best.value, 4 * 9e-6 * 9e-6);
  const Counted broken(cube(4, -5, 4), steps);
  CompassSearch second(broken.box(), {.start = {3, -3, 2, 1}});
  EXPECT_EQ(minimise(broken, second, {.evaluations = 10'000}).best.value, 0);
  const Counted edge(cube(4, -2, 2), beyond);
  CompassSearch third(edge.box(), {});
  EXPECT_EQ(minimise(edge, third, {.evaluations = 10'000}).best.value, 4);
}

TEST(ProjectedLbfgs, FindsTheValleyOfRosenbrockInFewEvaluations) {
  const Counted problem(cube(10, -3, 3), rosenbrock, rosenbrock_slopes);
  ProjectedLbfgs search(problem.box(), {.start = std::vector<double>(10, -1.1)});
  const Outcome outcome = minimise(problem, search, {.evaluations = 1000});
  EXPECT_EQ(outcome.end, End::kFinished);
  EXPECT_LT(outcome.best.value, 1e-18);
  EXPECT_LT(outcome.evaluations, 200);
}

TEST(ProjectedLbfgs, EndsOnTheBoundsThatHoldItBack) {
  // Ill-conditioned, coupled, and pressed against five of its bounds.
  const auto value = [](std::span<const double> x) {
    double sum = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
      const double target = i % 2 == 0 ? 3 : 0.5;
      const double scale = std::pow(10.0, static_cast<double>(i) / 3);
      sum += scale * (x[i] - target) * (x[i] - target);
      if (i > 0) sum += 0.5 * (x[i] - x[i - 1]) * (x[i] - x[i - 1]);
    }
    return sum;
  };
  const auto slopes = [](std::span<const double> x, std::span<double> slope) {
    std::fill(slope.begin(), slope.end(), 0.0);
    for (std::size_t i = 0; i < x.size(); ++i) {
      const double target = i % 2 == 0 ? 3 : 0.5;
      const double scale = std::pow(10.0, static_cast<double>(i) / 3);
      slope[i] += 2 * scale * (x[i] - target);
      if (i == 0) continue;
      slope[i] += x[i] - x[i - 1];
      slope[i - 1] -= x[i] - x[i - 1];
    }
  };
  const Counted problem(cube(10, -1, 1), value, slopes);
  ProjectedLbfgs search(problem.box(), {.start = std::vector<double>(10, -0.9)});
  const Outcome outcome = minimise(problem, search, {.evaluations = 2000});
  EXPECT_EQ(outcome.end, End::kFinished);
  EXPECT_LT(outcome.evaluations, 200);
  std::vector<double> slope(10);
  slopes(outcome.best.x, slope);
  for (std::size_t i = 0; i < 10; ++i) {
    if (i % 2 == 0) {
      EXPECT_EQ(outcome.best.x[i], 1);
      EXPECT_LT(slope[i], 0);
    } else {
      EXPECT_NEAR(slope[i], 0, 1e-6);
    }
  }
}

TEST(Polish, GoesToTheLastDigits) {
  const Counted with(cube(8, -3, 3), rosenbrock, rosenbrock_slopes);
  const std::vector<double> start(8, 0.99);
  const Outcome by_gradients = polish(with, start);
  EXPECT_LT(by_gradients.best.value, 1e-24);
  EXPECT_EQ(by_gradients.evaluations, with.evaluations);
  const Counted without(cube(8, -3, 3), rosenbrock);
  EXPECT_LT(polish(without, start).best.value, 1e-20);
  EXPECT_EQ(without.outside, 0);
}

TEST(Polish, IsNotHeldUpByKinksAndBounds) {
  // Largest of linear functions: no gradient at the minimum, where simplices collapse.
  const auto kinks = [](std::span<const double> x) {
    double largest = 1;
    for (std::size_t i = 0; i < x.size(); ++i) {
      largest = std::max(largest, 1 + std::abs(x[i] - 0.1) * static_cast<double>(i + 1));
    }
    return largest;
  };
  const Counted problem(cube(4, -1, 1), kinks);
  EXPECT_NEAR(polish(problem, std::vector<double>{0.11, 0.09, 0.105, 0.1}).best.value, 1, 1e-9);
  const Counted edge(cube(4, -2, 2), beyond);
  EXPECT_EQ(polish(edge, std::vector<double>(4, 1.99)).best.value, 4);
}

TEST(Polish, LeavesIntegersAndNeverLoses) {
  Box box = cube(3, 0, 5);
  box.is_integer = {false, true, false};
  const Counted problem(box, [](std::span<const double> x) {
    return sphere(x) + 10 * std::abs(std::floor(x[1]) - 2);
  });
  const Outcome outcome = polish(problem, std::vector<double>{1e-3, 3.9, 1e-3});
  EXPECT_EQ(outcome.best.x[1], 3);
  EXPECT_NEAR(outcome.best.value, 19, 1e-12);
  const std::vector<double> best(3, 0.0);
  EXPECT_EQ(polish(problem, best, {.evaluations = 1}).best.value, 20);
  EXPECT_EQ(polish(problem, best, {.evaluations = 100}).evaluations, 100);
}

}  // namespace
