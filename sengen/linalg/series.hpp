// SPDX-License-Identifier: Apache-2.0
// What all analyses of an evenly sampled series need: checks and the mean.
#pragma once

#include <span>

namespace sengen::linalg {

// Throws kInput for fewer than 4 values or dt <= 0, kNumerics naming the first value that is NaN
// or infinite.
void check_series(std::span<const double> series, double dt);

// Mean, as first value + mean difference from it: exact for a constant series.
double mean_of(std::span<const double> series);

// False where all that varies is round-off (1e-12 of the largest magnitude).
bool fluctuates(std::span<const double> series);

}  // namespace sengen::linalg
