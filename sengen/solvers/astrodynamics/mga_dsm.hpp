// SPDX-License-Identifier: Apache-2.0
// Multiple gravity assists with one manoeuvre in deep space on every leg (MGA-1DSM): coast,
// impulse, conic to the next body; fly-bys without impulse.
#if defined(SENGEN_ASTRODYNAMICS_MGA_DSM_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef SENGEN_ASTRODYNAMICS_MGA_DSM_HPP
#undef SENGEN_ASTRODYNAMICS_MGA_DSM_HPP
#else
#define SENGEN_ASTRODYNAMICS_MGA_DSM_HPP
#endif

#include <array>
#include <cmath>
#include <cstddef>
#include <span>

#include <sengen/solvers/astrodynamics/ephemeris.hpp>
#include <sengen/solvers/astrodynamics/flyby.hpp>
#include <sengen/solvers/astrodynamics/lambert.hpp>

SENGEN_BEFORE_PHYSICS();
namespace sengen::astrodynamics SENGEN_PHYSICS_TARGET {

inline constexpr std::size_t kMostDsmBodies = 8;

// What a vector of numbers means; spans into it.
template <class T>
struct DsmVector {
  T launch_day;                  // MJD2000
  T launch_speed;                // km/s, excess at launch
  T u, v;                        // its direction: longitude 2 pi u, latitude acos(2 v - 1) - pi / 2
  std::span<const T> times;      // days of every leg
  std::span<const T> fractions;  // of a leg that is coasted before the manoeuvre
  std::span<const T> periapses;  // of fly-bys, in radii of the planet
  std::span<const T> angles;     // of the planes of fly-bys
};

struct DsmRoute {
  std::span<const Planet> planets;
  const Asteroid* asteroid = nullptr;
  const SpkEphemeris* ephemeris = nullptr;
  // Saturn's in the problems with manoeuvres; the others' are those of planet_mu.
  double saturn_mu = 0.37939519708830e8;
};

template <class T>
struct DsmTrajectory {
  std::size_t bodies = 0;
  std::array<State<T>, kMostDsmBodies> body;           // at its encounter
  std::array<State<T>, kMostDsmBodies> departure;      // of the spacecraft, behind each body
  std::array<State<T>, kMostDsmBodies - 1> manoeuvre;  // before its impulse
  std::array<LambertArc<T>, kMostDsmBodies - 1> leg;   // from the manoeuvre to the next body
  std::array<T, kMostDsmBodies - 1> delta_v;
  Vector3<T> launch_velocity;  // relative to the first body
  T arrival_speed;             // relative to the last
  MaskOf<T> converged;
};

inline double dsm_mu(const DsmRoute& route, Planet planet) {
  return planet == Planet::kSaturn ? route.saturn_mu : planet_mu(planet);
}

template <class T>
Vector3<T> launch_velocity(const State<T>& body, const DsmVector<T>& x) {
  using std::sqrt;
  T sine, cosine;
  sine_cosine(T(2 * M_PI * x.u), sine, cosine);
  const T high = 1.0 - 2.0 * x.v, wide = 2.0 * sqrt(x.v * (1.0 - x.v));  // of the latitude
  const Vector3<T> i = unit(body.velocity);
  const Vector3<T> k = unit(cross(body.position, body.velocity));
  const Vector3<T> j = cross(k, i);
  return x.launch_speed * (cosine * wide * i + sine * wide * j + high * k);
}

template <class T>
DsmTrajectory<T> fly_dsm(const DsmRoute& route, const DsmVector<T>& x, const Conics& conics) {
  DsmTrajectory<T> path;
  path.converged = true;
  const std::size_t planets = route.planets.size();
  path.bodies = planets + (route.asteroid != nullptr ? 1 : 0);
  T day = x.launch_day;
  for (std::size_t i = 0; i < path.bodies; ++i) {
    if (i > 0) day += x.times[i - 1];
    path.body[i] = i < planets ? state_of(route.planets[i], day, route.ephemeris)
                               : state_of(*route.asteroid, day);
  }
  path.launch_velocity = launch_velocity(path.body[0], x);
  path.departure[0] = {path.body[0].position, path.body[0].velocity + path.launch_velocity};
  for (std::size_t i = 0; i + 1 < path.bodies; ++i) {
    const T seconds = x.times[i] * kDay;
    path.manoeuvre[i] = coast(path.departure[i], T(x.fractions[i] * seconds), kSunMu);
    const auto impulse = [&](const LambertArc<T>& arc) {
      return norm(arc.departure - path.manoeuvre[i].velocity);
    };
    MaskOf<T> converged = true;
    path.leg[i] =
        lambert_arc(path.manoeuvre[i].position, path.body[i + 1].position,
                    T((1.0 - x.fractions[i]) * seconds), kSunMu, true, conics, impulse, converged);
    path.converged = both(path.converged, converged);
    path.delta_v[i] = impulse(path.leg[i]);
    if (i + 2 < path.bodies || x.periapses.size() + 1 == path.bodies) {
      const Planet planet = route.planets[i + 1];
      path.departure[i + 1] = {path.body[i + 1].position,
                               unpowered_flyby(path.leg[i].arrival, path.body[i + 1].velocity,
                                               T(x.periapses[i] * planet_radius(planet)),
                                               x.angles[i], dsm_mu(route, planet))};
    }
  }
  const std::size_t last = path.bodies - 1;
  path.arrival_speed = norm(path.leg[last - 1].arrival - path.body[last].velocity);
  return path;
}

}  // namespace sengen::astrodynamicsSENGEN_PHYSICS_TARGET
SENGEN_AFTER_PHYSICS();

#endif  // per-target include guard
