// SPDX-License-Identifier: Apache-2.0
// Multiple gravity assists without manoeuvres in deep space (MGA): conics from body to body, an
// impulse at the periapsis of every fly-by.
#if defined(SENGEN_ASTRODYNAMICS_MGA_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef SENGEN_ASTRODYNAMICS_MGA_HPP
#undef SENGEN_ASTRODYNAMICS_MGA_HPP
#else
#define SENGEN_ASTRODYNAMICS_MGA_HPP
#endif

#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include <sengen/solvers/astrodynamics/ephemeris.hpp>
#include <sengen/solvers/astrodynamics/flyby.hpp>
#include <sengen/solvers/astrodynamics/lambert.hpp>

SENGEN_BEFORE_PHYSICS();
namespace sengen::astrodynamics SENGEN_PHYSICS_TARGET {

inline constexpr std::size_t kMostBodies = 8;

struct MgaRoute {
  std::span<const Planet> planets;     // launch, fly-bys, and the end unless asteroid is given
  const Asteroid* asteroid = nullptr;  // the end
  bool last_leg_retrograde = false;
  const SpkEphemeris* ephemeris = nullptr;
};

template <class T>
struct MgaTrajectory {
  std::size_t bodies = 0;
  std::array<State<T>, kMostBodies> body;              // at its encounter
  std::array<LambertArc<T>, kMostBodies - 1> leg;      // from body to the next
  std::array<PoweredFlyby<T>, kMostBodies - 2> flyby;  // at bodies 1 .. bodies - 2
  T launch_speed;                                      // relative to the first body
  T arrival_speed;                                     // relative to the last
  MaskOf<T> converged;
};

template <class T>
State<T> body_at(const MgaRoute& route, std::size_t body, const T& day) {
  return body < route.planets.size() ? state_of(route.planets[body], day, route.ephemeris)
                                     : state_of(*route.asteroid, day);
}
inline std::size_t bodies_of(const MgaRoute& route) {
  return route.planets.size() + (route.asteroid != nullptr ? 1 : 0);
}
inline double mu_of(const MgaRoute& route, std::size_t body) {
  return planet_mu(route.planets[body]);
}

// x: launch day (MJD2000), then days of every leg. A route is what body_at, bodies_of and mu_of
// take.
template <class T, class Route = MgaRoute>
MgaTrajectory<T> fly_mga(const Route& route, std::span<const T> x, const Conics& conics) {
  MgaTrajectory<T> path;
  path.converged = true;
  path.bodies = bodies_of(route);
  T day = x[0];
  for (std::size_t i = 0; i < path.bodies; ++i) {
    if (i > 0) day += x[i];
    path.body[i] = body_at(route, i, day);
  }
  for (std::size_t i = 0; i + 1 < path.bodies; ++i) {
    const bool prograde = !(route.last_leg_retrograde && i + 2 == path.bodies);
    // A launch, or the impulse of a fly-by.
    const auto cost = [&](const LambertArc<T>& arc) {
      const auto start = arc.departure - path.body[i].velocity;
      if (i == 0) return norm(start);
      const auto end = path.leg[i - 1].arrival - path.body[i].velocity;
      return powered_flyby(end, start, mu_of(route, i)).delta_v;
    };
    MaskOf<T> converged = true;
    path.leg[i] = lambert_arc(path.body[i].position, path.body[i + 1].position, T(x[i + 1] * kDay),
                              kSunMu, prograde, conics, cost, converged);
    path.converged = both(path.converged, converged);
  }
  path.launch_speed = norm(path.leg[0].departure - path.body[0].velocity);
  for (std::size_t i = 1; i + 1 < path.bodies; ++i) {
    path.flyby[i - 1] =
        powered_flyby(path.leg[i - 1].arrival - path.body[i].velocity,
                      path.leg[i].departure - path.body[i].velocity, mu_of(route, i));
  }
  const std::size_t last = path.bodies - 1;
  path.arrival_speed = norm(path.body[last].velocity - path.leg[last - 1].arrival);
  return path;
}

}  // namespace sengen::astrodynamicsSENGEN_PHYSICS_TARGET
SENGEN_AFTER_PHYSICS();

#endif  // per-target include guard
