// SPDX-License-Identifier: Apache-2.0
#include <sengen/solvers/astrodynamics/gtopx.hpp>

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include <sengen/core/error.hpp>
#include <sengen/solvers/astrodynamics/missions.hpp>

namespace sengen::astrodynamics {

namespace {

void check_length(const Instance& instance, std::size_t length) {
  const InstanceInfo& info = info_of(instance);
  if (length == info.variables.size()) return;
  throw Error(ErrorKind::kUsage,
              fmt::format("{} numbers, {} takes {}", length, info.name, info.variables.size()));
}

bool is_usable(const Instance& instance, std::span<const double> x) {
  const InstanceInfo& info = info_of(instance);
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (!std::isfinite(x[i])) return false;
    // Pluto has no mu, and there is no planet 0.
    if (info.variables[i].is_integer && !(x[i] >= 1 && x[i] < 9)) return false;
  }
  return true;
}

}  // namespace

Evaluation<double> evaluate(const Instance& instance, std::span<const double> x) {
  check_length(instance, x.size());
  Evaluation<double> result;
  result.failed = !is_usable(instance, x);
  if (!result.failed) {
    const auto found = missions::evaluate_any<double>(instance, x);
    result = {found.objectives, found.constraints, found.failed};
  }
  const auto is_wild = [](double value) { return !(std::abs(value) <= kFailure); };
  result.failed = result.failed ||
                  std::any_of(result.objectives.begin(), result.objectives.end(), is_wild) ||
                  std::any_of(result.constraints.begin(), result.constraints.end(),
                              [](double value) { return std::isnan(value); });
  if (result.failed) {
    result.objectives.fill(kFailure);
    result.constraints.fill(-kFailure);
  }
  for (double& value : result.constraints) value = std::clamp(value, -1e300, 1e300);
  return result;
}

double gradient(const Instance& instance, std::span<const double> x, std::span<double> gradient) {
  check_length(instance, x.size());
  std::fill(gradient.begin(), gradient.end(), 0.0);
  if (!is_usable(instance, x)) return kFailure;
  double f = kFailure;
  std::vector<Dual> point(x.size());
  for (std::size_t first = 0; first < x.size(); first += Dual::kDirections) {
    const std::size_t count = std::min(Dual::kDirections, x.size() - first);
    for (std::size_t i = 0; i < x.size(); ++i) {
      point[i] = Dual(x[i]);
      if (i >= first && i < first + count) point[i].slope[i - first] = 1;
    }
    const auto result = missions::evaluate_any<Dual>(instance, point);
    f = result.objectives[0].value;
    if (result.failed || !(std::abs(f) <= kFailure)) return kFailure;
    std::copy_n(result.objectives[0].slope.begin(), count,
                gradient.begin() + static_cast<std::ptrdiff_t>(first));
  }
  return f;
}

TandemDetails tandem_details(const Instance& instance, std::span<const double> x) {
  check_length(instance, x.size());
  const auto flight = missions::fly_tandem<double>(instance, x);
  return {flight.delta_v, flight.launch_mass, flight.declination, flight.days};
}

}  // namespace sengen::astrodynamics
