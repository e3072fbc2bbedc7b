// SPDX-License-Identifier: Apache-2.0
#include <limits>
#include <memory>
#include <vector>

#include <gtest/gtest.h>

#include <sengen/core/error.hpp>
#include <sengen/optimise/basin_hopping.hpp>
#include <sengen/optimise/cma_es.hpp>
#include <sengen/optimise/compass_search.hpp>
#include <sengen/optimise/differential_evolution.hpp>
#include <sengen/optimise/nelder_mead.hpp>
#include <sengen/optimise/projected_lbfgs.hpp>

#include "functions.hpp"

namespace {

using namespace sengen::optimise;
using namespace sengen::optimise::test;

using Make = std::function<std::unique_ptr<Search>(const Box&)>;

template <class Kind, class Options>
Make maker(Options options) {
  return [options](const Box& box) { return std::make_unique<Kind>(box, options); };
}

// Every kind of search there is.
const std::vector<std::pair<std::string, Make>>& all() {
  using Evolution = DifferentialEvolutionOptions;
  static const std::vector<std::pair<std::string, Make>> kinds = {
      {"rand1", maker<DifferentialEvolution>(Evolution{.strategy = DeStrategy::kRand1})},
      {"best1", maker<DifferentialEvolution>(Evolution{.strategy = DeStrategy::kBest1})},
      {"mixed", maker<DifferentialEvolution>(Evolution{.patience = 20})},
      {"blocks", maker<DifferentialEvolution>(
                     Evolution{.scatters = true, .patience = 20, .block = 3, .follows = true})},
      {"adaptive", maker<DifferentialEvolution>(Evolution{.strategy = DeStrategy::kSelfAdaptive})},
      {"adaptive block",
       maker<DifferentialEvolution>(Evolution{.strategy = DeStrategy::kSelfAdaptiveBlock})},
      {"cma-es", maker<CmaEs>(CmaEsOptions{})},
      {"ipop", maker<CmaEs>(CmaEsOptions{.restarts = CmaRestarts::kIpop})},
      {"nelder-mead", maker<NelderMead>(NelderMeadOptions{})},
      {"compass", maker<CompassSearch>(CompassSearchOptions{})},
      {"l-bfgs", maker<ProjectedLbfgs>(ProjectedLbfgsOptions{})},
      {"hopping", maker<BasinHopping>(BasinHoppingOptions{.patience = 3})},
      {"hopping by gradients",
       maker<BasinHopping>(BasinHoppingOptions{.local = local_projected_lbfgs()})}};
  return kinds;
}

TEST(Search, CountsEvaluationsExactlyAndStaysInTheBox) {
  for (const auto& [name, make] : all()) {
    // 1, in the middle of a batch, and long after restarts.
    for (const std::int64_t most : {1, 7, 333, 4001}) {
      const Counted problem(cube(4, -2, 1.5), rosenbrock, rosenbrock_slopes);
      const auto search = make(problem.box());
      const Outcome outcome = minimise(problem, *search, {.evaluations = most});
      EXPECT_EQ(outcome.evaluations, problem.evaluations) << name;
      EXPECT_LE(outcome.evaluations, most) << name;
      // All of the budget, or the search has finished before.
      EXPECT_TRUE(outcome.evaluations == most || outcome.end == End::kFinished) << name;
      EXPECT_TRUE(outcome.evaluations == most || outcome.end != End::kEvaluations) << name;
      EXPECT_EQ(problem.outside, 0) << name;
      EXPECT_EQ(outcome.best.value, rosenbrock(outcome.best.x)) << name;
    }
  }
}

TEST(Search, AskAndTellByHandIsWhatMinimiseDoes) {
  for (const auto& [name, make] : all()) {
    const Counted problem(cube(3, -2, 1.5), rosenbrock, rosenbrock_slopes);
    const auto by_hand = make(problem.box());
    const std::size_t n = problem.box().size();
    std::int64_t evaluations = 0;
    while (!by_hand->finished() && evaluations < 1000) {
      const std::size_t rows = std::min<std::size_t>(by_hand->batch_size(),
                                                     static_cast<std::size_t>(1000 - evaluations));
      std::vector<double> values, slopes;
      for (std::size_t i = 0; i < rows; ++i) {
        const auto x = by_hand->ask().subspan(i * n, n);
        values.push_back(rosenbrock(x));
        std::vector<double> slope(n);
        rosenbrock_slopes(x, slope);
        slopes.insert(slopes.end(), slope.begin(), slope.end());
      }
      by_hand->tell(values, slopes);
      evaluations += static_cast<std::int64_t>(rows);
    }
    const auto driven = make(problem.box());
    const Outcome outcome = minimise(problem, *driven, {.evaluations = 1000});
    EXPECT_EQ(outcome.evaluations, evaluations) << name;
    EXPECT_EQ(outcome.best.value, by_hand->best().value) << name;
    EXPECT_EQ(outcome.best.x, by_hand->best().x) << name;
  }
}

TEST(Search, EndsAtTheTargetAndWhenToldTo) {
  const Counted problem(cube(4, -5, 4), sphere);
  CmaEs search(problem.box(), {});
  const Outcome outcome = minimise(problem, search, {.evaluations = 100'000, .target = 1e-3});
  EXPECT_EQ(outcome.end, End::kTarget);
  EXPECT_LE(outcome.best.value, 1e-3);
  EXPECT_LT(outcome.evaluations, 2000);

  CmaEs other(problem.box(), {});
  const Outcome stopped =
      minimise(problem, other, {.evaluations = 100'000},
               [](const Best&, std::int64_t evaluations) { return evaluations >= 100; });
  EXPECT_EQ(stopped.end, End::kStopped);
  EXPECT_EQ(stopped.evaluations, 104);  // 13 generations of 8
}

TEST(Search, TakesNumbersThatAreNoneAsTheWorst) {
  for (const auto& [name, make] : all()) {
    // Half of the box has no values.
    const auto broken = [](std::span<const double> x) {
      return x[0] < 0 ? std::numeric_limits<double>::quiet_NaN() : sphere(x) + 1;
    };
    const auto slopes = [](std::span<const double> x, std::span<double> slope) {
      for (std::size_t i = 0; i < x.size(); ++i) slope[i] = 2 * x[i];
    };
    const Counted problem(cube(3, -4, 5), broken, slopes);
    const auto search = make(problem.box());
    const Outcome outcome = minimise(problem, *search, {.evaluations = 3000});
    EXPECT_GE(outcome.best.value, 1) << name;
    EXPECT_LT(outcome.best.value, 1.5) << name;
    EXPECT_EQ(problem.outside, 0) << name;
  }
}

TEST(Search, LeavesVariablesAloneThatCannotMove) {
  for (const auto& [name, make] : all()) {
    Box box = cube(4, -2, 1.5);
    box.lower[1] = box.upper[1] = 0.25;
    const Counted problem(box, rosenbrock, rosenbrock_slopes);
    const auto search = make(problem.box());
    const Outcome outcome = minimise(problem, *search, {.evaluations = 2000});
    EXPECT_EQ(outcome.best.x[1], 0.25) << name;
    EXPECT_LT(outcome.best.value, 20) << name;
  }
}

TEST(Search, RefusesBoxesAndValuesThatDoNotFit) {
  Box box = cube(2, 0, 1);
  box.upper[1] = -1;
  EXPECT_THROW(CmaEs(box, {}), sengen::Error);
  box.upper[1] = std::numeric_limits<double>::infinity();
  EXPECT_THROW(NelderMead(box, {}), sengen::Error);
  EXPECT_THROW(DifferentialEvolution(Box{}, {}), sengen::Error);
  EXPECT_THROW(DifferentialEvolution(cube(2, 0, 1), {.population = 4}), sengen::Error);
  EXPECT_THROW(CmaEs(cube(2, 0, 1), {.start = {0.5}}), sengen::Error);
  CompassSearch search(cube(2, 0, 1), {});
  EXPECT_THROW(search.tell(std::vector<double>(3)), sengen::Error);
  const Counted problem(cube(2, 0, 1), sphere);
  ProjectedLbfgs gradients(problem.box(), {});
  EXPECT_THROW(minimise(problem, gradients, {.evaluations = 10}), sengen::Error);
}

}  // namespace
