// SPDX-License-Identifier: Apache-2.0
// Two-body motion about the Sun or a planet: Kepler's equation, state from elements, coasting. The
// coast goes by universal variables (Danby, Fundamentals of Celestial Mechanics, 6.9), regular at
// every eccentricity. T: double or Dual; iterations run on values, derivatives come from one more
// Newton step, which is exact to first order.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>

#include <sengen/solvers/astrodynamics/dual.hpp>
#include <sengen/solvers/astrodynamics/vector3.hpp>

namespace sengen::astrodynamics {

// Osculating elements of an ellipse; angles in radians.
template <class T>
struct Elements {
  T semi_major_axis;  // km
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

template <class T>
T eccentric_anomaly(const T& mean, const T& eccentricity) {
  using std::cos;
  using std::sin;
  const T e = eccentric_anomaly(value_of(mean), value_of(eccentricity));
  return e - (e - eccentricity * sin(e) - mean) / (1.0 - eccentricity * cos(e));
}

// The state at an eccentric anomaly, perifocal axes turned by 3-1-3.
template <class T>
State<T> state_of(const Elements<T>& elements, const T& anomaly, double mu) {
  using std::cos;
  using std::sin;
  using std::sqrt;
  const T& a = elements.semi_major_axis;
  const T& e = elements.eccentricity;
  const T b = a * sqrt(1.0 - e * e);
  const T n = sqrt(mu / (a * a * a));
  const T sin_e = sin(anomaly), cos_e = cos(anomaly);
  const T x = a * (cos_e - e), y = b * sin_e;
  const T rate = n / (1.0 - e * cos_e);
  const T vx = -a * sin_e * rate, vy = b * cos_e * rate;

  const T cn = cos(elements.node), sn = sin(elements.node);
  const T cp = cos(elements.periapsis), sp = sin(elements.periapsis);
  const T ci = cos(elements.inclination), si = sin(elements.inclination);
  const Vector3<T> p = {cn * cp - sn * sp * ci, sn * cp + cn * sp * ci, sp * si};
  const Vector3<T> q = {-(cn * sp) - sn * cp * ci, cn * cp * ci - sn * sp, cp * si};
  return {x * p + y * q, vx * p + vy * q};
}

// Stumpff's functions c0 .. c3 of z: c_k = 1/k! - z/(k+2)! + z^2/(k+4)! - ...
template <class T>
struct Stumpff {
  T c0, c1, c2, c3;
};
template <class T>
Stumpff<T> stumpff(const T& z) {
  using std::cos;
  using std::cosh;
  using std::sin;
  using std::sinh;
  using std::sqrt;
  if (std::abs(value_of(z)) < 0.1) {
    // Seven terms are exact to rounding.
    T c2 = 0.5, c3 = 1.0 / 6, term2 = 0.5, term3 = 1.0 / 6;
    for (int k = 1; k < 8; ++k) {
      term2 = -(term2 * z) / double((2 * k + 1) * (2 * k + 2));
      term3 = -(term3 * z) / double((2 * k + 2) * (2 * k + 3));
      c2 += term2;
      c3 += term3;
    }
    return {1.0 - z * c2, 1.0 - z * c3, c2, c3};
  }
  if (value_of(z) > 0) {
    const T s = sqrt(z);
    const T c0 = cos(s), c1 = sin(s) / s;
    return {c0, c1, (1.0 - c0) / z, (1.0 - c1) / z};
  }
  const T s = sqrt(-z);
  const T c0 = cosh(s), c1 = sinh(s) / s;
  return {c0, c1, (1.0 - c0) / z, (1.0 - c1) / z};
}

namespace kepler {

// Of the universal anomaly s: time after s, and its derivative, the distance.
template <class T>
struct Motion {
  T r0, eta, alpha, mu;  // |r|, r.v, 2 mu / r - v^2
  T g1{}, g2{}, g3{};
  T time{};
  T distance{};

  void at(const T& s) {
    const Stumpff<T> c = stumpff(alpha * s * s);
    g1 = s * c.c1;
    g2 = s * s * c.c2;
    g3 = s * s * s * c.c3;
    time = r0 * g1 + eta * g2 + mu * g3;
    distance = r0 * c.c0 + eta * g1 + mu * g2;
  }
};

template <class T>
Motion<T> motion_of(const State<T>& start, double mu) {
  const T r0 = norm(start.position);
  return {.r0 = r0,
          .eta = dot(start.position, start.velocity),
          .alpha = 2.0 * mu / r0 - dot(start.velocity, start.velocity),
          .mu = mu};
}
template <class T>
Motion<double> values_of(const Motion<T>& motion) {
  return {.r0 = value_of(motion.r0),
          .eta = value_of(motion.eta),
          .alpha = value_of(motion.alpha),
          .mu = value_of(motion.mu)};
}

// The s at which `seconds` > 0 have passed. The time grows with s: Newton within a bracket.
inline double universal_anomaly(Motion<double>& motion, double seconds) {
  double low = 0, high = std::numeric_limits<double>::infinity();
  double s = seconds / motion.r0;
  if (motion.alpha > 0) {
    // Whole turns are a time apart.
    const double turn = 2 * M_PI / std::sqrt(motion.alpha);
    const double period = motion.mu * turn / motion.alpha;
    s = seconds / period * turn;
    low = s - turn;
    high = s + turn;
  } else {
    // What has overflown is far enough.
    while (motion.at(s), motion.time < seconds) {
      low = s;
      s *= 2;
    }
    high = s;
  }
  for (int i = 0; i < 200; ++i) {
    motion.at(s);
    const double excess = motion.time - seconds;
    (excess < 0 ? low : high) = s;
    double next = s - excess / motion.distance;
    // Time grows exponentially on hyperbolas: Newton would come back from afar one e-fold a step.
    const bool is_near = motion.time < 4 * seconds;
    if (!(is_near && next > low && next < high)) next = 0.5 * (low + high);
    const double step = next - s;
    s = next;
    if (std::abs(step) <= 1e-15 * std::abs(s)) break;
  }
  return s;
}

}  // namespace kepler

// Where a state is after so many seconds (>= 0).
template <class T>
State<T> coast(const State<T>& start, const T& seconds, double mu) {
  if (!(value_of(seconds) > 0)) return start;
  auto motion = kepler::motion_of(start, mu);
  auto values = kepler::values_of(motion);
  const T& r0 = motion.r0;
  T s = kepler::universal_anomaly(values, value_of(seconds));
  motion.at(s);
  s = s - (motion.time - seconds) / motion.distance;
  motion.at(s);
  const T f = 1.0 - mu * motion.g2 / r0;
  const T g = r0 * motion.g1 + motion.eta * motion.g2;
  const T f_rate = -(mu * motion.g1) / (r0 * motion.distance);
  const T g_rate = 1.0 - mu * motion.g2 / motion.distance;
  return {f * start.position + g * start.velocity,
          f_rate * start.position + g_rate * start.velocity};
}

}  // namespace sengen::astrodynamics
