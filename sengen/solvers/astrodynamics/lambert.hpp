// SPDX-License-Identifier: Apache-2.0
// Lambert's problem, single revolution: the conic from one place to another in a given time. In
// double precision Izzo's way (Celestial Mechanics and Dynamical Astronomy 121, 1, 2015):
// Householder steps on the time over Lancaster and Blanchard's x, three on average. In single
// precision that of the reference functions of GTOP: secants in log(1 + x), with logarithms and
// exponentials rounded as there, so that published vectors are digit-exact.
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

// prograde: the way with an angular momentum to the north; else the other one. Lengths in km,
// seconds > 0. converged: false where no conic was found; velocities are then not to be used.
template <class T>
LambertArc<T> lambert_arc(const Vector3<T>& from, const Vector3<T>& to, const T& seconds, double mu,
                          bool prograde, LambertPrecision precision, MaskOf<T>& converged) {
  using std::sqrt;
  const T r1 = norm(from), r2 = norm(to), chord = norm(to - from);
  const T s = 0.5 * (r1 + r2 + chord);
  const Vector3<T> momentum = cross(from, to);
  const auto to_south = value_of(momentum.z) <= value_of(T(0.0));
  const auto long_way = prograde ? to_south : !to_south;
  const T square = 1.0 - chord / s;
  T lambda = select(value_of(square) > 0.0, T(sqrt(square)), T(0.0));
  lambda = select(long_way, T(-lambda), lambda);
  const T time = seconds * sqrt(2.0 * mu / (s * s * s));

  lambert::Root<Value<T>> root;
  if (precision == LambertPrecision::kDouble) {
    root = lambert::solve(value_of(lambda), value_of(time));
  } else if constexpr (std::is_same_v<Value<T>, double>) {
    const double unit = value_of(r1);
    const auto found = astrodynamics::lambert::solve_single(
        {value_of(chord) / unit, value_of(s) / unit, long_way},
        value_of(seconds) / std::sqrt(unit * unit * unit / mu));
    root = {found.x, found.converged};
  }
  converged = root.converged;
  T x = root.x;
  if constexpr (std::is_same_v<T, Dual>) {
    // The root's derivative, from the equation that it solves.
    const auto time_at = [](const Dual& at, const Dual& l) {
      return lambert::time_of(at, l, sqrt(1.0 - l * l * (1.0 - at * at)));
    };
    Dual moving = root.x;
    moving.slope[0] = 1;
    const double slope = time_at(moving, Dual(value_of(lambda))).slope[0];
    x = x - (time_at(x, lambda) - time) / slope;
  }
  const T y = sqrt(1.0 - lambda * lambda * (1.0 - x * x));
  const T gamma = sqrt(0.5 * mu * s);
  const T rho = (r1 - r2) / chord;
  const T transverse = gamma * sqrt(1.0 - rho * rho) * (y + lambda * x);
  const T radial1 = gamma * ((lambda * y - x) - rho * (lambda * y + x)) / r1;
  const T radial2 = -gamma * ((lambda * y - x) + rho * (lambda * y + x)) / r2;
  Vector3<T> normal = unit(momentum);
  const T side = select(long_way, T(-1.0), T(1.0));
  normal = side * normal;
  const Vector3<T> u1 = from / r1, u2 = to / r2;
  return {radial1 * u1 + (transverse / r1) * cross(normal, u1),
          radial2 * u2 + (transverse / r2) * cross(normal, u2)};
}

}  // namespace sengen::astrodynamicsSENGEN_PHYSICS_TARGET
SENGEN_AFTER_PHYSICS();

#endif  // per-target include guard
