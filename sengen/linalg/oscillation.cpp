// SPDX-License-Identifier: Apache-2.0
#include <sengen/linalg/oscillation.hpp>

#include <algorithm>
#include <cmath>
#include <vector>

#include <fmt/format.h>

#include <sengen/core/error.hpp>
#include <sengen/linalg/series.hpp>

namespace sengen::linalg {

namespace {

// Linear between samples; position in steps.
double value_at(std::span<const double> series, double position) {
  const auto last = static_cast<double>(series.size() - 1);
  const auto i = static_cast<std::size_t>(std::clamp(std::floor(position), 0.0, last - 1));
  const double part = position - static_cast<double>(i);
  return (1 - part) * series[i] + part * series[i + 1];
}

// Positions, in steps, where the series rises through `level` after it was below level - margin.
std::vector<double> rising_crossings(std::span<const double> series, double level, double margin) {
  std::vector<double> crossings;
  bool armed = false;
  double crossing = -1.0;  // the latest rise through the level that is not confirmed yet
  for (std::size_t i = 0; i < series.size(); ++i) {
    if (i > 0 && armed && series[i - 1] < level && series[i] >= level) {
      crossing = static_cast<double>(i - 1) + (level - series[i - 1]) / (series[i] - series[i - 1]);
    }
    if (series[i] < level - margin) armed = true;
    if (armed && crossing >= 0 && series[i] > level + margin) {
      crossings.push_back(crossing);
      armed = false;
      crossing = -1.0;
    }
  }
  return crossings;
}

// Top of the parabola through the largest sample of (begin, end) and its neighbours.
double highest(std::span<const double> series, double begin, double end, double sign) {
  auto top = static_cast<std::size_t>(std::ceil(begin));
  for (auto i = top; static_cast<double>(i) <= end; ++i) {
    if (sign * series[i] > sign * series[top]) top = i;
  }
  if (top == 0 || top + 1 == series.size()) return series[top];
  const double slope = 0.5 * (series[top + 1] - series[top - 1]);
  const double bend = series[top + 1] - 2 * series[top] + series[top - 1];
  return bend * sign < 0 ? series[top] - 0.5 * slope * slope / bend : series[top];
}

double scatter_of(const std::vector<double>& crossings, double mean) {
  if (crossings.size() < 3) return 0.0;
  double sum = 0.0;
  for (std::size_t k = 1; k < crossings.size(); ++k) {
    const double difference = crossings[k] - crossings[k - 1] - mean;
    sum += difference * difference;
  }
  return std::sqrt(sum / static_cast<double>(crossings.size() - 2));
}

}  // namespace

std::optional<Oscillation> find_oscillation(std::span<const double> series, double dt) {
  check_series(series, dt);
  if (!fluctuates(series)) return std::nullopt;
  const auto [low, high] = std::minmax_element(series.begin(), series.end());
  const double margin = 0.1 * (*high - *low);
  Oscillation result;
  result.mean = mean_of(series);
  std::vector<double> crossings;
  // The mean over all samples is off by the part period at the end: start over with the better one.
  for (int pass = 0; pass < 3; ++pass) {
    crossings = rising_crossings(series, result.mean, margin);
    if (crossings.size() < 2) return std::nullopt;
    result.mean = mean_between(series, 1.0, crossings.front(), crossings.back());
  }
  result.periods = std::ssize(crossings) - 1;
  result.begin = crossings.front() * dt;
  result.end = crossings.back() * dt;
  result.period = (result.end - result.begin) / static_cast<double>(result.periods);
  result.period_scatter = scatter_of(crossings, result.period / dt) * dt;
  for (std::size_t k = 1; k < crossings.size(); ++k) {
    const double top = highest(series, crossings[k - 1], crossings[k], 1.0);
    const double bottom = highest(series, crossings[k - 1], crossings[k], -1.0);
    result.amplitude += 0.5 * (top - bottom) / static_cast<double>(result.periods);
  }
  std::vector<double> squares(series.size());
  std::transform(series.begin(), series.end(), squares.begin(),
                 [&](double value) { return (value - result.mean) * (value - result.mean); });
  result.amplitude_rms =
      std::sqrt(2 * mean_between(squares, 1.0, crossings.front(), crossings.back()));
  return result;
}

double mean_between(std::span<const double> series, double dt, double begin, double end) {
  check_series(series, dt);
  // Multiplied and divided by dt, the last step may come out a hair beyond itself.
  const auto last = static_cast<double>(series.size() - 1);
  const double slack = 1e-9 * last;
  if (!(begin / dt >= -slack) || !(end / dt <= last + slack) || !(begin < end)) {
    throw Error(ErrorKind::kInput,
                fmt::format("times {} to {} are not inside a series of {} steps of {}", begin, end,
                            series.size() - 1, dt));
  }
  const double from = std::max(begin / dt, 0.0);
  const double to = std::min(end / dt, last);
  double sum = 0.0;
  double position = from;
  double value = value_at(series, from);
  for (double next = std::floor(from) + 1; position < to; next += 1) {
    const double stop = std::min(next, to);
    const double ahead = value_at(series, stop);
    sum += 0.5 * (value + ahead) * (stop - position);
    position = stop;
    value = ahead;
  }
  return sum / (to - from);
}

}  // namespace sengen::linalg
