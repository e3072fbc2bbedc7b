// SPDX-License-Identifier: Apache-2.0
// Leaving out what a screen cannot show, so that a report stays small: points of long lines
// (extrema of every stretch are kept, so that peaks and envelopes stay) and cells of fine fields
// (means of blocks).
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace sengen::report {

// Which of the values of y to draw, growing: all if there are at most max_points (>= 8), else the
// first, the last, and of every stretch the least and the greatest finite value, and a gap (a value
// that is not finite) if it has one.
std::vector<std::size_t> envelope(std::span<const double> y, std::size_t max_points);

// The side of the blocks that bring nx x ny cells to at most max_cells; 1: as they are.
std::size_t coarsening(std::size_t nx, std::size_t ny, std::size_t max_cells);

// Means of blocks of side x side finite values; NaN where more than half of a block is not finite.
// field is [ny, nx]; the result is [ceil(ny / side), ceil(nx / side)].
std::vector<float> block_means(std::span<const float> field, std::size_t nx, std::size_t side);
// The centres that belong to them.
std::vector<double> block_centres(std::span<const double> centres, std::size_t side);

}  // namespace sengen::report
