// SPDX-License-Identifier: Apache-2.0
// From a good point to the minimum nearby, to the last digits: by gradients where the problem has
// them, then with Nelder-Mead simplices that begin anew, smaller each time, until they win nothing.
// Integers stay as they are.
#pragma once

#include <cstdint>
#include <span>

#include <sengen/optimise/search.hpp>

namespace sengen::optimise {

struct PolishOptions {
  double edge = 1e-3;        // of the first simplex, as a part of the box
  double tolerance = 1e-13;  // ends when a simplex wins no larger part of the value
  std::int64_t evaluations = 1'000'000;
};

// Never worse than x, whose coordinates are put into the box first.
Outcome polish(const Problem& problem, std::span<const double> x,
               const PolishOptions& options = {});

}  // namespace sengen::optimise
