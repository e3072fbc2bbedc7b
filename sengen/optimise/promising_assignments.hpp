// SPDX-License-Identifier: Apache-2.0
// The assignments of a problem's integers that a longer search should look at: successive halving
// (mixed_integer.hpp) with short searches of their rests.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <vector>

#include <sengen/optimise/mixed_integer.hpp>

namespace sengen::optimise {

struct PromisingOptions {
  Box candidates = {};  // integers to choose from; the problem's where empty
  std::size_t count = 8;
  double value_limit =
      std::numeric_limits<double>::infinity();  // what is not below it is no promise
  std::int64_t evaluations = 4'000'000;
  std::uint64_t seed = 1;
  std::function<bool()> should_stop = {};
};

struct PromisingAssignments {
  std::vector<std::vector<double>> integers;  // the best first
  std::int64_t evaluations = 0;
};

// On all threads; the same for any number. One objective, unless the minimiser looks at more:
// without one, rests go through short differential evolutions, which see no constraints.
PromisingAssignments promising_assignments(const Problem& problem, const PromisingOptions& options,
                                           const RestMinimiser& minimise = {});

}  // namespace sengen::optimise
