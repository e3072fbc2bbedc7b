// SPDX-License-Identifier: Apache-2.0
// LanePlan: which input cells a 3x3 "same" convolution reads, for one axis. Where the input is
// first doubled (nearest neighbour), neighbouring taps of the kernel read the same input cell, so
// their weights are summed beforehand and the convolution runs on the coarse input: 4 taps in place
// of 9. A variant is the set of kernel taps that such a sum holds; the plain convolution uses the
// variants of one tap. The adjoint reads the same plan backwards.
#pragma once

#include <array>
#include <cstddef>
#include <vector>

namespace sengen::nn {

using Index = std::ptrdiff_t;

inline constexpr int kVariants = 5;
// Kernel taps (0, 1, 2 along one axis) of each variant.
inline constexpr std::array<std::array<bool, 3>, kVariants> kVariantTaps = {{
    {true, false, false},
    {false, true, false},
    {false, false, true},
    {false, true, true},  // even cells of a doubled input: two taps on one coarse cell
    {true, true, false},  // odd cells
}};

struct LaneTap {
  Index offset = 0;  // input cell - stride * cell of the run
  int variant = 0;
};

// Cells begin .. begin + count - 1 whose taps have the same offsets.
struct LaneRun {
  Index begin = 0;
  Index count = 0;
  std::vector<LaneTap> taps;
};

// One axis. "Fine" cells are those of the convolution's output, "coarse" ones those of its stored
// input; without doubling they are the same.
class LanePlan {
 public:
  // fine = coarse, or with doubling 2 * coarse or 2 * coarse - 1 (the doubled input is cropped).
  LanePlan(Index coarse, Index fine, bool doubled);

  Index coarse() const noexcept { return coarse_; }
  Index fine() const noexcept { return fine_; }
  // Fine cells for one coarse cell: 1, or 2 with doubling.
  Index ratio() const noexcept { return ratio_; }

  // Coarse cells (offset) and variants that a fine cell reads.
  std::vector<LaneTap> taps_of(Index fine_cell) const;
  // Fine cells (offset) and variants that read a coarse cell.
  std::vector<LaneTap> readers_of(Index coarse_cell) const;

  // Runs over j of the fine cells ratio * j + phase; tap offsets are coarse cell - j.
  const std::vector<LaneRun>& forward(Index phase) const {
    return forward_[static_cast<std::size_t>(phase)];
  }
  // Runs over the coarse cells j; tap offsets are fine cell - ratio * j.
  const std::vector<LaneRun>& backward() const noexcept { return backward_; }

 private:
  Index coarse_;
  Index fine_;
  Index ratio_;
  std::array<std::vector<LaneRun>, 2> forward_;
  std::vector<LaneRun> backward_;
};

}  // namespace sengen::nn
