// SPDX-License-Identifier: Apache-2.0
#include <sengen/io/colour_map.hpp>

#include <array>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

#include <gtest/gtest.h>

#include "io_test.hpp"

namespace sengen::io {
namespace {

using Colour = std::array<int, 3>;

Colour colour_at(const Picture& picture, std::int64_t row, std::int64_t column) {
  const auto at = static_cast<std::size_t>((row * picture.width + column) * 3);
  return {picture.pixels[at], picture.pixels[at + 1], picture.pixels[at + 2]};
}

// L* of CIELAB for an sRGB colour: how light it seems.
double lightness(const Colour& colour) {
  const std::array<double, 3> weights = {0.2126, 0.7152, 0.0722};
  double luminance = 0;
  for (std::size_t c = 0; c < 3; ++c) {
    const double value = colour[c] / 255.0;
    luminance +=
        weights[c] * (value <= 0.04045 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4));
  }
  return luminance > 0.008856 ? 116 * std::cbrt(luminance) - 16 : 903.3 * luminance;
}

std::vector<double> lightness_of_ramp(ColourMap map) {
  std::vector<float> ramp(101);
  std::iota(ramp.begin(), ramp.end(), 0.0F);
  const Picture picture = colour_field(ramp, 1, 101, 0, 100, map);
  std::vector<double> values;
  for (std::int64_t i = 0; i <= 100; ++i) values.push_back(lightness(colour_at(picture, 0, i)));
  return values;
}

TEST(ColourMap, GrowsLighterEvenlyWhereItIsSequential) {
  const auto values = lightness_of_ramp(ColourMap::kSequential);
  const double step = (values.back() - values.front()) / 100;
  EXPECT_GT(step, 0.7);
  // Over ten steps: colours have only 256 levels, which a single step would show.
  for (std::size_t i = 10; i < values.size(); ++i) {
    EXPECT_GT(values[i], values[i - 1]) << "at " << i << " of 100";
    EXPECT_NEAR(values[i] - values[i - 10], 10 * step, 2 * step) << "at " << i << " of 100";
  }
}

TEST(ColourMap, IsLightestInTheMiddleAndAsDarkAtBothEndsWhereItIsDiverging) {
  const auto values = lightness_of_ramp(ColourMap::kDiverging);
  for (std::size_t i = 1; i < values.size(); ++i) {
    EXPECT_EQ(values[i] > values[i - 1], i <= 50) << "at " << i << " of 100";
  }
  EXPECT_NEAR(values.front(), values.back(), 3);
}

TEST(ColourMap, PutsTheFirstRowAtTheBottomAndMarksWhatIsNoNumber) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const float inf = std::numeric_limits<float>::infinity();
  const std::vector<float> field = {0, 1, nan, inf, -inf, 7};
  const Picture picture = colour_field(field, 2, 3, 0, 1, ColourMap::kSequential);
  const Colour lowest = {68, 1, 84};
  const Colour highest = {253, 231, 37};
  EXPECT_EQ(colour_at(picture, 1, 0), lowest);
  EXPECT_EQ(colour_at(picture, 1, 1), highest);
  EXPECT_EQ(colour_at(picture, 1, 2), (Colour{128, 128, 128}));
  EXPECT_EQ(colour_at(picture, 0, 0), highest);
  EXPECT_EQ(colour_at(picture, 0, 1), lowest);
  EXPECT_EQ(colour_at(picture, 0, 2), highest);
}

TEST(ColourMap, RefusesAFieldOfAnotherSizeAndARangeOfNothing) {
  const std::vector<float> field(6);
  expect_refused(ErrorKind::kInternal, {"2 x 4"},
                 [&] { colour_field(field, 2, 4, 0, 1, ColourMap::kSequential); });
  expect_refused(ErrorKind::kInternal, {"from 1 to 1"},
                 [&] { colour_field(field, 2, 3, 1, 1, ColourMap::kSequential); });
}

}  // namespace
}  // namespace sengen::io
