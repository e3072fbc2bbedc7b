// SPDX-License-Identifier: Apache-2.0
#include "problems.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include <Eigen/Dense>

#include <sengen/core/random.hpp>

namespace sengen::bench {

ZdtProblem::ZdtProblem(int number) : number_(number) {
  const std::size_t n = number < 4 ? 30 : 10;
  box_.lower.assign(n, number == 4 ? -5 : 0);
  box_.upper.assign(n, number == 4 ? 5 : 1);
  box_.lower[0] = 0;
  box_.upper[0] = 1;
}

void ZdtProblem::evaluate(std::span<const double> points, std::span<double> values) const {
  constexpr double kPi = std::numbers::pi;
  const std::size_t n = box_.size();
  for (std::size_t i = 0; i * n < points.size(); ++i) {
    const auto x = points.subspan(i * n, n);
    double sum = 0, waves = 0;
    for (std::size_t k = 1; k < n; ++k) {
      sum += x[k] / static_cast<double>(n - 1);
      waves += x[k] * x[k] - 10 * std::cos(4 * kPi * x[k]) + 10;
    }
    double f = x[0], g = 1 + 9 * sum;
    if (number_ == 4) g = 1 + waves;
    if (number_ == 6) {
      f = 1 - std::exp(-4 * x[0]) * std::pow(std::sin(6 * kPi * x[0]), 6);
      g = 1 + 9 * std::pow(sum, 0.25);
    }
    const double ratio = f / g;
    double h = 1 - (number_ == 2 || number_ == 6 ? ratio * ratio : std::sqrt(ratio));
    if (number_ == 3) h -= ratio * std::sin(10 * kPi * f);
    values[2 * i] = f;
    values[2 * i + 1] = g * h;
  }
}

double ZdtProblem::whole_hypervolume() const {
  constexpr int kSteps = 200000;
  std::vector<double> rows, points(box_.size(), 0), value(2);
  for (int i = 0; i <= kSteps; ++i) {
    points[0] = static_cast<double>(i) / kSteps;
    evaluate(points, value);
    rows.insert(rows.end(), value.begin(), value.end());
  }
  return optimise::hypervolume(rows, std::vector<double>{1.1, 1.1});
}

RotatedRastrigin::RotatedRastrigin(std::uint64_t seed) {
  constexpr Eigen::Index kSize = 10;
  box_ = {std::vector<double>(kSize, -5.12), std::vector<double>(kSize, 5.12), {}};
  std::vector<double> numbers(kSize * kSize);
  Random(seed, 1).fill_normal(numbers);
  const Eigen::MatrixXd turned = Eigen::HouseholderQR<Eigen::MatrixXd>(
                                     Eigen::Map<Eigen::MatrixXd>(numbers.data(), kSize, kSize))
                                     .householderQ();
  axes_.assign(turned.data(), turned.data() + turned.size());
}

void RotatedRastrigin::evaluate(std::span<const double> points, std::span<double> values) const {
  const std::size_t n = box_.size();
  for (std::size_t i = 0; i < values.size(); ++i) {
    double sum = 0;
    for (std::size_t k = 0; k < n; ++k) {
      double z = 0;
      // Off the middle of the box.
      for (std::size_t j = 0; j < n; ++j) z += axes_[k * n + j] * (points[i * n + j] - 0.7);
      sum += z * z - 10 * std::cos(2 * std::numbers::pi * z) + 10;
    }
    values[i] = sum;
  }
}

void Recorded::evaluate(std::span<const double> points, std::span<double> values) const {
  inner_.evaluate(points, values);
  const std::scoped_lock guard(lock_);
  const std::size_t rows = points.size() / box().size();
  evaluations_ += static_cast<std::int64_t>(rows);
  if (objectives() == 2) archive_.add_rows(points, values, rows);
}

}  // namespace sengen::bench
