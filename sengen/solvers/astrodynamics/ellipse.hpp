// SPDX-License-Identifier: Apache-2.0
// Elliptic orbits: Kepler's equation and the state from elements. The iteration is Householder's of
// order 4: once a step is small, the next one would be below rounding. T: double, Dual or SIMD
// lanes, see real.hpp.
#if defined(SENGEN_ASTRODYNAMICS_ELLIPSE_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef SENGEN_ASTRODYNAMICS_ELLIPSE_HPP
#undef SENGEN_ASTRODYNAMICS_ELLIPSE_HPP
#else
#define SENGEN_ASTRODYNAMICS_ELLIPSE_HPP
#endif

#include <algorithm>
#include <cmath>

#include <sengen/solvers/astrodynamics/circular.hpp>
#include <sengen/solvers/astrodynamics/vector3.hpp>

SENGEN_BEFORE_PHYSICS();
namespace sengen::astrodynamics SENGEN_PHYSICS_TARGET {

// Osculating elements of an ellipse; angles in radians. The axis may be a constant: A is double.
template <class T, class A = T>
struct Elements {
  A semi_major_axis;  // km
  T eccentricity;
  T inclination;
  T node;       // longitude of the ascending node
  T periapsis;  // argument of the periapsis
};

// The eccentric anomaly E of M = E - e sin E, 0 <= e < 1, by Newton within a bracket: |f| falls to
// rounding for every M.
inline double eccentric_anomaly(double mean, double eccentricity) {
  const double reduced = std::remainder(mean, 2 * M_PI);
  const double shift = mean - reduced;
  double low = reduced - eccentricity, high = reduced + eccentricity;
  double e = reduced + eccentricity * std::sin(reduced);
  for (int i = 0; i < 60; ++i) {
    const double excess = e - eccentricity * std::sin(e) - reduced;
    (excess < 0 ? low : high) = e;
    double next = e - excess / (1 - eccentricity * std::cos(e));
    if (!(next >= low && next <= high)) next = 0.5 * (low + high);
    const double step = next - e;
    e = next;
    if (std::abs(step) <= 4e-16 * std::max(1.0, std::abs(e))) break;
  }
  return e + shift;
}

namespace kepler {

// Householder's step of order 4 to the root of f, from its derivatives.
template <class R>
[[gnu::always_inline]] inline R householder(const R& f, const R& f1, const R& f2, const R& f3) {
  const R square = f1 * f1, bend = f * f2;
  return f * (square - 0.5 * bend) / (f1 * (square - bend) + (1.0 / 6) * f3 * f * f);
}

}  // namespace kepler

template <class T>
struct SineCosine {
  T sine, cosine;
};

// Of the eccentric anomaly. mean within a turn of 0; lanes: e < 0.7. The first guess is right to
// e^4.
template <class R>
[[gnu::always_inline]] inline SineCosine<R> anomaly_of(const R& mean, const R& e) {
  using std::abs;
  using std::sqrt;
  SineCosine<R> found;
  if constexpr (std::is_same_v<R, double>) {
    if (!(e < 0.7)) {
      sine_cosine(eccentric_anomaly(mean, e), found.sine, found.cosine);
      return found;
    }
  }
  R mean_sine, mean_cosine;
  sine_cosine(mean, mean_sine, mean_cosine);
  // E - M, at most e: less than an eighth of a turn.
  R ahead = e * mean_sine / sqrt(1.0 - 2.0 * e * mean_cosine + e * e);
  MaskOf<R> open = true;
  for (int i = 0; i < 20 && any(open); ++i) {
    R s_ahead, c_ahead;
    sine_cosine_near(ahead, s_ahead, c_ahead);
    const R sine = mean_sine * c_ahead + mean_cosine * s_ahead;
    const R cosine = mean_cosine * c_ahead - mean_sine * s_ahead;
    const R es = e * sine, ec = e * cosine;
    const R step = kepler::householder(R(ahead - es), R(1.0 - ec), es, ec);
    // Turned by the step; of small ones, which are the last.
    const R square = step * step;
    const R s = step * (1.0 - (1.0 / 6) * square);
    const R c = 1.0 - square * (0.5 - (1.0 / 24) * square);
    found.sine = select(open, sine * c - cosine * s, found.sine);
    found.cosine = select(open, cosine * c + sine * s, found.cosine);
    ahead = ahead - step;
    open = both(open, abs(step) > 1e-4);
  }
  return found;
}

inline SineCosine<Dual> anomaly_of(const Dual& mean, const Dual& e) {
  const auto [s, c] = anomaly_of(mean.value, e.value);
  // dE = (dM + sin E de) / (1 - e cos E); E itself is not asked for.
  const double rate = 1 / (1 - e.value * c);
  const Dual anomaly = Dual::chain(0, rate, mean, s * rate, e);
  return {Dual::chain(s, c, anomaly), Dual::chain(c, -s, anomaly)};
}

// The state at an eccentric anomaly, perifocal axes turned by 3-1-3.
template <class T, class A>
State<T> state_of(const Elements<T, A>& elements, const SineCosine<T>& anomaly, double mu) {
  using std::sqrt;
  const A& a = elements.semi_major_axis;
  const T& e = elements.eccentricity;
  const T b = a * sqrt(1.0 - e * e);
  const A n = sqrt(mu / (a * a * a));
  const T& sin_e = anomaly.sine;
  const T& cos_e = anomaly.cosine;
  const T x = a * (cos_e - e), y = b * sin_e;
  const T rate = n / (1.0 - e * cos_e);
  const T vx = -a * sin_e * rate, vy = b * cos_e * rate;

  SineCosine<T> node, periapsis, tilt;
  sine_cosine(elements.periapsis, periapsis.sine, periapsis.cosine);
  sine_cosine(elements.node, node.sine, node.cosine);
  sine_cosine(elements.inclination, tilt.sine, tilt.cosine);
  const T &cn = node.cosine, &sn = node.sine, &cp = periapsis.cosine, &sp = periapsis.sine;
  const T &ci = tilt.cosine, &si = tilt.sine;
  const Vector3<T> p = {cn * cp - sn * sp * ci, sn * cp + cn * sp * ci, sp * si};
  const Vector3<T> q = {-(cn * sp) - sn * cp * ci, cn * cp * ci - sn * sp, cp * si};
  return {x * p + y * q, vx * p + vy * q};
}

}  // namespace sengen::astrodynamicsSENGEN_PHYSICS_TARGET
SENGEN_AFTER_PHYSICS();

#endif  // per-target include guard
