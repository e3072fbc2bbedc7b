// SPDX-License-Identifier: Apache-2.0
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "sengen/solvers/astrodynamics/batch.cpp"
// Lanes are members of structs, which vectors without a size cannot be.
#ifndef HWY_DISABLED_TARGETS
#define HWY_DISABLED_TARGETS (HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128 | HWY_RVV)
#endif
#include <hwy/foreach_target.h>
// foreach_target must come first: it compiles this file once for every instruction set.
#include <hwy/highway.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include <fmt/format.h>

#include <sengen/core/error.hpp>
#include <sengen/solvers/astrodynamics/batch.hpp>
#include <sengen/solvers/astrodynamics/lanes-inl.hpp>
#include <sengen/solvers/astrodynamics/missions.hpp>
#include <sengen/solvers/astrodynamics/mixed_route-inl.hpp>

HWY_BEFORE_NAMESPACE();
namespace sengen::astrodynamics::HWY_NAMESPACE {

// Eight vectors. columns: eight of each variable, one after the other; results: eight of each
// objective and constraint, NaN where a conic was not found.
void evaluate_lanes(const Instance& instance, std::size_t variables, std::size_t objectives,
                    std::size_t constraints, const double* columns, double* results) {
  std::array<Lanes, kMostVariables> x;
  for (std::size_t i = 0; i < variables; ++i) x[i] = load(columns + i * kLanes);
  const auto found =
      missions::evaluate_any<Lanes>(instance, std::span<const Lanes>(x).first(variables));
  for (std::size_t k = 0; k < objectives; ++k) {
    store(select(found.failed, Lanes(std::nan("")), found.objectives[k]), results + k * kLanes);
  }
  for (std::size_t k = 0; k < constraints; ++k) {
    store(found.constraints[k], results + (objectives + k) * kLanes);
  }
}

}  // namespace sengen::astrodynamics::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace sengen::astrodynamics {

namespace {

HWY_EXPORT(evaluate_lanes);

constexpr std::size_t kEight = 8;  // kLanes of every instruction set

// A batch on its way: eight rows gathered, their results spread.
class Batch {
 public:
  Batch(const Instance& instance, std::span<const double> points, std::span<double> values)
      : instance_(instance),
        info_(info_of(instance)),
        variables_(info_.variables.size()),
        objectives_(info_.objectives.size()),
        constraints_(info_.constraints.size()),
        points_(points),
        values_(values) {}

  void row(std::size_t index) {
    const bool is_plain = instance_.precision == LambertPrecision::kDouble &&
                          instance_.revolutions == 0 && instance_.ephemeris == nullptr;
    if (!is_plain || !is_inside(index)) {
      alone(index);
      return;
    }
    rows_[filled_] = index;
    for (std::size_t i = 0; i < variables_; ++i) {
      columns_[i * kEight + filled_] = points_[index * variables_ + i];
    }
    if (++filled_ == kEight) together();
  }
  void finish() {
    if (filled_ > 0) together();
  }

 private:
  bool is_inside(std::size_t index) const {
    for (std::size_t i = 0; i < variables_; ++i) {
      const double x = points_[index * variables_ + i];
      const Variable& variable = info_.variables[i];
      if (!(x >= variable.lower && x <= variable.upper)) return false;
      if (variable.is_integer && !(x < 9)) return false;
    }
    return true;
  }

  std::span<double> values_at(std::size_t index) const {
    const std::size_t width = objectives_ + constraints_;
    return values_.subspan(index * width, width);
  }

  void alone(std::size_t index) const {
    const auto found = evaluate(instance_, points_.subspan(index * variables_, variables_));
    const auto values = values_at(index);
    std::copy_n(found.objectives.begin(), objectives_, values.begin());
    std::copy_n(found.constraints.begin(), constraints_,
                values.begin() + static_cast<std::ptrdiff_t>(objectives_));
  }

  // What is missing of eight is the first once more.
  void together() {
    for (std::size_t i = 0; i < variables_; ++i) {
      double* column = &columns_[i * kEight];
      std::fill(column + filled_, column + kEight, column[0]);
    }
    HWY_DYNAMIC_DISPATCH(evaluate_lanes)
    (instance_, variables_, objectives_, constraints_, columns_.data(), results_.data());
    for (std::size_t lane = 0; lane < filled_; ++lane) {
      const auto values = values_at(rows_[lane]);
      bool is_usable = true;
      for (std::size_t k = 0; k < values.size(); ++k) {
        values[k] = results_[k * kEight + lane];
        is_usable = is_usable && std::abs(values[k]) <= (k < objectives_ ? kFailure : 1e300);
      }
      if (!is_usable) alone(rows_[lane]);
    }
    filled_ = 0;
  }

  const Instance& instance_;
  const InstanceInfo& info_;
  std::size_t variables_, objectives_, constraints_;
  std::span<const double> points_;
  std::span<double> values_;
  std::size_t filled_ = 0;
  std::array<std::size_t, kEight> rows_{};
  std::array<double, kMostVariables * kEight> columns_{};
  std::array<double, (2 + kMostConstraints) * kEight> results_{};
};

}  // namespace

std::size_t values_of(const Instance& instance) {
  const InstanceInfo& info = info_of(instance);
  return info.objectives.size() + info.constraints.size();
}

void evaluate_batch(const Instance& instance, std::span<const double> points,
                    std::span<double> values) {
  const InstanceInfo& info = info_of(instance);
  const std::size_t rows = points.size() / info.variables.size();
  if (points.size() != rows * info.variables.size() ||
      values.size() != rows * values_of(instance)) {
    throw Error(ErrorKind::kUsage,
                fmt::format("{} numbers and {} values: rows of {} have {} and {}", points.size(),
                            values.size(), info.name, info.variables.size(), values_of(instance)));
  }
  Batch batch(instance, points, values);
  for (std::size_t i = 0; i < rows; ++i) batch.row(i);
  batch.finish();
}

}  // namespace sengen::astrodynamics
#endif
