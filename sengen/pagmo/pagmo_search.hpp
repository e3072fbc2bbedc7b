// SPDX-License-Identifier: Apache-2.0
// The optimisers of pagmo2 (https://esa.github.io/pagmo2) as searches of a Problem: an optional
// back end, for those who know it and for comparisons. Built where CMake finds libpagmo-dev
// (SENGEN_HAVE_PAGMO).
#pragma once

#include <cstdint>
#include <limits>
#include <string>

#include <sengen/optimise/problem.hpp>
#include <sengen/optimise/search.hpp>

namespace sengen::optimise {

struct PagmoOptions {
  // As pagmo calls it: de, sade, de1220, cmaes, mbh (around a compass search), gaco, sga; or
  // several that take turns with one population, "de1220+cmaes".
  std::string algorithm = "sade";
  std::size_t population = 20;
  // An algorithm that ends goes on with its population, else with a new one.
  bool goes_on = false;
  // Of each of several before the next takes its turn.
  std::int64_t evaluations = std::numeric_limits<std::int64_t>::max();
  std::uint64_t seed = 1;
};

// Minimises the problem's first objective, point by point, until the budget is spent or its target
// reached. One objective: constraints are not looked at. kUsage for an unknown algorithm, and for
// what pagmo refuses: too small a population, integers that it cannot vary.
Outcome minimise_by_pagmo(const Problem& problem, const PagmoOptions& options,
                          const Budget& budget);

}  // namespace sengen::optimise
