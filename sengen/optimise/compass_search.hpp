// SPDX-License-Identifier: Apache-2.0
// Compass search in a box (Kolda, Lewis and Torczon, SIAM Review 45, 2003): steps of one length up
// and down every coordinate in turn, taken when they are better; the length halves when none is. It
// converges for smooth functions and gets on with those that are not. A batch is the two steps of a
// coordinate.
#pragma once

#include <vector>

#include <sengen/optimise/search.hpp>
#include <sengen/optimise/unit_box.hpp>

namespace sengen::optimise {

struct CompassSearchOptions {
  std::vector<double> start = {};  // empty: the box's middle
  double first_length = 0.1;       // of a step, as a part of the box
  double last_length = 1e-6;       // ends below
  double shrinkage = 0.5;
};

class CompassSearch : public Search {
 public:
  // kUsage for options out of range, or a box in which nothing can move.
  CompassSearch(Box box, CompassSearchOptions options);

 private:
  void learn(std::span<const double> values, std::span<const double> slopes) override;
  void propose();

  CompassSearchOptions options_;
  UnitBox unit_;
  std::vector<double> at_;
  std::vector<double> up_, down_;
  double value_ = 0;
  double length_;
  std::size_t axis_ = 0;
  std::size_t failures_ = 0;  // coordinates in a row without a better point
  bool is_first_ = true;
};

}  // namespace sengen::optimise
