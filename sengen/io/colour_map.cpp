// SPDX-License-Identifier: Apache-2.0
#include <sengen/io/colour_map.hpp>

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include <sengen/core/error.hpp>

namespace sengen::io {

namespace {

using Colour = std::array<std::uint8_t, 3>;
constexpr std::size_t kColours = 256;
using Table = std::array<Colour, kColours>;

// Support points at equal distances, straight lines between them.
constexpr std::array<Colour, 10> kViridis = {{{68, 1, 84},
                                              {72, 40, 120},
                                              {62, 73, 137},
                                              {49, 104, 142},
                                              {38, 130, 142},
                                              {31, 158, 137},
                                              {53, 183, 121},
                                              {110, 206, 88},
                                              {181, 222, 43},
                                              {253, 231, 37}}};
constexpr std::array<Colour, 9> kBlueRed = {{{59, 76, 192},
                                             {98, 130, 234},
                                             {141, 176, 254},
                                             {184, 208, 249},
                                             {221, 221, 221},
                                             {245, 196, 173},
                                             {244, 154, 123},
                                             {222, 96, 77},
                                             {180, 4, 38}}};
constexpr Colour kNoValue = {128, 128, 128};

template <std::size_t kPoints>
Table interpolate(const std::array<Colour, kPoints>& points) {
  Table table;
  for (std::size_t i = 0; i < kColours; ++i) {
    const double at = static_cast<double>(i) * (kPoints - 1) / (kColours - 1);
    const std::size_t left = std::min(static_cast<std::size_t>(at), kPoints - 2);
    const double part = at - static_cast<double>(left);
    for (std::size_t c = 0; c < 3; ++c) {
      table[i][c] = static_cast<std::uint8_t>(
          std::lround((1 - part) * points[left][c] + part * points[left + 1][c]));
    }
  }
  return table;
}

}  // namespace

Picture colour_field(std::span<const float> field, std::int64_t height, std::int64_t width,
                     double low, double high, ColourMap map) {
  if (height < 0 || width < 0 || field.size() != static_cast<std::size_t>(height * width) ||
      !(low < high)) {
    throw Error(ErrorKind::kInternal,
                fmt::format("{} values from {} to {} make no picture of {} x {}", field.size(), low,
                            high, height, width));
  }
  const Table table = map == ColourMap::kSequential ? interpolate(kViridis) : interpolate(kBlueRed);
  Picture picture{width, height, 3, {}};
  picture.pixels.reserve(field.size() * 3);
  for (std::int64_t row = height - 1; row >= 0; --row) {
    for (const float value :
         field.subspan(static_cast<std::size_t>(row * width), static_cast<std::size_t>(width))) {
      const double part = std::clamp((value - low) / (high - low), 0.0, 1.0);
      const Colour& colour =
          std::isnan(value) ? kNoValue : table[static_cast<std::size_t>(std::lround(part * 255))];
      picture.pixels.insert(picture.pixels.end(), colour.begin(), colour.end());
    }
  }
  return picture;
}

}  // namespace sengen::io
