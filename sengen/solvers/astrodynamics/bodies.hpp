// SPDX-License-Identifier: Apache-2.0
// The bodies of ESA's global trajectory optimisation problems (GTOP): constants, mean planetary
// elements as cubic polynomials in time, asteroids by their elements. Times are days since
// 2000-01-01 00:00 (MJD2000), lengths km, speeds km/s.
#pragma once

#include <array>
#include <cstdint>

#include <sengen/solvers/astrodynamics/kepler.hpp>

namespace sengen::astrodynamics {

inline constexpr double kSunMu = 1.32712428e11;            // km^3/s^2
inline constexpr double kAstronomicalUnit = 149597870.66;  // km
inline constexpr double kDay = 86400;                      // s
inline constexpr double kYear = 365.25;                    // days

enum class Planet : std::uint8_t {
  kMercury = 1,
  kVenus,
  kEarth,
  kMars,
  kJupiter,
  kSaturn,
  kUranus,
  kNeptune,
  kPluto
};

// km^3/s^2; 0 for Pluto, which GTOP gives none.
double planet_mu(Planet planet);
// km, as fly-bys of the deep-space models take it; 0 beyond Saturn.
double planet_radius(Planet planet);

// Elements at a day and the mean anomaly, radians.
template <class T>
struct Orbit {
  Elements<T> elements;
  T mean_anomaly;
};

// c0 + c1 t + c2 t^2 + ... of a, e, i, node, periapsis, mean anomaly: AU and degrees.
struct PlanetTable {
  std::array<std::array<double, 6>, 6> coefficients;
  double epoch;  // MJD2000 of t = 0, t in centuries of 36525 days
};
const PlanetTable& planet_table(Planet planet);

template <class T>
State<T> state_of(Planet planet, const T& day) {
  using std::fmod;
  constexpr double kDegree = M_PI / 180;
  const PlanetTable& table = planet_table(planet);
  const T t = (day - table.epoch) / 36525.0;
  std::array<T, 6> element;
  for (std::size_t k = 0; k < 6; ++k) {
    const auto& c = table.coefficients[k];
    element[k] = c[0] + t * (c[1] + t * (c[2] + t * (c[3] + t * (c[4] + t * c[5]))));
  }
  const Elements<T> elements = {element[0] * kAstronomicalUnit, element[1], element[2] * kDegree,
                                element[3] * kDegree, element[4] * kDegree};
  const T mean = fmod(element[5] * kDegree, 2 * M_PI);
  return state_of(elements, eccentric_anomaly(mean, elements.eccentricity), kSunMu);
}

// A small body: elements (AU, degrees) and mean anomaly (degrees) at an epoch (modified Julian
// day).
struct Asteroid {
  double semi_major_axis, eccentricity, inclination, node, periapsis, mean_anomaly;
  double epoch;
};
inline constexpr Asteroid kTw229 = {2.5897261, 0.2734625,  6.40734, 128.34711,
                                    264.78691, 320.479555, 53600};
inline constexpr Asteroid kChuryumovGerasimenko = {
    3.50294972836275, 0.6319356, 7.12723, 50.92302, 11.36788, 0, 52504.23754000012};

template <class T>
State<T> state_of(const Asteroid& body, const T& day) {
  using std::fmod;
  constexpr double kDegree = M_PI / 180;
  // Julian days of MJD2000 0 and of a modified Julian day's 0.
  constexpr double kMjd2000 = 2451544.5, kModified = 2400000.5;
  const double a = body.semi_major_axis * kAstronomicalUnit;
  const T seconds = ((day + kMjd2000) - (body.epoch + kModified)) * kDay;
  const T mean =
      fmod(body.mean_anomaly * kDegree + std::sqrt(kSunMu / (a * a * a)) * seconds, 2 * M_PI);
  const Elements<T> elements = {a, body.eccentricity, body.inclination * kDegree,
                                body.node * kDegree, body.periapsis * kDegree};
  return state_of(elements, eccentric_anomaly(mean, elements.eccentricity), kSunMu);
}

}  // namespace sengen::astrodynamics
