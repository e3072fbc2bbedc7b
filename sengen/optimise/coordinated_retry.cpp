// SPDX-License-Identifier: Apache-2.0
#include <sengen/optimise/coordinated_retry.hpp>

#include <algorithm>
#include <atomic>
#include <cmath>

#include <sengen/core/error.hpp>
#include <sengen/core/parallel_for.hpp>
#include <sengen/optimise/cma_es.hpp>
#include <sengen/optimise/differential_evolution.hpp>

namespace sengen::optimise {

namespace {

// fast-cma-es counts deviations by half of the width of the box that is searched.
constexpr double kHalf = 0.5;
constexpr double kConvergedDeviation = 0.01;  // of CMA-ES where an evolution has converged

// Where a run searches.
struct Region {
  Box box;
  std::vector<double> start;       // empty: anywhere
  std::vector<double> deviations;  // as parts of the box
  double limit;
};

Region anywhere(const Box& box, const RetryOptions& options, Draws& draws) {
  const double deviation = kHalf * draws.uniform(0.05, 0.1);
  return {box, {}, std::vector<double>(box.size(), deviation), options.value_limit};
}

// Around the better entry, as wide as it is far from the other, where the search starts.
Region between(const RetryState& state, std::size_t better, std::size_t other, const Box& box,
               Draws& draws) {
  const double factor = draws.uniform(0.5, 1);
  const double reach = draws.uniform(2, 4) * factor;
  const auto centre = state.point(better);
  const auto start = state.point(other);
  Region region{
      box, {start.begin(), start.end()}, std::vector<double>(box.size()), state.values[better]};
  for (std::size_t i = 0; i < box.size(); ++i) {
    const double apart = std::abs(start[i] - centre[i]);
    const double half = std::max(reach * apart, 1e-4 * box.width(i));
    region.box.lower[i] = std::max(box.lower[i], centre[i] - half);
    region.box.upper[i] = std::min(box.upper[i], centre[i] + half);
    const double part = box.width(i) > 0 ? factor * apart / box.width(i) : 1;
    region.deviations[i] = kHalf * std::clamp(part, 0.001, 0.5);
  }
  return region;
}

// A number of its own for each use of a run's random numbers.
std::uint64_t stream_of(std::int64_t run, std::uint64_t use) {
  return static_cast<std::uint64_t>(run) * 4 + use;
}

std::int64_t evaluations_of(std::int64_t run, const RetryOptions& options) {
  const std::int64_t steps = run / options.grows_every;
  const double factor = std::min(1 + static_cast<double>(steps), options.growth);
  return static_cast<std::int64_t>(factor * static_cast<double>(options.first_evaluations));
}

// An evolution, then CMA-ES from its end.
RetryRun refined(const Problem& problem, const Region& region, DifferentialEvolution& evolution,
                 std::int64_t evolved, std::int64_t refining, std::int64_t run,
                 const RetryOptions& options) {
  const Outcome first =
      minimise(problem, evolution, {.evaluations = evolved, .target = options.target});
  RetryRun end{first.best.x, first.best.value, region.limit, first.evaluations};
  if (first.end == End::kTarget) return end;
  CmaEs cma(region.box, {.start = end.x,
                         .deviations = region.deviations,
                         .offspring = options.population,
                         .restarts = CmaRestarts::kNone,
                         .seed = options.seed,
                         .stream = stream_of(run, 2)});
  const Outcome second =
      minimise(problem, cma, {.evaluations = refining, .target = options.target});
  end.evaluations += second.evaluations;
  if (second.best.value < end.value) {
    end.value = second.best.value;
    end.x = second.best.x;
  }
  return end;
}

// A run of the prelude.
RetryRun explore(const Problem& problem, std::int64_t run, const RetryOptions& options) {
  constexpr std::int64_t kMost = 80'000;
  // A round takes no more than a quarter of a small budget.
  const std::int64_t most = std::max(options.first_evaluations,
                                     std::min(kMost, options.evaluations / (4 * options.lanes)));
  const Box& box = problem.box();
  DifferentialEvolution evolution(box, {.strategy = DeStrategy::kSelfAdaptiveBlock,
                                        .restarts = false,
                                        .seed = options.seed,
                                        .stream = stream_of(run, 1)});
  const Region region{
      box, {}, std::vector<double>(box.size(), kConvergedDeviation), options.value_limit};
  return refined(problem, region, evolution, most, options.first_evaluations, run, options);
}

void check(const RetryOptions& options) {
  const bool is_good = options.lanes >= 1 && options.first_evaluations >= 1 &&
                       options.growth >= 1 && options.grows_every >= 1 &&
                       options.store.sort_every >= 1 && options.store.capacity >= 4 &&
                       options.store.kept > 0 && options.store.kept < 1;
  if (!is_good) {
    throw Error(ErrorKind::kUsage,
                "coordinated retry: lanes, evaluations, growth and intervals must be at least 1, "
                "the store's capacity at least 4 and the part kept between 0 and 1");
  }
}

// Runs [begin, end) of a state, spread over the threads, written to rows of x, value, limit and
// evaluations.
void run_all(const Problem& problem, const RetryState& state, parallel::Range range,
             const RetryOptions& options, const RetryRunner& runner, std::span<double> rows) {
  const std::size_t n = problem.box().size();
  // Lengths of runs differ: every thread takes the next when it is done with one.
  std::atomic<std::ptrdiff_t> next = range.begin;
  parallel_for(0, std::min<std::ptrdiff_t>(threads(), range.size()), [&](auto, auto) {
    for (std::ptrdiff_t lane = next++; lane < range.end; lane = next++) {
      const RetryRun run = runner(problem, state, state.runs + lane, options);
      const auto row = rows.subspan(static_cast<std::size_t>(lane) * (n + 3), n + 3);
      // Adding 0 makes 0 of -0, as the sum over the ranks does.
      for (std::size_t i = 0; i < n; ++i) row[i] = run.x[i] + 0.0;
      row[n] = run.value + 0.0;
      row[n + 1] = run.limit + 0.0;
      row[n + 2] = static_cast<double>(run.evaluations);
    }
  });
}

}  // namespace

RetryRun run_retry(const Problem& problem, const RetryState& state, std::int64_t run,
                   const RetryOptions& options) {
  if (state.evaluations < options.prelude) return explore(problem, run, options);
  Draws draws(options.seed, stream_of(run, 0));
  std::size_t better = 0, other = 0;
  const bool is_cross =
      draws.uniform() >= options.fresh && choose_pair(state, draws, better, other);
  const Region region = is_cross ? between(state, better, other, problem.box(), draws)
                                 : anywhere(problem.box(), options, draws);
  const std::int64_t most = evaluations_of(run, options);
  const auto evolved = std::max<std::int64_t>(
      1, static_cast<std::int64_t>(draws.uniform(0.1, 0.3) * static_cast<double>(most)));
  DifferentialEvolution evolution(region.box, {.strategy = DeStrategy::kBest1,
                                               .population = options.population,
                                               .weight = 0.5,
                                               .alternates = true,
                                               .scatters = true,
                                               .patience = 200,
                                               .block = 8,
                                               .follows = true,
                                               .start = region.start,
                                               .seed = options.seed,
                                               .stream = stream_of(run, 1)});
  return refined(problem, region, evolution, evolved, most - evolved, run, options);
}

void coordinated_retry(const Problem& problem, const RetryOptions& options, RetryState& state,
                       const parallel::Communicator& comm, const AfterRound& after_round,
                       const RetryRunner& runner) {
  check(options);
  const std::size_t n = problem.box().size();
  while (state.runs < options.runs && state.evaluations < options.evaluations &&
         state.best.value > options.target) {
    const std::int64_t lanes = std::min(options.lanes, options.runs - state.runs);
    std::vector<double> rows(static_cast<std::size_t>(lanes) * (n + 3));
    run_all(problem, state, parallel::block_range(lanes, comm.size(), comm.rank()), options, runner,
            rows);
    // Every row is 0 on all ranks but one.
    comm.allreduce(std::span(rows));
    for (std::size_t lane = 0; lane < static_cast<std::size_t>(lanes); ++lane) {
      const auto row = std::span<const double>(rows).subspan(lane * (n + 3), n + 3);
      fold(state,
           {{row.begin(), row.begin() + static_cast<std::ptrdiff_t>(n)},
            row[n],
            row[n + 1],
            static_cast<std::int64_t>(row[n + 2])},
           problem.box(), options.store);
    }
    if (after_round && after_round(state)) return;
  }
}

}  // namespace sengen::optimise
