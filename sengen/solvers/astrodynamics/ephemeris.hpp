// SPDX-License-Identifier: Apache-2.0
// Where planets and asteroids are at a day (MJD2000), heliocentric, from the elements of
// bodies.hpp.
#if defined(SENGEN_ASTRODYNAMICS_EPHEMERIS_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef SENGEN_ASTRODYNAMICS_EPHEMERIS_HPP
#undef SENGEN_ASTRODYNAMICS_EPHEMERIS_HPP
#else
#define SENGEN_ASTRODYNAMICS_EPHEMERIS_HPP
#endif

#include <array>
#include <cmath>
#include <limits>

#include <sengen/solvers/astrodynamics/bodies.hpp>
#include <sengen/solvers/astrodynamics/kepler.hpp>
#include <sengen/solvers/astrodynamics/spk.hpp>

SENGEN_BEFORE_PHYSICS();
namespace sengen::astrodynamics SENGEN_PHYSICS_TARGET {

// Within half a turn of 0; a turn is 2 pi rounded to double, as fmod would have it.
template <class R>
[[gnu::always_inline]] inline R reduced_angle(const R& angle) {
  if constexpr (std::is_same_v<R, double>) {
    if (!(std::abs(angle) < 1e12)) return std::fmod(angle, 2 * M_PI);
  }
  return muladd(quarters(angle * (1 / (2 * M_PI))).count, R(-2 * M_PI), angle);
}
inline Dual reduced_angle(const Dual& angle) {
  return Dual::chain(reduced_angle(angle.value), 1, angle);
}

// c[0] + c[1] t + ..., by Horner's rule without fused steps: as the reference rounds it.
template <std::size_t kTerms, class T, class Row>
[[gnu::always_inline]] inline T element_of(const Row& c, const T& t) {
  T sum = c[kTerms - 1];
  for (std::size_t j = kTerms - 1; j-- > 0;) sum = c[j] + t * sum;
  return sum;
}

// table: rows of coefficients as in PlanetTable, of which the first kTerms are not 0 and the axis
// has one only, unless kTerms is that of all; C: double, or lanes of different planets.
template <std::size_t kTerms, class T, class Table>
State<T> state_by_table(const Table& table, const T& t) {
  constexpr double kDegree = M_PI / 180;
  const T eccentricity = element_of<kTerms>(table[1], t);
  const T tilt = element_of<kTerms>(table[2], t) * kDegree;
  const T node = element_of<kTerms>(table[3], t) * kDegree;
  const T periapsis = element_of<kTerms>(table[4], t) * kDegree;
  const T mean = element_of<kTerms>(table[5], t) * kDegree;
  const auto anomaly = anomaly_of(reduced_angle(mean), eccentricity);
  if constexpr (kTerms < 6) {
    using A = std::decay_t<decltype(table[0][0] * kAstronomicalUnit)>;
    const Elements<T, A> elements = {table[0][0] * kAstronomicalUnit, eccentricity, tilt, node,
                                     periapsis};
    return state_of(elements, anomaly, kSunMu);
  } else {
    const T axis = element_of<kTerms>(table[0], t) * kAstronomicalUnit;
    return state_of(Elements<T>{axis, eccentricity, tilt, node, periapsis}, anomaly, kSunMu);
  }
}

inline constexpr std::size_t kTableTerms = 4;  // of all planets but Pluto

template <class T>
State<T> state_of(Planet planet, const T& day) {
  const PlanetTable& table = planet_table(planet);
  const T t = (day - table.epoch) / 36525.0;
  if (planet == Planet::kPluto) return state_by_table<6>(table.coefficients, t);
  return state_by_table<kTableTerms>(table.coefficients, t);
}

// A number that changes with the day.
inline double moving(double value, double /*by_day*/, double /*day*/) { return value; }
inline Dual moving(double value, double by_day, const Dual& day) {
  return Dual::chain(value, by_day, day);
}

// By a file where there is one, which lanes cannot; NaN where it does not reach.
template <class T>
State<T> state_of(Planet planet, const T& day, const SpkEphemeris* file) {
  if constexpr (std::is_same_v<Value<T>, double>) {
    if (file != nullptr) {
      constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
      constexpr std::array<double, 3> kNowhere = {kNone, kNone, kNone};
      const auto motion = file->motion(planet, value_of(day))
                              .value_or(SpkEphemeris::Motion{kNowhere, kNowhere, kNowhere});
      const auto vector = [&](const auto& value, const auto& by_second) -> Vector3<T> {
        return {moving(value[0], by_second[0] * kDay, day),
                moving(value[1], by_second[1] * kDay, day),
                moving(value[2], by_second[2] * kDay, day)};
      };
      return {vector(motion.position, motion.velocity),
              vector(motion.velocity, motion.acceleration)};
    }
  }
  return state_of(planet, day);
}

template <class T>
State<T> state_of(const Asteroid& body, const T& day) {
  constexpr double kDegree = M_PI / 180;
  // Julian days of MJD2000 0 and of a modified Julian day's 0.
  constexpr double kMjd2000 = 2451544.5, kModified = 2400000.5;
  const double a = body.semi_major_axis * kAstronomicalUnit;
  const T seconds = ((day + kMjd2000) - (body.epoch + kModified)) * kDay;
  const T mean = body.mean_anomaly * kDegree + std::sqrt(kSunMu / (a * a * a)) * seconds;
  const Elements<T, double> elements = {a, body.eccentricity, body.inclination * kDegree,
                                        body.node * kDegree, body.periapsis * kDegree};
  return state_of(elements, anomaly_of(reduced_angle(mean), elements.eccentricity), kSunMu);
}

}  // namespace sengen::astrodynamicsSENGEN_PHYSICS_TARGET
SENGEN_AFTER_PHYSICS();

#endif  // per-target include guard
