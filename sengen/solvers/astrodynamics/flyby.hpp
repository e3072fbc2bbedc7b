// SPDX-License-Identifier: Apache-2.0
// What a planet does to a spacecraft that passes or stops there. Speeds relative to the planet,
// km/s; radii from its centre, km; mu its own.
#pragma once

#include <cmath>

#include <sengen/solvers/astrodynamics/dual.hpp>
#include <sengen/solvers/astrodynamics/vector3.hpp>

namespace sengen::astrodynamics {

template <class T>
struct PoweredFlyby {
  T delta_v;
  T periapsis;  // km
};

// With one impulse at the periapsis that both hyperbolas share: the periapsis at which they turn
// from `in` to `out` together. Newton from a periapsis of mu, halved where it would become
// negative, 30 steps at most: this cut-off is part of the problems of GTOP and decides some of
// their values.
template <class T>
PoweredFlyby<T> powered_flyby(const Vector3<T>& in, const Vector3<T>& out, double mu) {
  using std::abs;
  using std::acos;
  using std::asin;
  using std::sqrt;
  const T in2 = dot(in, in), out2 = dot(out, out);
  const T turn = acos(dot(in, out) / sqrt(in2 * out2));
  const T a_in = 1.0 / in2, a_out = 1.0 / out2;
  T periapsis = 1.0;
  double step = 1;
  for (int i = 0; i < 30 && step > 1e-8; ++i) {
    const T b_in = a_in + periapsis, b_out = a_out + periapsis;
    const T excess = asin(a_in / b_in) + asin(a_out / b_out) - turn;
    const T slope = -(a_in / (b_in * sqrt(b_in * b_in - a_in * a_in))) -
                    a_out / (b_out * sqrt(b_out * b_out - a_out * a_out));
    const T next = periapsis - excess / slope;
    if (value_of(next) > 0) {
      step = std::abs(value_of(next) - value_of(periapsis));
      periapsis = next;
    } else {
      periapsis = periapsis / 2.0;
    }
  }
  const T delta_v = abs(sqrt(out2 + 2.0 / periapsis) - sqrt(in2 + 2.0 / periapsis));
  return {delta_v, periapsis * mu};
}

// Without an impulse: v_in, planet heliocentric; turned within the plane that b gives, 0 where it
// holds the planet's velocity. Returns the heliocentric velocity after it.
template <class T>
Vector3<T> unpowered_flyby(const Vector3<T>& v_in, const Vector3<T>& planet, const T& periapsis,
                           const T& b, double mu) {
  using std::asin;
  using std::cos;
  using std::sin;
  const Vector3<T> relative = v_in - planet;
  const T speed2 = dot(relative, relative);
  const T eccentricity = 1.0 + periapsis * speed2 / mu;
  const T turn = 2.0 * asin(1.0 / eccentricity);
  const Vector3<T> i = unit(relative);
  const Vector3<T> j = unit(cross(i, planet));
  const Vector3<T> k = cross(i, j);
  const T speed = norm(relative);
  return planet + speed * (cos(turn) * i + cos(b) * sin(turn) * j + sin(b) * sin(turn) * k);
}

// From a hyperbola into an ellipse with this periapsis and eccentricity.
template <class T>
T insertion(const T& speed, double periapsis, double eccentricity, double mu) {
  using std::abs;
  using std::sqrt;
  const double ellipse = std::sqrt(2 * mu / periapsis - mu * (1 - eccentricity) / periapsis);
  return abs(sqrt(speed * speed + 2 * mu / periapsis) - ellipse);
}

}  // namespace sengen::astrodynamics
