// SPDX-License-Identifier: Apache-2.0
#include <sengen/optimise/assignment_retry.hpp>

#include <cmath>
#include <utility>

#include <sengen/optimise/differential_evolution.hpp>
#include <sengen/optimise/variation.hpp>

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

// The whole parts of a point's integers, and the rest of it.
std::pair<std::vector<double>, std::vector<double>> parted(const Box& box,
                                                           std::span<const double> x) {
  std::pair<std::vector<double>, std::vector<double>> parts;
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (is_integer(box, i)) {
      parts.first.push_back(std::floor(x[i]));
    } else {
      parts.second.push_back(x[i]);
    }
  }
  return parts;
}

// The entries of an assignment, in the order of the store.
RetryState entries_of(const RetryState& state, const Box& box,
                      const std::vector<double>& integers) {
  RetryState own;
  own.best.x.resize(box.size() - integers.size());
  for (std::size_t i = 0; i < state.size(); ++i) {
    const auto [fixed, rest] = parted(box, state.point(i));
    if (fixed != integers) continue;
    own.points.insert(own.points.end(), rest.begin(), rest.end());
    own.values.push_back(state.values[i]);
    own.sorted += i < state.sorted ? 1 : 0;
  }
  return own;
}

}  // namespace

PromisingAssignments promising_assignments(const Problem& problem,
                                           const PromisingOptions& options) {
  const NarrowedProblem narrowed(
      problem, options.candidates.size() > 0 ? options.candidates : problem.box());
  const auto arms = search_assignments(narrowed, evolve,
                                       {.evaluations = options.evaluations,
                                        .least_share = 300,
                                        .dropped = 0.5,
                                        .survivors = options.count,
                                        .seed = options.seed,
                                        .should_stop = options.should_stop});
  PromisingAssignments found;
  for (const Arm& arm : arms) {
    found.evaluations += arm.evaluations;
    if (found.integers.size() < options.count) found.integers.push_back(arm.integers);
  }
  return found;
}

RetryRunner assignment_runner(std::vector<std::vector<double>> assignments) {
  return [assignments = std::move(assignments)](const Problem& problem, const RetryState& state,
                                                std::int64_t run, const RetryOptions& options) {
    const auto& integers = assignments[static_cast<std::size_t>(run) % assignments.size()];
    const FixedAssignment rest(problem, integers);
    RetryRun result = run_retry(rest, entries_of(state, problem.box(), integers), run, options);
    result.x = rest.whole_point(result.x);
    return result;
  };
}

}  // namespace sengen::optimise
