// SPDX-License-Identifier: Apache-2.0
// One-sided power spectral density of a real series by one Hann window over all of it (mean taken
// off first), scaled so that the sum of power x frequency step is the variance; and the frequency
// of the strongest line. Not averaged over segments: for clean signals such as forces and modes.
#pragma once

#include <span>
#include <vector>

namespace sengen::linalg {

struct PowerSpectrum {
  std::vector<double> frequency;  // 0, df, 2 df, ... in 1/time
  std::vector<double> power;      // units of the series squared x time
};

// series: at least 4 values, dt apart. The series is padded with zeros to a length of factors 2, 3
// and 5, so that any length is fast. Throws kInput for too few values or dt <= 0, kNumerics naming
// the first value that is not finite.
PowerSpectrum power_spectrum(std::span<const double> series, double dt);

// Frequency (1/time) of the strongest line above half a period per series: the maximum of the
// windowed Fourier integral near the strongest bin, good to 1e-6 for 10 periods of a clean wave.
// 0 for a constant series. Errors as power_spectrum.
double dominant_frequency(std::span<const double> series, double dt);

}  // namespace sengen::linalg
