// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <sengen/core/error.hpp>
#include <sengen/core/parallel_for.hpp>
#include <sengen/optimise/coordinated_retry.hpp>

#include "functions.hpp"

namespace {

using namespace sengen::optimise;
using namespace sengen::optimise::test;
using sengen::parallel::Communicator;

// Short runs that meet, cross and sort within a second.
RetryOptions quick() {
  RetryOptions options{.seed = 3, .lanes = 8, .runs = 120, .first_evaluations = 200};
  options.prelude = 20'000;  // a few runs
  options.grows_every = 20;
  options.store.sort_every = 20;
  return options;
}

std::vector<double> searched(const Problem& problem, const RetryOptions& options) {
  RetryState state;
  coordinated_retry(problem, options, state, Communicator::self());
  return state.to_numbers();
}

TEST(CoordinatedRetry, FindsTheGlobalMinimum) {
  const Counted problem(cube(4, -5, 4), rotated(4, rastrigin));
  RetryState state;
  const RetryOptions options{.evaluations = 300'000, .target = 1e-4};
  coordinated_retry(problem, options, state, Communicator::self());
  EXPECT_LE(state.best.value, 1e-4);
  EXPECT_EQ(state.evaluations, problem.evaluations);
  EXPECT_EQ(problem.outside, 0);
}

TEST(CoordinatedRetry, DependsOnSeedAndLanesAlone) {
  const Counted problem(cube(4, -5, 4), rastrigin);
  const std::vector<double> expected = searched(problem, quick());
  for (const int threads : {2, 3}) {
    sengen::set_threads(threads);
    EXPECT_EQ(searched(problem, quick()), expected) << threads;
  }
  sengen::set_threads(1);
  RetryOptions other = quick();
  other.seed = 4;
  EXPECT_NE(searched(problem, other), expected);
}

TEST(CoordinatedRetry, GoesOnFromASavedStateWithTheSameResult) {
  const Counted problem(cube(4, -5, 4), rastrigin);
  const std::vector<double> expected = searched(problem, quick());
  // Broken off after every round, nothing kept but the numbers.
  std::vector<double> saved = RetryState{}.to_numbers();
  int rounds = 0;
  for (bool is_done = false; !is_done;) {
    RetryState state = RetryState::from_numbers(saved, 4);
    is_done = true;
    coordinated_retry(problem, quick(), state, Communicator::self(), [&](const RetryState&) {
      ++rounds;
      is_done = false;
      return true;
    });
    saved = state.to_numbers();
  }
  EXPECT_EQ(rounds, 15);
  EXPECT_EQ(saved, expected);
}

TEST(CoordinatedRetry, CrossesOnlyWhatIsBetterIntoTheStore) {
  const Counted problem(cube(4, -5, 4), rastrigin);
  RetryState state;
  coordinated_retry(problem, quick(), state, Communicator::self());
  RetryOptions options = quick();
  options.fresh = 0;
  int crosses = 0;
  for (int run = 200; run < 230; ++run) {
    const RetryRun result = run_retry(problem, state, run, options);
    if (!std::isfinite(result.limit)) continue;
    ++crosses;
    // The limit is the value of an entry.
    EXPECT_NE(std::find(state.values.begin(), state.values.end(), result.limit),
              state.values.end());
    RetryState after = state;
    fold(after, result, problem.box(), options.store);
    EXPECT_EQ(after.size(), state.size() + (result.value < result.limit ? 1 : 0));
  }
  EXPECT_GT(crosses, 20);
}

// Runs of the prelude begin anywhere, whatever the store holds, and end where they converged.
TEST(CoordinatedRetry, BeginsWithEvolutionsThatConverge) {
  const Counted problem(cube(4, -5, 4), rastrigin);
  RetryState state;
  coordinated_retry(problem, quick(), state, Communicator::self());
  RetryOptions options = quick();
  options.fresh = 0;
  options.prelude = state.evaluations + 1;
  for (int run = 200; run < 210; ++run) {
    const RetryRun result = run_retry(problem, state, run, options);
    EXPECT_EQ(result.limit, options.value_limit);
    EXPECT_GT(result.evaluations, options.first_evaluations);
    const double nearest = std::round(result.value);  // the minima of Rastrigin's function
    EXPECT_NEAR(result.value, nearest, 0.03 * std::max(1.0, nearest));
  }
}

TEST(RetryStore, SortsDropsNeighboursAndStaysSmall) {
  const Box box = cube(2, 0, 1);
  const RetryStoreOptions options{.capacity = 10, .kept = 0.5, .sort_every = 4};
  RetryState state;
  const auto add = [&](double x, double value) {
    fold(state, {.x = {x, x}, .value = value, .evaluations = 3}, box, options);
  };
  add(0.5, 2.000);
  add(0.9, 1.0);
  add(0.6, 2.001);  // 0.1 from a better one of like value
  EXPECT_EQ(state.sorted, 0);
  add(0.1, 3.0);
  EXPECT_EQ(state.values, (std::vector<double>{1, 2, 3}));
  EXPECT_EQ(state.sorted, 3);
  EXPECT_EQ(state.evaluations, 12);
  for (int i = 0; i < 40; ++i) add(0.025 * i, 5.0 + i);
  EXPECT_LE(state.size(), 9);
  EXPECT_TRUE(std::is_sorted(state.values.begin(),
                             state.values.begin() + static_cast<std::ptrdiff_t>(state.sorted)));
  EXPECT_EQ(state.best.value, 1);
  EXPECT_EQ(state.point(0)[1], 0.9);
  EXPECT_EQ(state.runs, 44);
}

TEST(RetryStore, RefusesNumbersOfAnotherState) {
  const Counted problem(cube(4, -5, 4), rastrigin);
  RetryOptions options = quick();
  options.runs = 30;
  const std::vector<double> numbers = searched(problem, options);
  EXPECT_EQ(RetryState::from_numbers(numbers, 4).to_numbers(), numbers);
  EXPECT_THROW(RetryState::from_numbers(numbers, 5), sengen::Error);
  for (std::size_t length = 0; length < numbers.size(); length += 7) {
    EXPECT_THROW(RetryState::from_numbers(std::span(numbers).first(length), 4), sengen::Error);
  }
  std::vector<double> wrong = numbers;
  wrong[1] = -1;
  EXPECT_THROW(RetryState::from_numbers(wrong, 4), sengen::Error);
  wrong[1] = 1e300;
  EXPECT_THROW(RetryState::from_numbers(wrong, 4), sengen::Error);
}

}  // namespace
