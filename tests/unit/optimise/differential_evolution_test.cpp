// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <sengen/optimise/differential_evolution.hpp>

#include "functions.hpp"

namespace {

using namespace sengen::optimise;
using namespace sengen::optimise::test;

constexpr DeStrategy kAll[] = {DeStrategy::kRand1, DeStrategy::kBest1, DeStrategy::kMixed,
                               DeStrategy::kSelfAdaptive};

TEST(DifferentialEvolution, FindsTheLeastOfSmoothAndBrokenFunctions) {
  for (const DeStrategy strategy : kAll) {
    SCOPED_TRACE(static_cast<int>(strategy));
    const Counted smooth(cube(6, -5, 4), sphere);
    DifferentialEvolution first(smooth.box(), {.strategy = strategy});
    EXPECT_LT(minimise(smooth, first, {.evaluations = 20'000}).best.value, 1e-9);
    const Counted valley(cube(4, -2, 3), rosenbrock);
    DifferentialEvolution second(valley.box(), {.strategy = strategy, .population = 30});
    EXPECT_LT(minimise(valley, second, {.evaluations = 40'000}).best.value, 1e-6);
    const Counted broken(cube(6, -5, 4), steps);
    DifferentialEvolution third(broken.box(), {.strategy = strategy});
    EXPECT_EQ(minimise(broken, third, {.evaluations = 20'000, .target = 0}).best.value, 0);
  }
}

TEST(DifferentialEvolution, ReachesABound) {
  for (const DeStrategy strategy : kAll) {
    const Counted problem(cube(5, -2, 2), beyond);
    DifferentialEvolution search(problem.box(), {.strategy = strategy});
    const Outcome outcome = minimise(problem, search, {.evaluations = 20'000});
    EXPECT_NEAR(outcome.best.value, 5, 1e-4) << static_cast<int>(strategy);
  }
}

TEST(DifferentialEvolution, FindsTheGlobalMinimumOfRastriginThatAxesSeparate) {
  const Counted problem(cube(5, -5, 4), rastrigin);
  DifferentialEvolution search(problem.box(), {.strategy = DeStrategy::kSelfAdaptive});
  EXPECT_LT(minimise(problem, search, {.evaluations = 40'000}).best.value, 1e-6);
}

TEST(DifferentialEvolution, DependsOnItsSeedAlone) {
  const Counted problem(cube(5, -5, 4), rastrigin);
  const auto best = [&](std::uint64_t seed, std::uint64_t stream) {
    DifferentialEvolution search(problem.box(), {.seed = seed, .stream = stream});
    return minimise(problem, search, {.evaluations = 777}).best.x;
  };
  EXPECT_EQ(best(1, 0), best(1, 0));
  EXPECT_NE(best(1, 0), best(2, 0));
  EXPECT_NE(best(1, 0), best(1, 1));
}

TEST(DifferentialEvolution, EndsOrBeginsAnewWhenConverged) {
  const Counted problem(cube(3, -5, 4), sphere);
  DifferentialEvolution once(problem.box(), {.restarts = false});
  EXPECT_EQ(minimise(problem, once, {.evaluations = 1'000'000}).end, End::kFinished);
  EXPECT_EQ(once.convergences(), 1);
  DifferentialEvolution again(problem.box(), {});
  EXPECT_EQ(minimise(problem, again, {.evaluations = 20'000}).end, End::kEvaluations);
  EXPECT_GT(again.convergences(), 2);
}

TEST(DifferentialEvolution, HasItsStartInTheFirstPopulation) {
  const Counted problem(cube(3, -5, 4), sphere);
  DifferentialEvolution search(problem.box(), {.start = {0.1, -9, 0.2}});
  EXPECT_EQ(std::vector<double>(search.ask().begin(), search.ask().begin() + 3),
            (std::vector<double>{0.1, -5, 0.2}));
}

}  // namespace
