// SPDX-License-Identifier: Apache-2.0
// Lambert's problem: the conic from one place to another in a given time, with less than a turn or,
// for doubles, with more. In double precision Izzo's way (Celestial Mechanics and Dynamical
// Astronomy 121, 1, 2015): Householder steps on the time over Lancaster and Blanchard's x, three on
// average. In single precision that of the reference functions of GTOP: secants in log(1 + x), with
// logarithms and exponentials rounded as there, so that published vectors are digit-exact.
#if defined(SENGEN_ASTRODYNAMICS_LAMBERT_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef SENGEN_ASTRODYNAMICS_LAMBERT_HPP
#undef SENGEN_ASTRODYNAMICS_LAMBERT_HPP
#else
#define SENGEN_ASTRODYNAMICS_LAMBERT_HPP
#endif

#include <cmath>
#include <limits>
#include <type_traits>

#include <sengen/solvers/astrodynamics/kepler.hpp>
#include <sengen/solvers/astrodynamics/lambert_single.hpp>
#include <sengen/solvers/astrodynamics/lambert_turns.hpp>
#include <sengen/solvers/astrodynamics/vector3.hpp>

SENGEN_BEFORE_PHYSICS();
namespace sengen::astrodynamics SENGEN_PHYSICS_TARGET {

template <class T>
struct LambertArc {
  Vector3<T> departure;  // velocity, km/s
  Vector3<T> arrival;
};

namespace lambert {

// Near the parabola, by Battin's hypergeometric series.
template <class T>
T time_near_parabola(const T& x, const T& lambda, const T& y) {
  using std::abs;
  const T eta = y - lambda * x;
  const T s = 0.5 * (1.0 - lambda - x * eta);
  T term = 1.0, sum = 1.0;
  auto open = value_of(term) > 0.0;
  for (int k = 0; k < 60 && any(open); ++k) {
    term *= (3.0 + k) / (2.5 + k) * s;
    sum += select(open, term, T(0.0));
    open = both(open, abs(value_of(term)) > 1e-17);
  }
  return 0.5 * eta * (eta * eta * sum * (4.0 / 3) + 4.0 * lambda);
}

// The time of flight in units of sqrt(s^3 / (2 mu)), s the triangle's half circumference: lambda^2
// = 1 - c / s, c the chord, negative the long way. x > -1; above 1 the conic is a hyperbola.
// y: sqrt(1 - lambda^2 (1 - x^2)).
template <class T>
[[gnu::always_inline]] inline T time_of(const T& x, const T& lambda, const T& y) {
  using std::abs;
  using std::log;
  using std::sqrt;
  const T e = 1.0 - x * x;
  const auto near = abs(value_of(x) - 1.0) < 1e-2;
  const auto ellipse = but_not(value_of(e) > 0.0, near);
  const auto hyperbola = but_not(!(value_of(e) > 0.0), near);
  const T root = sqrt(select(value_of(e) > 0.0, e, -e));
  const T sine = (y - x * lambda) * root;
  T psi = 0.0;
  if (any(ellipse)) psi = angle_of(sine, T(x * y + lambda * e));
  if (any(hyperbola)) psi = select(hyperbola, T(log(sine + sqrt(sine * sine + 1.0))), psi);
  T time = (psi / root - x + lambda * y) / e;
  if (any(near)) time = select(near, time_near_parabola(x, lambda, y), time);
  return time;
}

template <class R>
struct Root {
  R x;
  MaskOf<R> converged;
};

// Izzo's first guess.
template <class R>
[[gnu::always_inline]] inline R guess(const R& lambda, const R& time) {
  using std::exp;
  using std::log;
  using std::sqrt;
  const R cube = lambda * lambda * lambda;
  const R middle_root = sqrt(1.0 - lambda * lambda);
  const R minimum_energy = angle_of(middle_root, lambda) + lambda * middle_root;
  const R parabola = 2.0 / 3 * (1.0 - cube);
  const auto slow = time >= minimum_energy;
  const auto fast = time <= parabola;
  const auto between = but_not(!slow, fast);
  R x = (minimum_energy - time) / (time - minimum_energy + 4.0);
  if (any(fast)) {
    const R shift = 2.5 * parabola * (parabola - time) / (time * (1.0 - cube * lambda * lambda));
    x = select(fast, 1.0 + shift, x);
  }
  if (any(between)) {
    const R power = M_LN2 / log(parabola / minimum_energy);
    x = select(between, exp(power * log(time / minimum_energy)) - 1.0, x);
  }
  return x;
}

// time_of(x, lambda) = time > 0. The time falls with x: from infinite at -1 to nothing. Lanes that
// take unusually many steps do not converge.
template <class R>
Root<R> solve(const R& lambda, const R& time) {
  using std::abs;
  using std::sqrt;
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  constexpr int kMostSteps = std::is_same_v<R, double> ? 100 : 12;
  const R l2 = lambda * lambda, l3 = l2 * lambda, l5 = l3 * l2;
  R low = -1.0, high = kInfinity;
  R x = guess(lambda, time);
  x = select(x > low, x, R(-0.999));
  MaskOf<R> open = true;
  for (int i = 0; i < kMostSteps && any(open); ++i) {
    const R e = 1.0 - x * x, inverse = 1.0 / e;
    const R y = sqrt(1.0 - l2 * e), by_y = 1.0 / y, by_y3 = by_y * by_y * by_y;
    const R t = time_of(x, lambda, y);
    const R d1 = (3.0 * t * x - 2.0 + 2.0 * l3 * x * by_y) * inverse;
    const R d2 = (3.0 * t + 5.0 * x * d1 + 2.0 * (1.0 - l2) * l3 * by_y3) * inverse;
    const R d3 =
        (7.0 * x * d2 + 8.0 * d1 - 6.0 * (1.0 - l2) * l5 * x * by_y3 * by_y * by_y) * inverse;
    const R excess = t - time;
    const auto late = excess > 0.0;
    low = select(late, x, low);
    high = select(late, high, x);
    R next = x - kepler::householder(excess, d1, d2, d3);
    const R middle = select(high < kInfinity, 0.5 * (low + high), 2.0 * x + 2.0);
    next = select(both(next >= low, next <= high), next, middle);
    // The next step would be of the order of this one to the fourth power.
    const auto moves = abs(next - x) > 2e-5 * (1.0 + x);
    x = select(open, next, x);
    open = both(open, moves);
  }
  return {x, !open};
}

}  // namespace lambert

// What is to be solved. lambda, time: see time_of.
template <class T>
struct LambertTriangle {
  Vector3<T> from, to, momentum;
  T r1, r2, chord, s, lambda, time;
  MaskOf<T> long_way;
};

// prograde: the way with an angular momentum to the north; else the other one. Lengths in km,
// seconds > 0.
template <class T>
[[gnu::always_inline]] inline LambertTriangle<T> triangle_of(const Vector3<T>& from,
                                                             const Vector3<T>& to, const T& seconds,
                                                             double mu, bool prograde) {
  using std::sqrt;
  LambertTriangle<T> triangle;
  triangle.from = from;
  triangle.to = to;
  triangle.momentum = cross(from, to);
  triangle.r1 = norm(from);
  triangle.r2 = norm(to);
  triangle.chord = norm(to - from);
  const T s = triangle.s = 0.5 * (triangle.r1 + triangle.r2 + triangle.chord);
  const auto to_south = value_of(triangle.momentum.z) <= value_of(T(0.0));
  triangle.long_way = prograde ? to_south : !to_south;
  const T square = 1.0 - triangle.chord / s;
  const T lambda = select(value_of(square) > 0.0, T(sqrt(square)), T(0.0));
  triangle.lambda = select(triangle.long_way, T(-lambda), lambda);
  triangle.time = seconds * sqrt(2.0 * mu / (s * s * s));
  return triangle;
}

// The root of less than a turn.
template <class T>
[[gnu::always_inline]] inline lambert::Root<Value<T>> root_of(const LambertTriangle<T>& triangle,
                                                              const T& seconds, double mu,
                                                              LambertPrecision precision) {
  if constexpr (std::is_same_v<Value<T>, double>) {
    if (precision == LambertPrecision::kSingle) {
      const double unit = value_of(triangle.r1);
      const auto found = astrodynamics::lambert::solve_single(
          {value_of(triangle.chord) / unit, value_of(triangle.s) / unit, triangle.long_way},
          value_of(seconds) / std::sqrt(unit * unit * unit / mu));
      return {found.x, found.converged};
    }
  }
  return lambert::solve(value_of(triangle.lambda), value_of(triangle.time));
}

// The root's derivative, from the equation that it solves.
inline Dual moving_root(double root, int turns, const LambertTriangle<Dual>& triangle) {
  const auto time_at = [turns](const Dual& x, const Dual& lambda) {
    const Dual e = 1.0 - x * x;
    const Dual time = lambert::time_of(x, lambda, sqrt(1.0 - lambda * lambda * e));
    return turns == 0 ? time : time + turns * M_PI / (e * sqrt(e));
  };
  Dual moving = root;
  moving.slope[0] = 1;
  const double slope = time_at(moving, Dual(value_of(triangle.lambda))).slope[0];
  const Dual x = root;
  return x - (time_at(x, triangle.lambda) - triangle.time) / slope;
}
template <class T>
T moving_root(const Value<T>& root, int /*turns*/, const LambertTriangle<T>& /*triangle*/) {
  return root;
}

template <class T>
[[gnu::always_inline]] inline LambertArc<T> arc_of(const LambertTriangle<T>& triangle, const T& x,
                                                   double mu) {
  using std::sqrt;
  const T& lambda = triangle.lambda;
  const T y = sqrt(1.0 - lambda * lambda * (1.0 - x * x));
  const T gamma = sqrt(0.5 * mu * triangle.s);
  const T rho = (triangle.r1 - triangle.r2) / triangle.chord;
  const T transverse = gamma * sqrt(1.0 - rho * rho) * (y + lambda * x);
  const T radial1 = gamma * ((lambda * y - x) - rho * (lambda * y + x)) / triangle.r1;
  const T radial2 = -gamma * ((lambda * y - x) + rho * (lambda * y + x)) / triangle.r2;
  Vector3<T> normal = unit(triangle.momentum);
  const T side = select(triangle.long_way, T(-1.0), T(1.0));
  normal = side * normal;
  const Vector3<T> u1 = triangle.from / triangle.r1, u2 = triangle.to / triangle.r2;
  return {radial1 * u1 + (transverse / triangle.r1) * cross(normal, u1),
          radial2 * u2 + (transverse / triangle.r2) * cross(normal, u2)};
}

// How conics are computed.
struct Conics {
  LambertPrecision precision = LambertPrecision::kDouble;
  int turns = 0;  // full ones that a leg may make; not for SIMD lanes
};

// Of all conics the one whose cost(arc) is the least. prograde, lengths: see triangle_of.
// converged: false where no conic of less than a turn was found; velocities are then not to be
// used.
template <class T, class Cost>
LambertArc<T> lambert_arc(const Vector3<T>& from, const Vector3<T>& to, const T& seconds, double mu,
                          bool prograde, const Conics& conics, const Cost& cost,
                          MaskOf<T>& converged) {
  const auto triangle = triangle_of(from, to, seconds, mu, prograde);
  const auto root = root_of(triangle, seconds, mu, conics.precision);
  converged = root.converged;
  auto best = arc_of(triangle, moving_root(root.x, 0, triangle), mu);
  if constexpr (std::is_same_v<Value<T>, double>) {
    double least = conics.turns > 0 ? value_of(cost(best)) : 0;
    for (int turns = 1; turns <= conics.turns && converged; ++turns) {
      const auto roots = astrodynamics::lambert::solve_turns(value_of(triangle.lambda),
                                                             value_of(triangle.time), turns);
      if (!roots) break;
      for (const double x : *roots) {
        const auto arc = arc_of(triangle, moving_root(x, turns, triangle), mu);
        const double price = value_of(cost(arc));
        if (!(price < least)) continue;
        least = price;
        best = arc;
      }
    }
  }
  return best;
}

}  // namespace sengen::astrodynamicsSENGEN_PHYSICS_TARGET
SENGEN_AFTER_PHYSICS();

#endif  // per-target include guard
