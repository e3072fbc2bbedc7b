// SPDX-License-Identifier: Apache-2.0
#include "methods.hpp"

#include <algorithm>

#include <sengen/core/error.hpp>
#include <sengen/core/stop.hpp>
#include <sengen/optimise/ant_colony.hpp>
#include <sengen/optimise/assignment_retry.hpp>
#include <sengen/optimise/basin_hopping.hpp>
#include <sengen/optimise/cma_es.hpp>
#include <sengen/optimise/differential_evolution.hpp>
#include <sengen/optimise/promising_assignments.hpp>
#if SENGEN_HAVE_PAGMO
#include <sengen/pagmo/pagmo_search.hpp>
#endif

namespace sengen::gtopx {

namespace {

using namespace optimise;  // NOLINT(google-build-using-namespace): this file is about it

RetryRun end_of(const Outcome& outcome) {
  return {.x = outcome.best.x, .value = outcome.best.value, .evaluations = outcome.evaluations};
}

// Of a method that has no streams: every run has a seed of its own.
std::uint64_t seed_of(std::int64_t run, const RetryOptions& options) {
  return options.seed + 0x9E3779B97F4A7C15U * static_cast<std::uint64_t>(run);
}

// A search of the whole box; make(box, seed, stream) builds it.
template <class Make>
RetryRunner alone(std::int64_t evaluations, Make make) {
  return [=](const Problem& problem, const RetryState&, std::int64_t run,
             const RetryOptions& options) {
    const auto search = make(problem, options.seed, static_cast<std::uint64_t>(run));
    return end_of(
        minimise(problem, *search, {.evaluations = evaluations, .target = options.target}));
  };
}

RetryRunner evolution(DeStrategy strategy, std::int64_t evaluations) {
  return alone(evaluations, [=](const Problem& problem, std::uint64_t seed, std::uint64_t stream) {
    return std::make_unique<DifferentialEvolution>(
        problem.box(),
        DifferentialEvolutionOptions{.strategy = strategy, .seed = seed, .stream = stream});
  });
}

RetryRunner cma(std::int64_t evaluations) {
  return alone(evaluations, [](const Problem& problem, std::uint64_t seed, std::uint64_t stream) {
    return std::make_unique<CmaEs>(problem.box(), CmaEsOptions{.seed = seed, .stream = stream});
  });
}

RetryRunner hopping(std::int64_t evaluations) {
  return alone(evaluations, [](const Problem& problem, std::uint64_t seed, std::uint64_t stream) {
    return std::make_unique<BasinHopping>(problem.box(),
                                          BasinHoppingOptions{.seed = seed, .stream = stream});
  });
}

RetryRunner colony(std::int64_t evaluations) {
  return [=](const Problem& problem, const RetryState&, std::int64_t run,
             const RetryOptions& options) {
    AntColony ants(problem, {.seed = seed_of(run, options)});
    minimise_ant_colony(problem, ants, {.evaluations = evaluations, .target = options.target});
    return RetryRun{
        .x = ants.best().x, .value = ants.best().objective, .evaluations = ants.evaluations()};
  };
}

// An optimiser of pagmo2.
RetryRunner by_pagmo([[maybe_unused]] const std::string& algorithm,
                     [[maybe_unused]] std::int64_t evaluations) {
#if SENGEN_HAVE_PAGMO
  return [=](const Problem& problem, const RetryState&, std::int64_t run,
             const RetryOptions& options) {
    PagmoOptions pagmo{.algorithm = algorithm, .seed = seed_of(run, options)};
    if (algorithm == "gaco") pagmo.population = 100;
    return end_of(
        minimise_by_pagmo(problem, pagmo, {.evaluations = evaluations, .target = options.target}));
  };
#else
  throw Error(ErrorKind::kUsage,
              "this program was built without pagmo2, method pagmo-" + algorithm + " needs it",
              "install libpagmo-dev and build again");
#endif
}

}  // namespace

RetryRunner retry_runner(const MissionProblem& problem, std::uint64_t seed, double budget,
                         std::int64_t& evaluations) {
  if (!has_integers(problem)) return run_retry;
  auto promising = promising_assignments(problem, {.candidates = likely_planets(problem),
                                                   .evaluations = evaluations_of_choice(budget),
                                                   .seed = seed,
                                                   .should_stop = stop_requested});
  evaluations += promising.evaluations;
  return assignment_runner(std::move(promising.integers));
}

RetryRunner runner_named(const std::string& name, std::int64_t run) {
  if (name == "retry") return run_retry;
  if (name == "de") return evolution(DeStrategy::kMixed, run);
  if (name == "sade") return evolution(DeStrategy::kSelfAdaptive, run);
  if (name == "cmaes") return cma(run);
  if (name == "mbh") return hopping(run);
  if (name == "aco") return colony(run);
  if (name.starts_with("pagmo-")) return by_pagmo(name.substr(6), run);
  throw Error(ErrorKind::kInternal, "no method '" + name + "'");
}

}  // namespace sengen::gtopx
