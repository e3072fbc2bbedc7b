// SPDX-License-Identifier: Apache-2.0
#include <sengen/solvers/astrodynamics/lambert.hpp>

#include <limits>

namespace sengen::astrodynamics::lambert {

namespace {

// Izzo's first guess.
double guess(double lambda, double time) {
  const double cube = lambda * lambda * lambda;
  const double minimum_energy = std::acos(lambda) + lambda * std::sqrt(1 - lambda * lambda);
  const double parabola = 2.0 / 3 * (1 - cube);
  if (time >= minimum_energy) return (minimum_energy - time) / (time - minimum_energy + 4);
  if (time <= parabola) {
    return 1 + 2.5 * parabola * (parabola - time) / (time * (1 - cube * lambda * lambda));
  }
  return std::pow(time / minimum_energy, M_LN2 / std::log(parabola / minimum_energy)) - 1;
}

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

Root solve(double lambda, double time) {
  constexpr int kMostSteps = 100;
  constexpr double kTolerance = 1e-13;
  const double l2 = lambda * lambda, l3 = l2 * lambda, l5 = l3 * l2;
  // The time falls with x: from infinite at -1 to nothing.
  double low = -1, high = std::numeric_limits<double>::infinity();
  double x = guess(lambda, time);
  if (!(x > low)) x = -0.999;
  for (int i = 0; i < kMostSteps; ++i) {
    const double e = 1 - x * x;
    const double y = std::sqrt(1 - l2 * e), y3 = y * y * y;
    const double t = time_of(x, lambda);
    const double d1 = (3 * t * x - 2 + 2 * l3 * x / y) / e;
    const double d2 = (3 * t + 5 * x * d1 + 2 * (1 - l2) * l3 / y3) / e;
    const double d3 = (7 * x * d2 + 8 * d1 - 6 * (1 - l2) * l5 * x / (y3 * y * y)) / e;
    const double excess = t - time;
    const double step = excess * (d1 * d1 - excess * d2 / 2) /
                        (d1 * (d1 * d1 - excess * d2) + d3 * excess * excess / 6);
    (excess > 0 ? low : high) = x;
    double next = x - step;
    if (!(next > low && next < high)) next = std::isfinite(high) ? 0.5 * (low + high) : 2 * x + 2;
    const bool is_there = std::abs(next - x) <= kTolerance * (1 + std::abs(x));
    x = next;
    if (is_there) return {x, true};
  }
  return {x, false};
}

Root solve_single(const Triangle& triangle, double time) {
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
