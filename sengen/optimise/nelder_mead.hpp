// SPDX-License-Identifier: Apache-2.0
// The simplex of Nelder and Mead (Computer J. 7, 1965) in a box, with the steps that Gao and Han
// fitted to the number of variables (Comput. Optim. Appl. 51, 2012). Points that leave the box are
// put on its bound. Finds a minimum nearby of functions without gradients; it may end at a point
// that is none, which polish() mends by beginning anew. Batches are single points but for first
// simplices and shrinking.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include <sengen/optimise/search.hpp>
#include <sengen/optimise/unit_box.hpp>

namespace sengen::optimise {

struct NelderMeadOptions {
  std::vector<double> start = {};  // a corner of the first simplex; empty: the box's middle
  double edge = 0.05;              // of the first simplex, as a part of the box
  double x_tolerance = 1e-10;      // ends when the simplex is smaller, as a part of the box, and
  double value_tolerance = 1e-14;  // its values are equal to this part
  std::int64_t most_evaluations = 1'000'000;
};

class NelderMead : public Search {
 public:
  // kUsage for options out of range, or a box in which nothing can move.
  NelderMead(Box box, NelderMeadOptions options);

 private:
  enum class Step : std::uint8_t { kSimplex, kReflect, kExpand, kOutside, kInside, kShrink };
  struct Corner {
    std::vector<double> at;  // unit coordinates
    double value = 0;
  };

  void learn(std::span<const double> values, std::span<const double> slopes) override;
  void ask_along(Step step, double factor);
  void ask_corners(std::size_t first);
  void replace_worst(const Corner& corner);
  void shrink();
  void reflect();
  bool is_small() const;

  NelderMeadOptions options_;
  UnitBox unit_;
  double expansion_, contraction_, shrinkage_;
  std::vector<Corner> corners_;  // sorted by value but while they are being evaluated
  Corner reflected_, trial_;
  Step step_ = Step::kSimplex;
  std::int64_t evaluations_ = 0;
};

}  // namespace sengen::optimise
