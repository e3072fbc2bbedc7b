// SPDX-License-Identifier: Apache-2.0
// The numbers of a wake: scales between lattice and body units, and what force series say about
// drag, lift and shedding. Cd = Fx / (rho U^2 D / 2), Cl likewise, St = f D / U.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "config.hpp"

namespace sengen::flow_modes {

// Lattice units: cell and time step are 1, density 1.
struct Scales {
  double diameter = 0;   // cells
  double velocity = 0;   // U
  double viscosity = 0;  // nu = U D / Re
  double tau = 0;        // relaxation time 3 nu + 1/2
  double step = 0;       // one time step in D/U
  double force = 0;      // coefficient of a unit force
  double mach = 0;       // U / c_s

  explicit Scales(const Config& config);
  // Cells of a length in D, rounded.
  std::int64_t cells(double length) const;
  // Time steps of a time in D/U, rounded.
  std::int64_t steps(double time) const;
};

// Force coefficients at even times.
struct ForceSeries {
  double step = 0;  // time between entries, D/U
  std::vector<double> drag;
  std::vector<double> lift;

  // The entries from this time on, and those before it; time counts from the first entry.
  ForceSeries after(double time) const;
  ForceSeries before(double time) const;
  std::ptrdiff_t place(double time) const;
};

struct WakeFigures {
  double drag_mean = 0;
  double lift_amplitude = 0;
  double strouhal = 0;        // 0: no vortices are shed
  double period_scatter = 0;  // standard deviation of the period over the period
  std::int64_t periods = 0;
};

// Over whole periods of the lift where there are any (the first `most` of them; 0: all), else over
// everything.
WakeFigures evaluate(const ForceSeries& forces, std::int64_t most = 0);

// The period of the lift in D/U, from the last half of the series; nothing where the lift is
// steady.
std::optional<double> shedding_period(const ForceSeries& forces);

}  // namespace sengen::flow_modes
