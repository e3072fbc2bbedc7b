// SPDX-License-Identifier: Apache-2.0
#include <sengen/optimise/assignment_retry.hpp>

#include <cmath>
#include <utility>

#include <sengen/optimise/mixed_integer.hpp>
#include <sengen/optimise/variation.hpp>

namespace sengen::optimise {

namespace {

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
