// SPDX-License-Identifier: Apache-2.0
#include <sengen/linalg/demodulation.hpp>

#include <cmath>
#include <numbers>

#include <fmt/format.h>

#include <sengen/core/error.hpp>
#include <sengen/linalg/series.hpp>

namespace sengen::linalg {

namespace {

std::vector<double> hann_window(std::ptrdiff_t half) {
  std::vector<double> window;
  double sum = 0;
  for (std::ptrdiff_t m = -half; m <= half; ++m) {
    window.push_back(
        1 + std::cos(std::numbers::pi * static_cast<double>(m) / static_cast<double>(half)));
    sum += window.back();
  }
  for (double& weight : window) weight /= sum;
  return window;
}

std::vector<double> unwrapped(const std::vector<std::complex<double>>& values) {
  std::vector<double> phase;
  for (const std::complex<double>& value : values) {
    double angle = std::arg(value);
    if (!phase.empty()) {
      const double turn = 2 * std::numbers::pi;
      angle += turn * std::round((phase.back() - angle) / turn);
    }
    phase.push_back(angle);
  }
  return phase;
}

// Of values at 0, step, 2 step, ...
double slope_of(const std::vector<double>& values, double step) {
  const double middle = static_cast<double>(values.size() - 1) / 2;
  double products = 0;
  double squares = 0;
  for (std::size_t t = 0; t < values.size(); ++t) {
    const double from_middle = static_cast<double>(t) - middle;
    products += from_middle * values[t];
    squares += from_middle * from_middle;
  }
  return products / (squares * step);
}

}  // namespace

Demodulation demodulate(std::span<const double> series, double dt, double frequency) {
  check_series(series, dt);
  const double samples = 1 / (frequency * dt);  // in a period
  if (!(frequency > 0) || !(samples > 2)) {
    throw Error(ErrorKind::kInput,
                fmt::format("frequency {:g} cannot be seen at steps of {:g}", frequency, dt));
  }
  const std::ptrdiff_t half = std::llround(samples);
  const auto length = static_cast<std::ptrdiff_t>(series.size());
  if (length < 4 * half) {
    throw Error(ErrorKind::kInput,
                fmt::format("a series of {:.3g} periods is too short for its phase, which takes 4",
                            static_cast<double>(length) / samples));
  }
  const std::vector<double> window = hann_window(half);
  const double mean = mean_of(series);
  std::vector<std::complex<double>> turned;
  for (std::ptrdiff_t t = 0; t < length; ++t) {
    const double angle = -2 * std::numbers::pi * frequency * static_cast<double>(t) * dt;
    turned.push_back((series[static_cast<std::size_t>(t)] - mean) * std::polar(1.0, angle));
  }
  Demodulation result;
  result.first = half;
  for (std::ptrdiff_t t = half; t + half < length; ++t) {
    std::complex<double> sum = 0;
    for (std::ptrdiff_t m = -half; m <= half; ++m) {
      sum += window[static_cast<std::size_t>(m + half)] * turned[static_cast<std::size_t>(t + m)];
    }
    result.values.push_back(sum);
  }
  result.phase = unwrapped(result.values);
  result.frequency = frequency + slope_of(result.phase, dt) / (2 * std::numbers::pi);
  return result;
}

}  // namespace sengen::linalg
