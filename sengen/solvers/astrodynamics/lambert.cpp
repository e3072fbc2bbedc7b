// SPDX-License-Identifier: Apache-2.0
#include <sengen/solvers/astrodynamics/lambert.hpp>

namespace sengen::astrodynamics::lambert {

namespace {

constexpr double kTolerance = 1e-11;
// The secant takes eight steps at most in double precision, 26 in single; more is a failure.
constexpr int kMostSteps = 100;

}  // namespace

Root solve(const Triangle<double>& triangle, double seconds, LambertPrecision precision) {
  double x1 = std::log(0.4767), x2 = std::log(1.5233);
  double y1 = std::log(triangle.time(-0.5233)) - std::log(seconds);
  double y2 = std::log(triangle.time(0.5233)) - std::log(seconds);
  const bool is_single = precision == LambertPrecision::kSingle;
  double error = 1, xn = 0;
  int steps = 0;
  while (error > kTolerance && y1 != y2 && steps < kMostSteps) {
    ++steps;
    xn = (x1 * y2 - y1 * x2) / (y2 - y1);
    double yn;
    if (is_single) {
      const float shifted = std::exp(static_cast<float>(xn)) - 1.0F;
      const double time = triangle.time(static_cast<double>(shifted));
      yn = std::log(static_cast<float>(time)) - std::log(static_cast<float>(seconds));
    } else {
      yn = std::log(triangle.time(std::exp(xn) - 1)) - std::log(seconds);
    }
    x1 = x2;
    y1 = y2;
    x2 = xn;
    y2 = yn;
    error = std::abs(x1 - xn);
  }
  const double x =
      is_single ? static_cast<double>(std::exp(static_cast<float>(xn)) - 1.0F) : std::exp(xn) - 1;
  return {x, std::isfinite(x) && steps < kMostSteps};
}

}  // namespace sengen::astrodynamics::lambert
