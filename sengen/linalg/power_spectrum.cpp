// SPDX-License-Identifier: Apache-2.0
#include <sengen/linalg/power_spectrum.hpp>

#include <algorithm>
#include <cmath>
#include <complex>
#include <cstddef>
#include <numbers>

#include <fmt/format.h>
#include <unsupported/Eigen/FFT>

#include <sengen/core/error.hpp>
#include <sengen/linalg/series.hpp>

namespace sengen::linalg {

namespace {

using std::numbers::pi;

// Smallest number >= count whose prime factors are 2, 3 and 5.
std::size_t smooth_length(std::size_t count) {
  for (std::size_t length = count;; ++length) {
    std::size_t rest = length;
    for (const std::size_t factor : {2U, 3U, 5U}) {
      while (rest % factor == 0) rest /= factor;
    }
    if (rest == 1) return length;
  }
}

// The periodic Hann window times the series without its mean, padded to `length`.
std::vector<double> windowed(std::span<const double> series, std::size_t length) {
  const double mean = mean_of(series);
  const auto count = static_cast<double>(series.size());
  std::vector<double> result(length);
  for (std::size_t i = 0; i < series.size(); ++i) {
    const double window = 0.5 - 0.5 * std::cos(2 * pi * static_cast<double>(i) / count);
    result[i] = window * (series[i] - mean);
  }
  return result;
}

double power_at(std::span<const double> values, double cycles_per_step) {
  std::complex<double> sum = 0.0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    sum += values[i] * std::polar(1.0, -2 * pi * cycles_per_step * static_cast<double>(i));
  }
  return std::norm(sum);
}

// Golden-section search for the maximum of power_at in [low, high].
double refine_peak(std::span<const double> values, double low, double high) {
  constexpr double kGolden = 0.6180339887498949;
  double left = high - kGolden * (high - low);
  double right = low + kGolden * (high - low);
  double power_left = power_at(values, left);
  double power_right = power_at(values, right);
  for (int step = 0; step < 40; ++step) {
    if (power_left > power_right) {
      high = right;
      right = left;
      power_right = power_left;
      left = high - kGolden * (high - low);
      power_left = power_at(values, left);
    } else {
      low = left;
      left = right;
      power_left = power_right;
      right = low + kGolden * (high - low);
      power_right = power_at(values, right);
    }
  }
  return 0.5 * (low + high);
}

}  // namespace

PowerSpectrum power_spectrum(std::span<const double> series, double dt) {
  check_series(series, dt);
  const std::size_t length = smooth_length(series.size());
  const std::vector<double> values = windowed(series, length);
  std::vector<std::complex<double>> transform;
  Eigen::FFT<double> fft;
  fft.fwd(transform, values);
  // Sum of the squared window is 3/8 of the length; both signs of a frequency are put on one side.
  const double scale = 2 * dt / (0.375 * static_cast<double>(series.size()));
  PowerSpectrum result;
  for (std::size_t k = 0; k <= length / 2; ++k) {
    const bool is_alone = k == 0 || 2 * k == length;
    result.frequency.push_back(static_cast<double>(k) / (static_cast<double>(length) * dt));
    result.power.push_back((is_alone ? 0.5 : 1.0) * scale * std::norm(transform[k]));
  }
  return result;
}

double dominant_frequency(std::span<const double> series, double dt) {
  const PowerSpectrum spectrum = power_spectrum(series, dt);
  if (!fluctuates(series)) return 0.0;
  const auto peak = std::max_element(spectrum.power.begin() + 1, spectrum.power.end());
  const double frequency =
      spectrum.frequency[static_cast<std::size_t>(peak - spectrum.power.begin())] * dt;
  const double bin = spectrum.frequency[1] * dt;
  const std::vector<double> values = windowed(series, series.size());
  return refine_peak(values, frequency - bin, frequency + bin) / dt;
}

}  // namespace sengen::linalg
