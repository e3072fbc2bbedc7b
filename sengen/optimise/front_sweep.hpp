// SPDX-License-Identifier: Apache-2.0
// A sweep along a front of two objectives by epsilon constraints (Haimes 1971): at each level of
// the second objective the first is made small under "second <= level", by descents from the
// solutions of the neighbouring levels, from the archive's nearest points, from these moved at
// random and from anywhere. Passes go up and down in turns, so that what is found at one level is
// carried on along the front. For problems that are smooth almost everywhere; integers stay those
// of the starts.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <vector>

#include <sengen/optimise/constrained_descent.hpp>
#include <sengen/optimise/kinked_descent.hpp>
#include <sengen/optimise/pareto.hpp>

namespace sengen::optimise {

struct SweepOptions {
  std::vector<double> levels = {};  // of the second objective; empty: `points` over the archive's
  std::size_t points = 100;
  int passes = 2;
  std::size_t moved_starts = 2;    // a level and pass: the best start moved at random
  std::size_t uniform_starts = 0;  // a level and pass: anywhere in the box
  double least_move = 1e-3;        // widths of the box; between the two evenly in the logarithm
  double greatest_move = 0.3;
  DescentOptions descent = {};
  // Of the evolutions that follow the best descents of a level, as many as `branches` that are
  // apart, where the objective has kinks; 0: none does.
  std::int64_t kinked_evaluations = 0;
  double kinked_step = 1e-3;
  std::size_t branches = 2;  // >= 1; carried along the front
  std::int64_t evaluations =
      std::numeric_limits<std::int64_t>::max();  // none begins a level beyond
  std::uint64_t seed = 1;
  std::function<bool()> should_stop = {};
};

// Evenly spaced levels from the first to the last.
std::vector<double> even_levels(double first, double last, std::size_t count);

// Adds what it finds to the archive; returns the number of evaluations. The descents of a level run
// on all threads; the result does not depend on their number. kUsage unless there are two
// objectives and levels, or an archive to take them from.
std::int64_t sweep_front(const Problem& problem, FrontArchive& archive,
                         const SweepOptions& options);

}  // namespace sengen::optimise
