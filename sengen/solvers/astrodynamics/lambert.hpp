// SPDX-License-Identifier: Apache-2.0
// Lambert's problem, single revolution: the conic from one place to another in a given time. In
// double precision Izzo's way (Celestial Mechanics and Dynamical Astronomy 121, 1, 2015):
// Householder steps on the time over Lancaster and Blanchard's x, three on average. In single
// precision that of the reference functions of GTOP: secants in log(1 + x), with logarithms and
// exponentials rounded as there, so that published vectors are digit-exact.
#pragma once

#include <algorithm>
#include <cmath>
#include <type_traits>

#include <sengen/solvers/astrodynamics/dual.hpp>
#include <sengen/solvers/astrodynamics/vector3.hpp>

namespace sengen::astrodynamics {

// kSingle: as the reference functions of GTOP, see above.
enum class LambertPrecision { kDouble, kSingle };

template <class T>
struct LambertArc {
  Vector3<T> departure;  // velocity, km/s
  Vector3<T> arrival;
};

namespace lambert {

// The time of flight in units of sqrt(s^3 / (2 mu)), s the triangle's half circumference: lambda^2
// = 1 - c / s, c the chord, negative the long way. x > -1; above 1 the conic is a hyperbola.
template <class T>
T time_of(const T& x, const T& lambda) {
  using std::acos;
  using std::asinh;
  using std::sqrt;
  constexpr double kParabola = 1e-2;  // this near to it a series holds
  const T e = 1.0 - x * x;
  const T y = sqrt(1.0 - lambda * lambda * e);
  if (std::abs(value_of(x) - 1) < kParabola) {
    const T eta = y - lambda * x;
    const T s = 0.5 * (1.0 - lambda - x * eta);
    T term = 1.0, sum = 1.0;
    for (int k = 0; k < 60 && std::abs(value_of(term)) > 1e-17; ++k) {
      term *= (3.0 + k) / (2.5 + k) * s;
      sum += term;
    }
    return 0.5 * eta * (eta * eta * sum * (4.0 / 3) + 4.0 * lambda);
  }
  const double cosine = value_of(x * y + lambda * e);
  T psi = 0.0;
  if (value_of(e) <= 0) {
    psi = asinh((y - x * lambda) * sqrt(-e));
  } else if (std::abs(cosine) < 1) {
    psi = acos(x * y + lambda * e);
  } else if (cosine < 0) {
    psi = M_PI;
  }
  const T root = sqrt(value_of(e) > 0 ? e : -e);
  return (psi / root - x + lambda * y) / e;
}

struct Root {
  double x = 0;
  bool converged = false;
};

// time_of(x, lambda) = time > 0.
Root solve(double lambda, double time);

// The reference's iteration. Lengths in units of the first place's distance: chord, half
// circumference; time in units of that length over its circular speed.
struct Triangle {
  double chord = 0;
  double semi_perimeter = 0;
  bool long_way = false;
};
Root solve_single(const Triangle& triangle, double time);

}  // namespace lambert

// prograde: the way with an angular momentum to the north; else the other one. Lengths in km,
// seconds > 0. converged: false where no conic was found; velocities are then not to be used.
template <class T>
LambertArc<T> lambert_arc(const Vector3<T>& from, const Vector3<T>& to, const T& seconds, double mu,
                          bool prograde, LambertPrecision precision, bool& converged) {
  using std::sqrt;
  const T r1 = norm(from), r2 = norm(to), chord = norm(to - from);
  const T s = 0.5 * (r1 + r2 + chord);
  const Vector3<T> momentum = cross(from, to);
  const bool long_way = (value_of(momentum.z) <= 0) == prograde;
  const T square = 1.0 - chord / s;
  T lambda = value_of(square) > 0 ? sqrt(square) : T(0.0);
  if (long_way) lambda = -lambda;
  const T time = seconds * sqrt(2.0 * mu / (s * s * s));

  lambert::Root root;
  if (precision == LambertPrecision::kDouble) {
    root = lambert::solve(value_of(lambda), value_of(time));
  } else {
    const double unit = value_of(r1);
    root = lambert::solve_single({value_of(chord) / unit, value_of(s) / unit, long_way},
                                 value_of(seconds) / std::sqrt(unit * unit * unit / mu));
  }
  converged = root.converged;
  T x = root.x;
  if constexpr (!std::is_same_v<T, double>) {
    // The root's derivative, from the equation that it solves.
    Dual moving = root.x;
    moving.slope[0] = 1;
    const double slope = lambert::time_of(moving, Dual(value_of(lambda))).slope[0];
    x = x - (lambert::time_of(x, lambda) - time) / slope;
  }
  const T y = sqrt(1.0 - lambda * lambda * (1.0 - x * x));
  const T gamma = sqrt(0.5 * mu * s);
  const T rho = (r1 - r2) / chord;
  const T transverse = gamma * sqrt(1.0 - rho * rho) * (y + lambda * x);
  const T radial1 = gamma * ((lambda * y - x) - rho * (lambda * y + x)) / r1;
  const T radial2 = -gamma * ((lambda * y - x) + rho * (lambda * y + x)) / r2;
  Vector3<T> normal = unit(momentum);
  if (long_way) normal = T(-1.0) * normal;
  const Vector3<T> u1 = from / r1, u2 = to / r2;
  return {radial1 * u1 + (transverse / r1) * cross(normal, u1),
          radial2 * u2 + (transverse / r2) * cross(normal, u2)};
}

}  // namespace sengen::astrodynamics
