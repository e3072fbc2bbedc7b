// SPDX-License-Identifier: Apache-2.0
// Complex demodulation: the slowly varying amplitude and phase of a series near a frequency,
//   z_t = sum_m w_m x_{t+m} exp(-2 pi i f (t+m) dt),   m = -M .. M, M = round(1 / (f dt)),
// mean taken off, w a Hann window of sum 1; only whole windows. The slope of its phase is the
// frequency of a nearly periodic series to far better than one over its length.
#pragma once

#include <complex>
#include <cstddef>
#include <span>
#include <vector>

namespace sengen::linalg {

struct Demodulation {
  std::ptrdiff_t first = 0;  // sample of the first value
  std::vector<std::complex<double>> values;
  std::vector<double> phase;  // unwrapped, of exp(-2 pi i f t) x: 0 slope at frequency f

  // f + slope / (2 pi), by least squares over all values.
  double frequency = 0;
};

// kInput for a series shorter than two windows, f dt >= 1/2 or f <= 0; kNumerics for values that
// are not finite.
Demodulation demodulate(std::span<const double> series, double dt, double frequency);

}  // namespace sengen::linalg
