// SPDX-License-Identifier: Apache-2.0
// L-BFGS (Nocedal and Wright, algorithm 7.5, strong Wolfe line search 3.5 and 3.6): the least value
// of a smooth function, its curvature known from the last few steps. The function says itself
// what a step is: variables may live on a curved space (unitary matrices), where a step is a vector
// of the tangent space and gradients at different points are compared in one moving frame.
#pragma once

#include <cstddef>
#include <functional>
#include <span>

namespace sengen::optimise {

// A function around a movable point.
class Objective {
 public:
  virtual ~Objective() = default;
  // Number of variables, the length of a step.
  virtual std::size_t size() const = 0;
  // Value at the point moved by step, and its gradient in the frame there: the derivative by a
  // further step.
  virtual double evaluate(std::span<const double> step, std::span<double> gradient) = 0;
  // Moves the point by step, for good.
  virtual void move(std::span<const double> step) = 0;
};

struct LbfgsOptions {
  int max_iterations = 200;
  int memory = 12;                   // steps that the curvature is made of
  double gradient_tolerance = 1e-9;  // ends when no component of the gradient is larger
  double decrease_tolerance = 0;     // ends when ten steps together win less than this
  double target = -1e300;            // ends when the value is no larger
  std::function<bool()> should_stop = {};
};

struct LbfgsResult {
  double value = 0;
  int iterations = 0;
  int evaluations = 0;
  double largest_gradient = 0;
};

// Moves the objective's point to a nearby minimum; the value never rises. Serial around evaluate,
// which may use threads.
LbfgsResult minimise_lbfgs(Objective& objective, const LbfgsOptions& options);

}  // namespace sengen::optimise
