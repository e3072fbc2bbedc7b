// SPDX-License-Identifier: Apache-2.0
// Period, amplitude and mean of a periodic series (lift of a shedding body) over whole periods,
// from its rising crossings of its own mean. A crossing counts after the series has been below the
// mean by a fifth of its range's half, so that noise makes no periods. Strouhal number = D / (U T).
#pragma once

#include <cstddef>
#include <optional>
#include <span>

namespace sengen::linalg {

struct Oscillation {
  std::ptrdiff_t periods = 0;
  double period = 0.0;          // mean, in the units of dt
  double period_scatter = 0.0;  // standard deviation of single periods; 0 for one
  double begin = 0.0;           // time of the first crossing; the series begins at 0
  double end = 0.0;             // time of the last
  double mean = 0.0;            // over [begin, end]
  double amplitude = 0.0;       // half of peak to peak, mean of the periods
  double amplitude_rms = 0.0;   // sqrt(2) x standard deviation over [begin, end]
};

// Empty when the series holds no whole period (steady flow). Throws kInput for fewer than 4 values
// or dt <= 0, kNumerics naming the first value that is not finite.
std::optional<Oscillation> find_oscillation(std::span<const double> series, double dt);

// Mean of the series from time begin to end (trapezium rule, ends interpolated), for series that
// share the oscillation of another: drag over whole periods of lift. kInput when the times are not
// inside the series (to a billionth of its length) or begin >= end.
double mean_between(std::span<const double> series, double dt, double begin, double end);

}  // namespace sengen::linalg
