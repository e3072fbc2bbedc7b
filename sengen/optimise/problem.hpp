// SPDX-License-Identifier: Apache-2.0
// What the optimisers of this room are given: a function of a box of numbers, some of which may be
// integers, with one or two objectives to be made small and constraints that hold where they are
// >= 0.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace sengen::optimise {

struct Box {
  std::vector<double> lower;
  std::vector<double> upper;
  // Of an integer the whole part counts: 3.9 is 3. Empty: none is.
  std::vector<bool> is_integer;

  std::size_t size() const noexcept { return lower.size(); }
  double width(std::size_t i) const { return upper[i] - lower[i]; }
};

class Problem {
 public:
  virtual ~Problem() = default;
  virtual const Box& box() const = 0;
  virtual std::size_t objectives() const { return 1; }
  virtual std::size_t constraints() const { return 0; }
  // Length of the values of a point: objectives, then constraints.
  std::size_t values() const { return objectives() + constraints(); }

  // points: rows of box().size() numbers inside the box; values: as many rows of values() finite
  // numbers. Called by several threads at once.
  virtual void evaluate(std::span<const double> points, std::span<double> values) const = 0;

  // Whether gradient() may be asked.
  virtual bool has_gradient() const { return false; }
  // Value and gradient of the first objective; 0 for integers. Called by several threads at once.
  virtual double gradient(std::span<const double> /*x*/, std::span<double> /*slopes*/) const {
    return 0;
  }
};

}  // namespace sengen::optimise
