// SPDX-License-Identifier: Apache-2.0
// How alike two grey pictures are: mean squared error, peak signal-to-noise ratio, and structural
// similarity (Wang, Bovik, Sheikh, Simoncelli, IEEE Trans. Image Process. 13, 600, 2004) with the
// authors' 11 x 11 Gaussian of sigma 1.5, K1 = 0.01, K2 = 0.03, at full resolution. The mean runs
// over those pixels whose window lies within the picture, as in the authors' program: five lines
// and columns at each border count through their neighbours only.
#pragma once

#include <cstdint>
#include <span>

namespace sengen::statistics {

// Pictures of equal length. kInput for lengths that differ or are 0.
double mean_squared_error(std::span<const double> picture, std::span<const double> reference);

// 10 log10(peak^2 / mse) in dB, infinite for equal pictures. peak: what stands for white, > 0.
double peak_signal_to_noise(std::span<const double> picture, std::span<const double> reference,
                            double peak);

// [height][width] each; at most 1, which is for equal pictures. kInput when the picture is smaller
// than the window.
double structural_similarity(std::span<const double> picture, std::span<const double> reference,
                             std::int64_t width, std::int64_t height, double peak);

}  // namespace sengen::statistics
