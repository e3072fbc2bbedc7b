// SPDX-License-Identifier: Apache-2.0
#include <sengen/solvers/astrodynamics/lambert_turns.hpp>

#include <cmath>

#include <sengen/solvers/astrodynamics/lambert.hpp>

namespace sengen::astrodynamics::lambert {

namespace {

// The time over x in (-1, 1) with its derivatives (Izzo 2015): infinite at both ends, convex.
struct TimeCurve {
  double lambda;
  int turns;

  struct Point {
    double time, slope, bend;
  };
  Point at(double x) const {
    const double l2 = lambda * lambda, l3 = l2 * lambda;
    const double e = 1 - x * x, y = std::sqrt(1 - l2 * e);
    const double time = time_of(x, lambda, y) + turns * M_PI / (e * std::sqrt(e));
    const double slope = (3 * time * x - 2 + 2 * l3 * x / y) / e;
    const double bend = (3 * time + 5 * x * slope + 2 * (1 - l2) * l3 / (y * y * y)) / e;
    return {time, slope, bend};
  }
};

constexpr int kMostSteps = 200;

// Where f, with its slope, is 0 between low (f of one sign) and high (the other): Newton's steps as
// long as they stay between, else halves.
template <class Function>
double root_between(double low, double high, bool rises, const Function& f) {
  double x = 0.5 * (low + high);
  for (int i = 0; i < kMostSteps; ++i) {
    const auto [value, slope] = f(x);
    if (value == 0) return x;
    (rises == (value > 0) ? high : low) = x;
    double next = x - value / slope;
    if (!(next > low && next < high)) next = 0.5 * (low + high);
    const bool is_there = std::abs(next - x) <= 1e-15 * (1 - std::abs(next));
    x = next;
    if (is_there) break;
  }
  return x;
}

}  // namespace

std::optional<std::array<double, 2>> solve_turns(double lambda, double time, int turns) {
  const TimeCurve curve{lambda, turns};
  // Towards the ends the time is beyond all numbers.
  constexpr double kEnd = 1 - 1e-14;
  const double fastest = root_between(-kEnd, kEnd, true, [&](double x) {
    const auto point = curve.at(x);
    return std::pair(point.slope, point.bend);
  });
  if (!(curve.at(fastest).time < time)) return std::nullopt;
  const auto excess = [&](double x) {
    const auto point = curve.at(x);
    return std::pair(point.time - time, point.slope);
  };
  return std::array{root_between(-kEnd, fastest, false, excess),
                    root_between(fastest, kEnd, true, excess)};
}

}  // namespace sengen::astrodynamics::lambert
