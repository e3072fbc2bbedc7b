// SPDX-License-Identifier: Apache-2.0
// Functions that optimisers are tested with, as problems that count their evaluations.
#pragma once

#include <atomic>
#include <cmath>
#include <cstdint>
#include <functional>
#include <numbers>
#include <utility>
#include <vector>

#include <sengen/core/random.hpp>
#include <sengen/optimise/problem.hpp>

namespace sengen::optimise::test {

using Function = std::function<double(std::span<const double>)>;
using Slopes = std::function<void(std::span<const double>, std::span<double>)>;

class Counted : public Problem {
 public:
  Counted(Box box, Function function, Slopes slopes = {})
      : box_(std::move(box)), function_(std::move(function)), slopes_(std::move(slopes)) {}

  const Box& box() const override { return box_; }
  void evaluate(std::span<const double> points, std::span<double> values) const override {
    const std::size_t n = box_.size();
    for (std::size_t i = 0; i < values.size(); ++i) {
      const auto x = points.subspan(i * n, n);
      for (std::size_t k = 0; k < n; ++k) {
        if (!(x[k] >= box_.lower[k] && x[k] <= box_.upper[k])) ++outside;
      }
      ++evaluations;
      values[i] = function_(x);
    }
  }
  bool has_gradient() const override { return static_cast<bool>(slopes_); }
  double gradient(std::span<const double> x, std::span<double> slopes) const override {
    ++evaluations;
    slopes_(x, slopes);
    return function_(x);
  }

  mutable std::atomic<std::int64_t> evaluations = 0;
  mutable std::atomic<std::int64_t> outside = 0;  // coordinates that left the box

 private:
  Box box_;
  Function function_;
  Slopes slopes_;
};

inline Box cube(std::size_t n, double lower, double upper) {
  return {std::vector<double>(n, lower), std::vector<double>(n, upper), {}};
}

inline double sphere(std::span<const double> x) {
  double sum = 0;
  for (const double xi : x) sum += xi * xi;
  return sum;
}

inline double rosenbrock(std::span<const double> x) {
  double sum = 0;
  for (std::size_t i = 0; i + 1 < x.size(); ++i) {
    const double a = x[i + 1] - x[i] * x[i], b = 1 - x[i];
    sum += 100 * a * a + b * b;
  }
  return sum;
}
inline void rosenbrock_slopes(std::span<const double> x, std::span<double> slopes) {
  std::fill(slopes.begin(), slopes.end(), 0.0);
  for (std::size_t i = 0; i + 1 < x.size(); ++i) {
    const double a = x[i + 1] - x[i] * x[i], b = 1 - x[i];
    slopes[i] += -400 * a * x[i] - 2 * b;
    slopes[i + 1] += 200 * a;
  }
}

// A function of rotated coordinates: rows of the rotation by Gram and Schmidt from normal numbers.
inline Function rotated(std::size_t n, Function inner) {
  std::vector<double> rows(n * n);
  Random(7).fill_normal(rows);
  for (std::size_t i = 0; i < n; ++i) {
    const auto row = std::span(rows).subspan(i * n, n);
    for (std::size_t j = 0; j < i; ++j) {
      double product = 0;
      for (std::size_t k = 0; k < n; ++k) product += row[k] * rows[j * n + k];
      for (std::size_t k = 0; k < n; ++k) row[k] -= product * rows[j * n + k];
    }
    const double length = std::sqrt(sphere(row));
    for (double& x : row) x /= length;
  }
  return [n, rows, inner = std::move(inner)](std::span<const double> x) {
    std::vector<double> y(n);
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t k = 0; k < n; ++k) y[i] += rows[i * n + k] * x[k];
    }
    return inner(y);
  };
}

// Axes from 1 to a million.
inline double ellipsoid(std::span<const double> x) {
  double sum = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double part = static_cast<double>(i) / static_cast<double>(x.size() - 1);
    sum += std::pow(1e6, part) * x[i] * x[i];
  }
  return sum;
}

inline double rastrigin(std::span<const double> x) {
  double sum = 0;
  for (const double xi : x) sum += 10 + xi * xi - 10 * std::cos(2 * std::numbers::pi * xi);
  return sum;
}

// Least at 3 in every coordinate, which a box up to 2 does not hold.
inline double beyond(std::span<const double> x) {
  double sum = 0;
  for (const double xi : x) sum += (xi - 3) * (xi - 3);
  return sum;
}

// Steps: the gradient is 0 nearly everywhere.
inline double steps(std::span<const double> x) {
  double sum = 0;
  for (const double xi : x) sum += std::floor(std::abs(xi) * 4);
  return sum;
}

}  // namespace sengen::optimise::test
