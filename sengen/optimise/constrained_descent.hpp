// SPDX-License-Identifier: Apache-2.0
// Descent to a nearby minimum of one objective under constraints: sequential quadratic programming
// (Nocedal and Wright, chapter 18; damped BFGS, merit function of absolute lacks) with derivatives
// by central differences, all points of an iteration in one batch and all tried step lengths in
// another. For smooth problems of tens of variables; integers stay as they are.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <sengen/optimise/pareto.hpp>
#include <sengen/optimise/problem.hpp>

namespace sengen::optimise {

// min 1/2 d'Bd + g'd where A d >= b, by its dual (Lawson and Hanson's active set); curvature: B,
// n x n, positive definite; rows: A, as many rows of n as bounds. Where nothing satisfies the rows
// they are violated as little as a stiff penalty allows. Returns d; multipliers: of the rows.
std::vector<double> solve_quadratic(std::span<const double> curvature,
                                    std::span<const double> slope, std::span<const double> rows,
                                    std::span<const double> bounds,
                                    std::vector<double>& multipliers);

struct DescentOptions {
  std::size_t objective = 0;        // the one to be made small
  std::vector<double> limits = {};  // of all objectives, at most; empty: none
  int max_iterations = 60;
  double difference = 1e-6;   // of central differences, in widths of the box
  double largest_step = 0.2;  // of an iteration, in widths of the box
  double tolerance = 1e-10;   // ends when steps, in widths, are shorter
};

struct DescentResult {
  std::vector<double> x;
  std::vector<double> values;  // objectives, constraints
  bool feasible = false;       // limits too
  std::int64_t evaluations = 0;
};

// The best feasible point met on the way from x, else the one that lacks least. Feasible points met
// go into the archive where one is given (several objectives or one, as the problem). Serial.
DescentResult descend(const Problem& problem, std::span<const double> x,
                      const DescentOptions& options, FrontArchive* archive = nullptr);

}  // namespace sengen::optimise
