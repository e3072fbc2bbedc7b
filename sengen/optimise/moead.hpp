// SPDX-License-Identifier: Apache-2.0
// MOEA/D-DE (Li and Zhang 2009): the front is split into single objectives, the Tchebycheff
// distances max_k w_k (f_k - ideal_k) / (nadir_k - ideal_k) of evenly spread weights w that include
// the ends, each with its own point; a child made of neighbours' points by differential variation
// and polynomial mutation replaces at most a few of them. A feasible point comes before one that
// is not, and of two that are not the one that lacks less.
#pragma once

#include <sengen/optimise/front_method.hpp>

namespace sengen::optimise {

struct MoeadOptions {
  std::size_t population = 100;  // weights; of more than two objectives the nearest lattice's
  std::size_t archive = 1000;    // points kept of all that were met
  std::size_t neighbours = 20;
  std::size_t batch = 8;            // children made at once
  double neighbourhood_rate = 0.9;  // chance that parents are neighbours, not of all
  std::size_t most_replaced = 2;    // by one child
  double difference_factor = 0.5;
  double crossover_rate = 1;
  double mutation_rate = 0;  // of each number; 0: one over the number of variables
  double mutation_eta = 20;
  std::uint64_t seed = 1;
};

class Moead : public FrontMethod {
 public:
  // kUsage for a population of less than four.
  Moead(const Problem& problem, const MoeadOptions& options);
  // Rows.
  const std::vector<double>& weights() const noexcept { return weights_; }

 protected:
  std::vector<double> vary(std::size_t at_most) override;
  void select(std::span<const double> points, std::span<const double> objectives,
              std::span<const double> violations) override;
  void population_is_full() override;

 private:
  struct Child {
    std::size_t weight = 0;
    bool among_neighbours = true;
  };
  double distance(std::size_t weight, std::span<const double> objectives) const;
  void replace(const Child& child, std::span<const double> x, std::span<const double> objectives,
               double violation);
  void set_range();
  std::vector<std::size_t> shuffled(std::size_t count);

  MoeadOptions options_;
  std::vector<double> weights_;
  std::vector<std::vector<std::size_t>> neighbours_;  // of every weight, itself first
  std::vector<double> ideal_, range_;
  bool has_range_ = false;          // of feasible points
  std::vector<Child> children_;     // of the points asked for
  std::vector<std::size_t> order_;  // of the weights in this round
};

}  // namespace sengen::optimise
