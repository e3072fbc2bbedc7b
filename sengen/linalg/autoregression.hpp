// SPDX-License-Identifier: Apache-2.0
// Vector autoregression with delays, the linear model of a series of few variables (Hankel DMD with
// the newest row as its answer):
//   r_{t+1} - mean = sum_{j = 0}^{p-1} A_j (r_{t-j} - mean)
// fitted by least squares through an SVD, singular values below 1e-10 of the largest left out. With
// one period of delays it goes on with a limit cycle whatever its harmonics.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace sengen::linalg {

struct Autoregression {
  std::ptrdiff_t variables = 0;
  std::ptrdiff_t delays = 0;         // p
  std::vector<double> mean;          // [variables]
  std::vector<double> coefficients;  // A_j: [delays, variables, variables]
  std::ptrdiff_t rank = 0;           // singular values that were kept
  double residual = 0;               // root mean square of what the fit leaves
};

// series: [times, variables], row by row. kInput for fewer rows than delays + 2.
Autoregression fit_autoregression(std::span<const double> series, std::ptrdiff_t variables,
                                  std::ptrdiff_t delays);

// The `steps` rows that follow the last `delays` rows of series, each from those before it.
std::vector<double> run_freely(const Autoregression& model, std::span<const double> series,
                               std::ptrdiff_t steps);

}  // namespace sengen::linalg
