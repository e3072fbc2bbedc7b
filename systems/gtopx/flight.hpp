// SPDX-License-Identifier: Apache-2.0
// The flight of a vector as files:
//   events.csv  launch, manoeuvres, fly-bys, arrival: date, place, velocities, impulses, masses
//   path.csv    points along the arcs: day, arc, position (km), velocity (km/s)
//   path.h5     the same as arrays, and the orbits of the bodies
// and as figures: the arcs, integrated numerically, arrive at their events to a kilometre, or it is
// said that they do not.
#pragma once

#include <sengen/solvers/astrodynamics/trajectory.hpp>
#include <sengen/study/context.hpp>

#include "config.hpp"

namespace sengen::gtopx {

inline constexpr const char* kEventsFile = "events.csv";
inline constexpr const char* kPathFile = "path.csv";
inline constexpr const char* kPathArrayFile = "path.h5";

// One rank.
void write_flight(const astrodynamics::Instance& instance, std::span<const double> x,
                  std::int64_t samples, study::Context& context);
// Points of an arc, `samples` of them, ends included.
std::vector<astrodynamics::State<double>> points_of(const astrodynamics::Arc& arc,
                                                    std::int64_t samples);

}  // namespace sengen::gtopx
