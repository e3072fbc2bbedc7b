// SPDX-License-Identifier: Apache-2.0
// Monotonic basin hopping (Leary, J. Global Optimization 18, 2000; Locatelli and Schoen; the MBH of
// ESA's missions): the best point is moved a little at random, a local search goes down from there,
// and its end is taken when it is better. After many hops in vain the next begins anywhere.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include <sengen/optimise/draws.hpp>
#include <sengen/optimise/search.hpp>

namespace sengen::optimise {

// Makes the local search that starts at a point.
using LocalSearch = std::function<std::unique_ptr<Search>(const Box&, std::vector<double> start)>;

// A Nelder-Mead simplex with this edge, that ends when it is smaller than x_tolerance, both as
// parts of the box.
LocalSearch local_nelder_mead(double edge = 0.02, double x_tolerance = 1e-5,
                              std::int64_t most_evaluations = 2000);
LocalSearch local_compass(double first_length = 0.05, double last_length = 1e-3);
// By gradients; only for problems that have them.
LocalSearch local_projected_lbfgs(std::int64_t most_evaluations = 200);

struct BasinHoppingOptions {
  std::vector<double> start = {};  // empty: anywhere in the box
  double perturbation = 0.05;      // at most, as a part of the box in every coordinate
  // Hops in vain after which the search goes on from anywhere; 0: it never does.
  int patience = 20;
  LocalSearch local = {};  // empty: local_compass()
  std::uint64_t seed = 1;
  std::uint64_t stream = 0;
};

class BasinHopping : public Search {
 public:
  // kUsage for options out of range.
  BasinHopping(Box box, BasinHoppingOptions options);
  bool wants_gradient() const override { return local_->wants_gradient(); }
  // Local searches that ended.
  std::int64_t hops() const noexcept { return hops_; }

 private:
  void learn(std::span<const double> values, std::span<const double> slopes) override;
  std::vector<double> anywhere();
  std::vector<double> nearby(const std::vector<double>& centre);
  void begin(std::vector<double> start);

  BasinHoppingOptions options_;
  Draws draws_;
  std::unique_ptr<Search> local_;
  Best basin_;  // the best since the last start from anywhere
  int failures_ = 0;
  std::int64_t hops_ = 0;
};

}  // namespace sengen::optimise
