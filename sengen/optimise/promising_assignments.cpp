// SPDX-License-Identifier: Apache-2.0
#include <sengen/optimise/promising_assignments.hpp>

#include <sengen/optimise/differential_evolution.hpp>

namespace sengen::optimise {

namespace {

RestResult evolve(const FixedAssignment& rest, std::int64_t evaluations, std::uint64_t seed,
                  std::span<const double> start) {
  DifferentialEvolution evolution(rest.box(), {.strategy = DeStrategy::kBest1,
                                               .population = 16,
                                               .weight = 0.5,
                                               .alternates = true,
                                               .scatters = true,
                                               .patience = 100,
                                               .block = 8,
                                               .follows = true,
                                               .start = {start.begin(), start.end()},
                                               .seed = seed});
  const Outcome found = minimise(rest, evolution, {.evaluations = evaluations});
  return {.value = found.best.value, .x = found.best.x, .evaluations = found.evaluations};
}

}  // namespace

PromisingAssignments promising_assignments(const Problem& problem, const PromisingOptions& options,
                                           const RestMinimiser& minimise) {
  const NarrowedProblem narrowed(
      problem, options.candidates.size() > 0 ? options.candidates : problem.box());
  const auto arms = search_assignments(narrowed, minimise ? minimise : evolve,
                                       {.evaluations = options.evaluations,
                                        .least_share = 300,
                                        .dropped = 0.5,
                                        .survivors = options.count,
                                        .seed = options.seed,
                                        .should_stop = options.should_stop});
  PromisingAssignments found;
  for (std::size_t i = 0; i < arms.size(); ++i) {
    found.evaluations += arms[i].evaluations;
    const bool is_good = i < options.count && arms[i].value < options.value_limit;
    if (is_good) found.integers.push_back(arms[i].integers);
  }
  return found;
}

}  // namespace sengen::optimise
