// SPDX-License-Identifier: Apache-2.0
// Descent where the objective has kinks (sums of absolute values) and its minimum lies in them, so
// that slopes mislead: evolution of one Gaussian whose covariance learns the valley (CMA-ES, Hansen
// 2016) on the objective plus weighted lacks of constraints and limits, an exact penalty: just more
// kinks. The weights grow while the best point lacks something. Integers stay as they are.
#pragma once

#include <cstdint>
#include <span>

#include <sengen/optimise/constrained_descent.hpp>

namespace sengen::optimise {

struct KinkedOptions {
  std::size_t objective = 0;        // the one to be made small
  std::vector<double> limits = {};  // of all objectives, at most; empty: none
  double first_step = 1e-3;         // widths of the box
  double tolerance = 1e-11;         // ends when steps, in widths, are shorter
  std::int64_t evaluations = 4000;  // none begins a batch beyond
  std::uint64_t seed = 1;
};

// The best feasible point met, x itself included, else the one of least penalty. Feasible points
// met go into the archive where one is given. Serial.
DescentResult descend_kinked(const Problem& problem, std::span<const double> x,
                             const KinkedOptions& options, FrontArchive* archive = nullptr);

}  // namespace sengen::optimise
