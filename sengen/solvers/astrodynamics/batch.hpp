// SPDX-License-Identifier: Apache-2.0
// Many vectors of a GTOPX problem at once, eight in SIMD lanes: the physics of missions.hpp on
// lanes, compiled for every instruction set (Highway). Values are those of `evaluate` up to
// rounding.
#pragma once

#include <cstddef>
#include <span>

#include <sengen/solvers/astrodynamics/gtopx.hpp>

namespace sengen::astrodynamics {

// Numbers in a row of values: objectives, then constraints.
std::size_t values_of(const Instance& instance);

// points: rows of as many numbers as the instance has variables; values: as many rows, see
// values_of. Rows outside of the bounds, rows that fail, LambertPrecision::kSingle and revolutions
// go through `evaluate`, one by one. What a row gives does not depend on its neighbours.
// Thread-safe; one thread. kUsage for other lengths.
void evaluate_batch(const Instance& instance, std::span<const double> points,
                    std::span<double> values);

}  // namespace sengen::astrodynamics
