// SPDX-License-Identifier: Apache-2.0
// Problems of the literature for the tests of this folder: a function of one row over a box.
#pragma once

#include <atomic>
#include <cmath>
#include <functional>
#include <numbers>
#include <utility>

#include <sengen/optimise/problem.hpp>

namespace front_problems {

using sengen::optimise::Box;

class RowProblem : public sengen::optimise::Problem {
 public:
  using Function = std::function<void(std::span<const double>, std::span<double>)>;
  RowProblem(Box box, std::size_t objectives, std::size_t constraints, Function function)
      : box_(std::move(box)),
        objectives_(objectives),
        constraints_(constraints),
        function_(std::move(function)) {}
  const Box& box() const override { return box_; }
  std::size_t objectives() const override { return objectives_; }
  std::size_t constraints() const override { return constraints_; }
  void evaluate(std::span<const double> points, std::span<double> values) const override {
    for (std::size_t i = 0; i * box_.size() < points.size(); ++i) {
      function_(points.subspan(i * box_.size(), box_.size()),
                values.subspan(i * this->values(), this->values()));
      ++evaluations;
    }
  }
  mutable std::atomic<long> evaluations = 0;

 private:
  Box box_;
  std::size_t objectives_, constraints_;
  Function function_;
};

inline Box cube(std::size_t n, double lower, double upper) {
  return {std::vector<double>(n, lower), std::vector<double>(n, upper), {}};
}

// Zitzler, Deb, Thiele 2000, number 1 to 3, of n variables.
inline RowProblem zdt(int number, std::size_t n) {
  return {cube(n, 0, 1), 2, 0, [number](std::span<const double> x, std::span<double> f) {
            double sum = 0;
            for (std::size_t i = 1; i < x.size(); ++i) sum += x[i];
            const double g = 1 + 9 * sum / static_cast<double>(x.size() - 1);
            const double ratio = x[0] / g;
            f[0] = x[0];
            f[1] = g * (1 - (number == 2 ? ratio * ratio : std::sqrt(ratio)));
            if (number == 3) f[1] -= g * ratio * std::sin(10 * std::numbers::pi * x[0]);
          }};
}
// Area below (1.1, 1.1) that the whole front dominates: 1.1^2 - int_0^1 f2 - 0.1 x 0 for the first
// two, by quadrature for the third.
inline double zdt_hypervolume(int number) {
  if (number == 1) return 1.21 - 1.0 / 3;
  if (number == 2) return 1.21 - 2.0 / 3;
  constexpr int kSteps = 400000;
  double least = 1.1, area = 0;
  for (int i = 0; i < kSteps; ++i) {
    const double x = 1.1 * (i + 0.5) / kSteps;
    if (x <= 1) {
      least = std::min(least, 1 - std::sqrt(x) - x * std::sin(10 * std::numbers::pi * x));
    }
    area += (1.1 - least) * 1.1 / kSteps;
  }
  return area;
}

// g06 of Michalewicz and Schoenauer 1996: optimum -6961.8138755802 at (14.095, 0.84296), both
// constraints active.
inline RowProblem g06() {
  return {{{13, 0}, {100, 100}, {}}, 1, 2, [](std::span<const double> x, std::span<double> f) {
            f[0] = std::pow(x[0] - 10, 3) + std::pow(x[1] - 20, 3);
            f[1] = std::pow(x[0] - 5, 2) + std::pow(x[1] - 5, 2) - 100;
            f[2] = 82.81 - std::pow(x[0] - 6, 2) - std::pow(x[1] - 5, 2);
          }};
}

// g08: optimum -0.0958250414 at (1.22797, 4.24537), within the constraints.
inline RowProblem g08() {
  return {cube(2, 1e-3, 10), 1, 2, [](std::span<const double> x, std::span<double> f) {
            constexpr double kTurn = 2 * std::numbers::pi;
            f[0] = -std::pow(std::sin(kTurn * x[0]), 3) * std::sin(kTurn * x[1]) /
                   (std::pow(x[0], 3) * (x[0] + x[1]));
            f[1] = -(x[0] * x[0] - x[1] + 1);
            f[2] = -(1 - x[0] + std::pow(x[1] - 4, 2));
          }};
}

// Two numbers and two integers 0..9: sum (x - 0.3 k)^2 + cost[k][l], least with k = 7, l = 2, where
// it is 0; x near 0.3 k is cheap at first for other k.
inline RowProblem mixed_toy() {
  return {{{-5, -5, 0, 0}, {5, 5, 9, 9}, {false, false, true, true}},
          1,
          0,
          [](std::span<const double> x, std::span<double> f) {
            const double k = std::floor(x[2]), l = std::floor(x[3]);
            const double off = std::abs(k - 7) + std::abs(l - 2);
            f[0] = std::pow(x[0] - 0.3 * k, 2) + std::pow(x[1] + 0.2 * l, 2) +
                   (off > 0 ? 0.5 + 0.1 * std::fmod(3 * k + 5 * l, 7) : 0);
          }};
}

}  // namespace front_problems
