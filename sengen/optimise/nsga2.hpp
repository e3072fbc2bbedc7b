// SPDX-License-Identifier: Apache-2.0
// NSGA-II (Deb, Pratap, Agarwal, Meyarivan 2002): binary tournaments by Pareto rank and crowding,
// simulated binary crossover, polynomial mutation, the best of parents and children stay. A
// feasible point comes before one that is not, and of two that are not the one that lacks less.
#pragma once

#include <sengen/optimise/front_method.hpp>

namespace sengen::optimise {

struct Nsga2Options {
  std::size_t population = 100;  // >= 4
  std::size_t archive = 1000;    // points kept of all that were met
  double crossover_rate = 0.9;
  double crossover_eta = 15;  // larger: children nearer their parents
  double mutation_rate = 0;   // of each number; 0: one over the number of variables
  double mutation_eta = 20;
  std::uint64_t seed = 1;
};

class Nsga2 : public FrontMethod {
 public:
  // kUsage for a population of less than four.
  Nsga2(const Problem& problem, const Nsga2Options& options);

 protected:
  std::vector<double> vary(std::size_t at_most) override;
  void select(std::span<const double> points, std::span<const double> objectives,
              std::span<const double> violations) override;
  void population_is_full() override;

 private:
  std::size_t tournament();

  Nsga2Options options_;
  std::vector<std::size_t> ranks_;
  std::vector<double> crowding_;
};

}  // namespace sengen::optimise
