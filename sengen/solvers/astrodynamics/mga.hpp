// SPDX-License-Identifier: Apache-2.0
// Multiple gravity assists without manoeuvres in deep space (MGA): conics from body to body, an
// impulse at the periapsis of every fly-by.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include <sengen/solvers/astrodynamics/bodies.hpp>
#include <sengen/solvers/astrodynamics/flyby.hpp>
#include <sengen/solvers/astrodynamics/lambert.hpp>

namespace sengen::astrodynamics {

inline constexpr std::size_t kMostBodies = 8;

struct MgaRoute {
  std::span<const Planet> planets;     // launch, fly-bys, and the end unless asteroid is given
  const Asteroid* asteroid = nullptr;  // the end
  bool last_leg_retrograde = false;
};

template <class T>
struct MgaTrajectory {
  std::size_t bodies = 0;
  std::array<State<T>, kMostBodies> body;              // at its encounter
  std::array<LambertArc<T>, kMostBodies - 1> leg;      // from body to the next
  std::array<PoweredFlyby<T>, kMostBodies - 2> flyby;  // at bodies 1 .. bodies - 2
  T launch_speed;                                      // relative to the first body
  T arrival_speed;                                     // relative to the last
  bool converged = true;
};

// x: launch day (MJD2000), then days of every leg.
template <class T>
MgaTrajectory<T> fly_mga(const MgaRoute& route, std::span<const T> x, LambertPrecision precision) {
  MgaTrajectory<T> path;
  const std::size_t planets = route.planets.size();
  path.bodies = planets + (route.asteroid != nullptr ? 1 : 0);
  T day = x[0];
  for (std::size_t i = 0; i < path.bodies; ++i) {
    if (i > 0) day += x[i];
    path.body[i] = i < planets ? state_of(route.planets[i], day) : state_of(*route.asteroid, day);
  }
  for (std::size_t i = 0; i + 1 < path.bodies; ++i) {
    const bool prograde = !(route.last_leg_retrograde && i + 2 == path.bodies);
    bool converged = true;
    path.leg[i] = lambert_arc(path.body[i].position, path.body[i + 1].position, T(x[i + 1] * kDay),
                              kSunMu, prograde, precision, converged);
    path.converged = path.converged && converged;
  }
  path.launch_speed = norm(path.leg[0].departure - path.body[0].velocity);
  for (std::size_t i = 1; i + 1 < path.bodies; ++i) {
    path.flyby[i - 1] =
        powered_flyby(path.leg[i - 1].arrival - path.body[i].velocity,
                      path.leg[i].departure - path.body[i].velocity, planet_mu(route.planets[i]));
  }
  const std::size_t last = path.bodies - 1;
  path.arrival_speed = norm(path.body[last].velocity - path.leg[last - 1].arrival);
  return path;
}

}  // namespace sengen::astrodynamics
