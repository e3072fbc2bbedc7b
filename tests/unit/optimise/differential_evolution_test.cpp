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

// Successes are made use of within a generation, and followed: fewer evaluations for the same.
TEST(DifferentialEvolution, BlocksAndFollowersAreFaster) {
  const Counted problem(cube(6, -5, 4), rosenbrock);
  const auto needed = [&](std::size_t block, bool follows) {
    std::int64_t sum = 0;
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
      DifferentialEvolution search(problem.box(), {.strategy = DeStrategy::kBest1,
                                                   .population = 31,
                                                   .weight = 0.5,
                                                   .alternates = true,
                                                   .block = block,
                                                   .follows = follows,
                                                   .seed = seed});
      sum += minimise(problem, search, {.evaluations = 50'000, .target = 1e-3}).evaluations;
      if (block > 0) {
        EXPECT_LE(search.batch_size(), block);
      }
    }
    return sum;
  };
  const auto whole = needed(0, false), blocks = needed(8, false), followed = needed(8, true);
  EXPECT_LT(blocks, whole);
  EXPECT_LT(followed, blocks);
}

TEST(DifferentialEvolution, HasItsStartInTheFirstPopulation) {
  const Counted problem(cube(3, -5, 4), sphere);
  DifferentialEvolution search(problem.box(), {.start = {0.1, -9, 0.2}});
  EXPECT_EQ(std::vector<double>(search.ask().begin(), search.ask().begin() + 3),
            (std::vector<double>{0.1, -5, 0.2}));
}

}  // namespace
