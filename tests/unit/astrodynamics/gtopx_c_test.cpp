// SPDX-License-Identifier: Apache-2.0
#include <sengen/solvers/astrodynamics/gtopx_c.h>

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include <sengen/solvers/astrodynamics/gtopx.hpp>

namespace sengen::astrodynamics {
namespace {

std::vector<double> middle_of(int number) {
  int n = 0;
  EXPECT_EQ(gtopx_dimensions(number, &n, nullptr, nullptr, nullptr), 0);
  std::vector<double> lower(static_cast<std::size_t>(n)), upper(lower), x(lower);
  EXPECT_EQ(gtopx_bounds(number, lower.data(), upper.data()), 0);
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = 0.6 * lower[i] + 0.4 * upper[i];
  return x;
}

TEST(GtopxC, HasTheShapeAndValuesOfTheOriginal) {
  for (int number = 1; number <= 10; ++number) {
    int n = 0, integers = 0, objectives = 0, constraints = 0;
    ASSERT_EQ(gtopx_dimensions(number, &n, &integers, &objectives, &constraints), 0);
    EXPECT_EQ(integers, number == 8 || number == 10 ? 4 : 0);
    EXPECT_EQ(objectives, number == 9 || number == 10 ? 2 : 1);
    auto x = middle_of(number);
    const auto before = x;
    double f[2] = {0, 0}, g[kMostConstraints] = {};
    gtopx(number, f, g, x.data());
    EXPECT_EQ(x, before);
    const Instance instance{.mission = static_cast<Mission>(number)};
    const auto expected = evaluate(instance, x);
    for (int i = 0; i < objectives; ++i) EXPECT_EQ(f[i], expected.objectives[std::size_t(i)]);
    for (int i = 0; i < constraints; ++i) EXPECT_EQ(g[i], expected.constraints[std::size_t(i)]);
  }
}

TEST(GtopxC, BatchesGradientsAndPrecisions) {
  const auto x = middle_of(2);
  std::vector<double> points, values(9);
  for (int i = 0; i < 9; ++i) points.insert(points.end(), x.begin(), x.end());
  EXPECT_EQ(gtopx_batch(2, 9, points.data(), values.data()), 0);
  const Instance cassini2{.mission = Mission::kCassini2};
  const double f = evaluate(cassini2, x).objectives[0];
  for (const double value : values) EXPECT_NEAR(value, f, 1e-9 * f);
  std::vector<double> slopes(x.size()), expected(x.size());
  EXPECT_EQ(gtopx_gradient(2, x.data(), slopes.data()), gradient(cassini2, x, expected));
  EXPECT_EQ(slopes, expected);
  gtopx_legacy_float(1);
  double single = 0, g = 0;
  auto copy = x;
  gtopx(2, &single, &g, copy.data());
  gtopx_legacy_float(0);
  EXPECT_NE(single, f);
  EXPECT_NEAR(single, f, 1e-3 * f);
}

TEST(GtopxC, KnowsTandemAndNoOthers) {
  const auto x = middle_of(1106), y = middle_of(11);
  double a = 0, b = 0, g = 0;
  auto copy = x;
  gtopx(1106, &a, &g, copy.data());
  gtopx(11, &b, &g, copy.data());
  EXPECT_EQ(a, b);
  EXPECT_EQ(x, y);
  for (const int none : {-1, 0, 12, 1100, 1125}) {
    EXPECT_EQ(gtopx_dimensions(none, nullptr, nullptr, nullptr, nullptr), 1);
    EXPECT_EQ(gtopx_bounds(none, nullptr, nullptr), 1);
    gtopx(none, &a, &g, copy.data());
    EXPECT_EQ(a, kFailure);
  }
}

}  // namespace
}  // namespace sengen::astrodynamics
