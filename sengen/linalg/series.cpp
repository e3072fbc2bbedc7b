// SPDX-License-Identifier: Apache-2.0
#include <sengen/linalg/series.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>

#include <fmt/format.h>

#include <sengen/core/error.hpp>

namespace sengen::linalg {

void check_series(std::span<const double> series, double dt) {
  if (series.size() < 4) {
    throw Error(ErrorKind::kInput,
                fmt::format("a series of {} value(s), at least 4 are needed", series.size()));
  }
  if (!(dt > 0) || !std::isfinite(dt)) {
    throw Error(ErrorKind::kInput, fmt::format("time step {}, a positive number expected", dt));
  }
  for (std::size_t i = 0; i < series.size(); ++i) {
    if (std::isfinite(series[i])) continue;
    throw Error(ErrorKind::kNumerics, fmt::format("value {} of the series is {}", i, series[i]));
  }
}

double mean_of(std::span<const double> series) {
  double sum = 0.0;
  for (const double value : series) sum += value - series.front();
  return series.front() + sum / static_cast<double>(series.size());
}

bool fluctuates(std::span<const double> series) {
  const auto [low, high] = std::minmax_element(series.begin(), series.end());
  return *high - *low > 1e-12 * std::max(std::abs(*low), std::abs(*high));
}

}  // namespace sengen::linalg
