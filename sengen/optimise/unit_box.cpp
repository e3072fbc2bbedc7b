// SPDX-License-Identifier: Apache-2.0
#include <sengen/optimise/unit_box.hpp>

#include <algorithm>
#include <cmath>
#include <utility>

#include <sengen/core/error.hpp>

namespace sengen::optimise {

UnitBox::UnitBox(Box box) : box_(std::move(box)) {
  for (std::size_t i = 0; i < box_.size(); ++i) {
    if (box_.width(i) > 0) free_.push_back(i);
  }
  if (free_.empty()) {
    throw Error(ErrorKind::kUsage, "no variable of the box can move: all bounds are equal");
  }
}

void UnitBox::place(std::span<const double> unit, std::span<double> x) const {
  std::copy(box_.lower.begin(), box_.lower.end(), x.begin());
  for (std::size_t k = 0; k < free_.size(); ++k) {
    const std::size_t i = free_[k];
    // Clamped: the sum may round beyond the bound, and 1 is to be the bound itself.
    x[i] = unit[k] >= 1
               ? box_.upper[i]
               : std::clamp(box_.lower[i] + unit[k] * box_.width(i), box_.lower[i], box_.upper[i]);
  }
}

std::vector<double> UnitBox::coordinates(std::span<const double> x) const {
  std::vector<double> unit(free_.size());
  for (std::size_t k = 0; k < free_.size(); ++k) {
    const std::size_t i = free_[k];
    unit[k] = std::clamp((x[i] - box_.lower[i]) / box_.width(i), 0.0, 1.0);
  }
  return unit;
}

std::vector<double> UnitBox::slopes(std::span<const double> gradient) const {
  std::vector<double> unit(free_.size());
  for (std::size_t k = 0; k < free_.size(); ++k) {
    unit[k] = gradient[free_[k]] * box_.width(free_[k]);
  }
  return unit;
}

double UnitBox::reflected(double unit) {
  if (unit >= 0 && unit <= 1) return unit;
  const double folded = std::fmod(std::abs(unit), 2.0);
  return folded > 1 ? 2 - folded : folded;
}

}  // namespace sengen::optimise
