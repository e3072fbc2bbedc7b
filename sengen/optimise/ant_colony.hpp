// SPDX-License-Identifier: Apache-2.0
// Ant colony optimisation of continuous and mixed-integer problems with constraints: the best
// points met are kernels, each the middle of a Gaussian whose widths are the kernel's mean
// distances from the others (Socha and Dorigo 2008) and new points are drawn from one of them, the
// better ones more often. The extended oracle penalty (Schlueter and Gerdts 2010) weighs
// constraints against the objective; as MIDACO and pagmo's gaco do, a run that has settled is begun
// anew with the best value as the oracle, in turns everywhere and ever closer to the best point.
// For rotated valleys some ants take the whole shape of the kernels' scatter in place of widths
// along the axes.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <span>
#include <vector>

#include <sengen/optimise/problem.hpp>
#include <sengen/optimise/variation.hpp>

namespace sengen::optimise {

// Extended oracle penalty of an objective and a residual (>= 0, 0: feasible): negative where a
// feasible point is below the oracle, a mixture of the distance from the oracle and the residual
// elsewhere. An infinite oracle asks for feasible points first: the residual, or -1.
double oracle_penalty(double objective, double residual, double oracle);

struct AntColonyOptions {
  std::size_t kernels = 0;  // 0: 13 and one for every second variable
  std::size_t ants = 12;    // points of a batch
  double narrowness = 0.2;  // of the weights: ranks up to this share of the kernels are drawn from
  double speed = 0.75;      // width of a kernel in mean distances; lower: converges earlier
  double scatter_share = 0.5;  // ants that follow the shape of the scatter
  double focus = 0;            // widths of at most the box / focus; 0: no limit
  // A run has settled when its kernels are so close, in boxes over the run's own closeness.
  double settled = 1e-3;
  double impact = 4;  // each second new run is this much closer to the best point, again
  int patience = 20;  // batches without a new kernel that also end a run
  double oracle = std::numeric_limits<double>::infinity();  // a value that feasible points reach
  std::uint64_t seed = 1;
};

struct AntColonyBest {
  std::vector<double> x;
  double objective = std::numeric_limits<double>::infinity();
  double residual = std::numeric_limits<double>::infinity();  // 0: feasible
};

class AntColony {
 public:
  // kUsage for several objectives, or less than three kernels.
  AntColony(const Problem& problem, const AntColonyOptions& options);

  // Rows of at most so many points (>= 1); the same rows until they are told.
  const std::vector<double>& ask(std::size_t at_most = std::numeric_limits<std::size_t>::max());
  // Rows of the objective and the constraints of these points.
  void tell(std::span<const double> values);
  // Points that the first run begins with, rows; before the first ask().
  void start_from(std::span<const double> points);

  // Of all points told; a feasible one first.
  const AntColonyBest& best() const noexcept { return best_; }
  double oracle() const noexcept { return oracle_; }
  int runs() const noexcept { return runs_; }
  std::int64_t evaluations() const noexcept { return evaluations_; }

 private:
  struct Kernel {
    std::vector<double> x;
    double objective = 0, residual = 0, penalty = 0;
  };
  static bool before(const Kernel& a, const Kernel& b);
  void draw_start(std::span<double> x);
  void draw_ant(std::span<double> x);
  void draw_along_axes(std::size_t of, std::span<double> x);
  void draw_along_scatter(std::size_t of, std::span<double> x);
  double inside(std::size_t i, double from, double step);
  void set_widths();
  bool join(Kernel kernel);
  bool has_settled() const;
  void begin_again();

  Box box_;
  AntColonyOptions options_;
  std::size_t constraints_;
  double least_whole_width_ = 0;  // of integers' Gaussians
  Draws draws_;
  std::vector<double> cumulative_;  // chances of kernels by rank
  std::vector<Kernel> kernels_;
  std::vector<double> widths_;  // kernels x variables
  std::vector<double> asked_, start_;
  AntColonyBest best_;
  double oracle_;
  double closeness_ = 0;  // of the run to the best point: 0, everywhere
  double next_closeness_ = 1;
  std::size_t drawn_ = 0;  // of the first points of this run
  int runs_ = 1, idle_ = 0;
  std::int64_t evaluations_ = 0;
};

struct AntColonyBudget {
  std::int64_t evaluations = 100000;  // exactly so many where nothing ends it before
  double target = -std::numeric_limits<double>::infinity();  // a feasible value that suffices
  std::function<bool()> should_stop = {};
};

// Drives a colony until the budget is spent, the target is reached or it is told to stop;
// evaluations on all threads.
void minimise_ant_colony(const Problem& problem, AntColony& colony, const AntColonyBudget& budget);

}  // namespace sengen::optimise
