// SPDX-License-Identifier: Apache-2.0
// Lambert's problem, single revolution: the conic from one place to another in a given time, in
// Izzo's form with Battin's variable (the form of ESA's global trajectory optimisation problems, so
// that their published values are met to the last digits).
#pragma once

#include <cmath>
#include <type_traits>

#include <sengen/solvers/astrodynamics/dual.hpp>
#include <sengen/solvers/astrodynamics/vector3.hpp>

namespace sengen::astrodynamics {

// How the iteration is rounded. kSingle: logarithms and exponentials of the iteration in single
// precision, as the reference functions of GTOP have them: published vectors are digit-exact then.
enum class LambertPrecision { kDouble, kSingle };

template <class T>
struct LambertArc {
  Vector3<T> departure;  // velocity, km/s
  Vector3<T> arrival;
};

namespace lambert {

// Time of flight over the variable x, in units of the triangle.
template <class T>
struct Triangle {
  T chord;
  T semi_perimeter;
  bool long_way = false;

  T time(const T& x) const {
    const Angles angles = angles_of(x);
    using std::sin;
    using std::sinh;
    using std::sqrt;
    const T& a = angles.a;
    if (value_of(x) < 1) {
      return a * sqrt(a) * ((angles.alfa - sin(angles.alfa)) - (angles.beta - sin(angles.beta)));
    }
    return -a * sqrt(-a) * ((sinh(angles.alfa) - angles.alfa) - (sinh(angles.beta) - angles.beta));
  }

  struct Angles {
    T a, alfa, beta;
  };
  Angles angles_of(const T& x) const {
    using std::acos;
    using std::acosh;
    using std::asin;
    using std::asinh;
    using std::sqrt;
    const T a = 0.5 * semi_perimeter / (1.0 - x * x);
    T alfa, beta;
    if (value_of(x) < 1) {
      beta = 2.0 * asin(sqrt((semi_perimeter - chord) / (2.0 * a)));
      alfa = 2.0 * acos(x);
    } else {
      beta = 2.0 * asinh(sqrt((semi_perimeter - chord) / (-2.0 * a)));
      alfa = 2.0 * acosh(x);
    }
    if (long_way) beta = -beta;
    return {a, alfa, beta};
  }
};

struct Root {
  double x = 0;
  bool converged = false;
};

// log time(x) = log seconds by secants in log(1 + x), from x = -+0.5233 until a step is within
// 1e-11. The order of operations is that of the reference.
Root solve(const Triangle<double>& triangle, double seconds, LambertPrecision precision);

}  // namespace lambert

// prograde: the way with an angular momentum to the north; else the other one. Lengths in km,
// seconds > 0. converged: false where no conic was found; velocities are then not to be used.
template <class T>
LambertArc<T> lambert_arc(const Vector3<T>& from, const Vector3<T>& to, const T& seconds, double mu,
                          bool prograde, LambertPrecision precision, bool& converged) {
  using std::acos;
  using std::cos;
  using std::sin;
  using std::sinh;
  using std::sqrt;
  using std::tan;
  // Unit of length |from|, of speed sqrt(mu / |from|).
  const T length = norm(from);
  const T speed = sqrt(mu / length);
  const T time = seconds / (length / speed);
  const Vector3<T> r1 = from / length, r2 = to / length;
  const T distance2 = norm(r2);
  const Vector3<T> momentum = cross(r1, r2);
  T theta = acos(dot(r1, r2) / distance2);
  const bool long_way = (value_of(momentum.z) <= 0) == prograde;
  if (long_way) theta = 2 * M_PI - theta;

  lambert::Triangle<T> triangle;
  triangle.long_way = long_way;
  triangle.chord = sqrt(1.0 + distance2 * (distance2 - 2.0 * cos(theta)));
  triangle.semi_perimeter = (1.0 + distance2 + triangle.chord) / 2.0;
  const T& s = triangle.semi_perimeter;
  const T minimum = s / 2.0;
  const T lambda = sqrt(distance2) * cos(theta / 2.0) / s;

  const lambert::Triangle<double> values{value_of(triangle.chord), value_of(s), long_way};
  const lambert::Root root = lambert::solve(values, value_of(time), precision);
  converged = root.converged;
  T x = root.x;
  if constexpr (!std::is_same_v<T, double>) {
    // The root's derivative, from the equation that it solves.
    Dual moving = root.x;
    moving.slope[0] = 1;
    const lambert::Triangle<Dual> fixed{values.chord, values.semi_perimeter, long_way};
    x = x - (triangle.time(x) - time) / fixed.time(moving).slope[0];
  }
  const auto angles = triangle.angles_of(x);
  const T psi = (angles.alfa - angles.beta) / 2.0;
  const T half = value_of(x) < 1 ? sin(psi) : sinh(psi);
  T eta_squared = 2.0 * angles.a * half * half / s;
  if (value_of(x) >= 1) eta_squared = -eta_squared;
  const T eta = sqrt(eta_squared);
  const T sin_half = sin(theta / 2.0);
  const T p = (distance2 / (minimum * eta_squared)) * sin_half * sin_half;
  const T sigma = (1.0 / (eta * sqrt(minimum))) * (2.0 * lambda * minimum - (lambda + x * eta));
  Vector3<T> normal = unit(momentum);
  if (long_way) normal = T(-1.0) * normal;

  const T root_p = sqrt(p);
  const Vector3<T> u2 = r2 / distance2;
  const T transverse2 = root_p / distance2;
  const T radial2 = -sigma + (root_p - transverse2) / tan(theta / 2.0);
  LambertArc<T> arc;
  arc.departure = speed * (sigma * r1 + root_p * cross(normal, r1));
  arc.arrival = speed * (radial2 * u2 + transverse2 * cross(normal, u2));
  return arc;
}

}  // namespace sengen::astrodynamics
