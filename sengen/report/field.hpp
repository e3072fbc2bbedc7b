// SPDX-License-Identifier: Apache-2.0
// Scalar fields on a plane as heat maps: one, small multiples, or an animation with slider and play
// button. Lengths have equal aspect; solid cells and NaN are grey. Fields are stored quantised in
// base64 (maps 16 bit, frames 8 bit between the range's ends) and coarsened by block means where
// they are finer than a screen shows (kMaxCells, kMaxAnimationBytes).
//
//   page.add_figure(make_figure(FieldMaps{
//       .caption = "Mean velocity.", .grid = grid, .fields = {{"u", mean}},
//       .scale = {.quantity = {"u/U"}}}));
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <sengen/report/figure.hpp>

namespace sengen::report {

// Finer fields are coarsened to at most so many cells.
inline constexpr std::size_t kMaxCells = 40'000;
// An animation with more (one byte a cell and frame) shows every k-th frame.
inline constexpr std::size_t kMaxAnimationBytes = 4'000'000;

// A rectilinear grid. Fields on it are [ny, nx], x fastest.
struct FieldGrid {
  std::vector<double> x;  // cell centres, growing
  std::vector<double> y;
  Axis x_axis = {"x"};
  Axis y_axis = {"y"};
  std::vector<std::uint8_t> solid = {};  // [ny, nx], 1 = grey; empty: no solid cell
};

enum class Colours {
  kSequential,  // viridis, from the least to the greatest value
  kDiverging,   // blue - white - red about zero: for fluctuations, modes, vorticity
};

struct ColourScale {
  Axis quantity;  // label, unit and, if set, range
  Colours colours = Colours::kSequential;
  // Without a range: this share of the cells (0.002, say) may lie outside of the scale, so that a
  // few cells at a wall do not hide the rest.
  double clipped_share = 0;
};

struct Field {
  std::string title;
  std::span<const float> values;  // [ny, nx]; read by make_figure only
  // Otherwise than the figure's, where every field has its own scale.
  std::optional<Colours> colours = {};
};

struct FieldMaps {
  std::string caption;
  FieldGrid grid;
  std::vector<Field> fields;
  ColourScale scale;
  bool one_scale = true;  // false: every field has its own range and colour bar
  int columns = 1;
};

struct FieldAnimation {
  std::string caption;
  FieldGrid grid;
  std::vector<double> times;
  Axis time = {"t"};
  std::span<const float> values;  // [times, ny, nx]
  ColourScale scale;
  double frames_per_second = 12;
};

// kInternal when sizes do not fit.
Figure make_figure(const FieldMaps& maps);
Figure make_figure(const FieldAnimation& animation);

}  // namespace sengen::report
