// SPDX-License-Identifier: Apache-2.0
// Two-body motion by numerical integration: Gragg's modified midpoint rule extrapolated to step
// zero (Bulirsch and Stoer; Hairer, Norsett, Wanner I, II.9), with steps that follow the error. It
// knows nothing of conics, and is what they are checked against.
#pragma once

#include <sengen/solvers/astrodynamics/vector3.hpp>

namespace sengen::astrodynamics {

// The state after so many seconds (>= 0) about a body of mu at the origin. tolerance: error of a
// step, relative to the distance and the speed. kNumerics when steps become too small: a path
// through the centre.
State<double> propagate(const State<double>& start, double seconds, double mu,
                        double tolerance = 1e-13);

}  // namespace sengen::astrodynamics
