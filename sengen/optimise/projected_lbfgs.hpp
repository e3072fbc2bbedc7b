// SPDX-License-Identifier: Apache-2.0
// L-BFGS in a box by gradients: the projected quasi-Newton method with two metrics (Bertsekas, SIAM
// J. Control Optim. 20, 1982; Schmidt, Kim and Sra, Projected Newton-type Methods, 2012). Variables
// on a bound that the gradient pushes against stay there, the others go along the quasi-Newton
// direction of their own, and the path is projected back into the box, shortened until Armijo's
// condition holds. Not the generalised Cauchy point of Byrd, Lu and Nocedal. The value never rises.
#pragma once

#include <cstdint>
#include <deque>
#include <vector>

#include <sengen/optimise/search.hpp>
#include <sengen/optimise/unit_box.hpp>

namespace sengen::optimise {

struct ProjectedLbfgsOptions {
  std::vector<double> start = {};     // empty: the box's middle
  std::size_t memory = 10;            // steps that the curvature is made of
  double gradient_tolerance = 1e-12;  // of the projected gradient by unit coordinates, and of value
  double value_tolerance = 1e-16;     // ends when a few steps win no larger part of the value
  std::int64_t most_evaluations = 100'000;
};

class ProjectedLbfgs : public Search {
 public:
  // kUsage for options out of range, or a box in which nothing can move.
  ProjectedLbfgs(Box box, ProjectedLbfgsOptions options);
  bool wants_gradient() const override { return true; }

 private:
  struct Pair {
    std::vector<double> step;
    std::vector<double> change;  // of the gradient
  };

  void learn(std::span<const double> values, std::span<const double> slopes) override;
  void accept(double value, std::vector<double> slopes);
  void begin_line();
  void propose();
  void shorten(double value);
  std::vector<double> direction(const std::vector<bool>& is_free) const;

  ProjectedLbfgsOptions options_;
  UnitBox unit_;
  std::vector<double> at_, slopes_, direction_, trial_;
  double value_ = 0;
  double length_ = 1;
  double slope_ = 0;  // along the direction
  std::deque<Pair> pairs_;
  int slow_ = 0;  // steps in a row that won next to nothing
  std::int64_t evaluations_ = 0;
};

}  // namespace sengen::optimise
