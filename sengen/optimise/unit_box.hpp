// SPDX-License-Identifier: Apache-2.0
// The box as a search sees it: every variable that can move runs from 0 to 1, those whose bounds
// are equal are left out.
#pragma once

#include <span>
#include <vector>

#include <sengen/optimise/problem.hpp>

namespace sengen::optimise {

class UnitBox {
 public:
  // kUsage when no variable can move.
  explicit UnitBox(Box box);

  // Variables that can move.
  std::size_t size() const noexcept { return free_.size(); }
  // The point inside the box of unit coordinates (size()), any of them beyond 0 and 1 put on the
  // bound, written to x (a row of the whole box).
  void place(std::span<const double> unit, std::span<double> x) const;
  // Unit coordinates of a point, those beyond the box put on its bound.
  std::vector<double> coordinates(std::span<const double> x) const;
  // Of a gradient by x, that by the unit coordinates.
  std::vector<double> slopes(std::span<const double> gradient) const;

  // The mirror image in [0, 1] of any coordinate.
  static double reflected(double unit);

 private:
  Box box_;
  std::vector<std::size_t> free_;
};

}  // namespace sengen::optimise
