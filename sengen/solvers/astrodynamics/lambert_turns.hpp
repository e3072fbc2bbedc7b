// SPDX-License-Identifier: Apache-2.0
// Lambert's problem with full revolutions before the arrival: for every number of them two conics,
// or none where the time is too short.
#pragma once

#include <array>
#include <optional>

namespace sengen::astrodynamics::lambert {

// The two x of Lancaster and Blanchard, the slower conic's first; lambda, time: as in lambert.hpp;
// turns >= 1.
std::optional<std::array<double, 2>> solve_turns(double lambda, double time, int turns);

}  // namespace sengen::astrodynamics::lambert
