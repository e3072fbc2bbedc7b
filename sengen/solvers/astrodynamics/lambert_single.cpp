// SPDX-License-Identifier: Apache-2.0
#include <sengen/solvers/astrodynamics/lambert_single.hpp>

#include <cmath>

namespace sengen::astrodynamics::lambert {

namespace {

// The reference's time of flight.
double reference_time(const Triangle& triangle, double x) {
  const double s = triangle.semi_perimeter;
  const double a = s / 2 / (1 - x * x);
  if (x < 1) {
    double beta = 2 * std::asin(std::sqrt((s - triangle.chord) / (2 * a)));
    if (triangle.long_way) beta = -beta;
    const double alfa = 2 * std::acos(x);
    return a * std::sqrt(a) * ((alfa - std::sin(alfa)) - (beta - std::sin(beta)));
  }
  double beta = 2 * std::asinh(std::sqrt((s - triangle.chord) / (-2 * a)));
  if (triangle.long_way) beta = -beta;
  const double alfa = 2 * std::acosh(x);
  return -a * std::sqrt(-a) * ((std::sinh(alfa) - alfa) - (std::sinh(beta) - beta));
}

}  // namespace

SingleRoot solve_single(const Triangle& triangle, double time) {
  // 26 steps are the most that were seen; more is a failure.
  constexpr int kMostSteps = 100;
  constexpr double kTolerance = 1e-11;
  double x1 = std::log(0.4767), x2 = std::log(1.5233);
  double y1 = std::log(reference_time(triangle, -0.5233)) - std::log(time);
  double y2 = std::log(reference_time(triangle, 0.5233)) - std::log(time);
  double error = 1, xn = 0;
  int steps = 0;
  while (error > kTolerance && y1 != y2 && steps < kMostSteps) {
    ++steps;
    xn = (x1 * y2 - y1 * x2) / (y2 - y1);
    const float shifted = std::exp(static_cast<float>(xn)) - 1.0F;
    const double found = reference_time(triangle, static_cast<double>(shifted));
    const float yn = std::log(static_cast<float>(found)) - std::log(static_cast<float>(time));
    x1 = x2;
    y1 = y2;
    x2 = xn;
    y2 = static_cast<double>(yn);
    error = std::abs(x1 - xn);
  }
  const double x = static_cast<double>(std::exp(static_cast<float>(xn)) - 1.0F);
  return {x, std::isfinite(x) && steps < kMostSteps};
}

}  // namespace sengen::astrodynamics::lambert
