// SPDX-License-Identifier: Apache-2.0
// The bodies of ESA's global trajectory optimisation problems (GTOP): constants, mean planetary
// elements as cubic polynomials in time, asteroids by their elements. Times are days since
// 2000-01-01 00:00 (MJD2000), lengths km, speeds km/s.
#pragma once

#include <array>
#include <cmath>
#include <cstdint>

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

// c0 + c1 t + c2 t^2 + ... of a, e, i, node, periapsis, mean anomaly: AU and degrees.
struct PlanetTable {
  std::array<std::array<double, 6>, 6> coefficients;
  double epoch;  // MJD2000 of t = 0, t in centuries of 36525 days
};
const PlanetTable& planet_table(Planet planet);

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

}  // namespace sengen::astrodynamics
