// SPDX-License-Identifier: Apache-2.0
// Two-body motion about the Sun or a planet: coasting, by universal variables (Danby, Fundamentals
// of Celestial Mechanics, 6.9), regular at every eccentricity. T: double, Dual or SIMD lanes, see
// real.hpp; iterations run on values, a Dual's derivatives come from one more Newton step, which is
// exact to first order.
#if defined(SENGEN_ASTRODYNAMICS_KEPLER_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef SENGEN_ASTRODYNAMICS_KEPLER_HPP
#undef SENGEN_ASTRODYNAMICS_KEPLER_HPP
#else
#define SENGEN_ASTRODYNAMICS_KEPLER_HPP
#endif

#include <cmath>
#include <limits>

#include <sengen/solvers/astrodynamics/ellipse.hpp>
#include <sengen/solvers/astrodynamics/stumpff.hpp>
#include <sengen/solvers/astrodynamics/vector3.hpp>

SENGEN_BEFORE_PHYSICS();
namespace sengen::astrodynamics SENGEN_PHYSICS_TARGET {

namespace kepler {

// Of the universal anomaly s: time after s, and its derivatives; the first is the distance.
template <class T>
struct Motion {
  T r0, eta, alpha, mu;  // |r|, r.v, 2 mu / r - v^2
  T g1{}, g2{}, g3{};
  T time{};
  T distance{};
  T rate{};  // of the distance

  [[gnu::always_inline]] void at(const T& s) {
    const Stumpff<T> c = stumpff(T(alpha * s * s));
    g1 = s * c.c1;
    g2 = s * s * c.c2;
    g3 = s * s * s * c.c3;
    time = r0 * g1 + eta * g2 + mu * g3;
    distance = r0 * c.c0 + eta * g1 + mu * g2;
    rate = eta * c.c0 + (mu - alpha * r0) * g1;
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
Motion<Value<T>> values_of(const Motion<T>& motion) {
  return {.r0 = value_of(motion.r0),
          .eta = value_of(motion.eta),
          .alpha = value_of(motion.alpha),
          .mu = value_of(motion.mu)};
}

// Of an ellipse, half a turn at most: right to the fourth power of the eccentricity.
template <class R>
[[gnu::always_inline]] inline R elliptic_guess(const Motion<R>& m, const R& seconds) {
  using std::sqrt;
  const R root = sqrt(m.alpha);
  const R ec = 1.0 - m.r0 * m.alpha / m.mu, es = m.eta * root / m.mu;  // e cos E, e sin E
  const R mean = seconds * root * m.alpha / m.mu - es;
  R sine, cosine;
  sine_cosine(mean, sine, cosine);
  const R s = es * cosine + ec * sine, c = 1.0 - (ec * cosine - es * sine);
  return (mean + s / sqrt(c * c + s * s)) / root;
}

// The root of the first three terms of the time, from above; time grows faster on a hyperbola.
template <class R>
R hyperbolic_guess(const Motion<R>& m, const R& seconds) {
  using std::exp;
  using std::log;
  const R b = 0.5 * m.eta, c = (1.0 / 6) * (m.mu - m.alpha * m.r0);
  R s = exp((1.0 / 3) * log(seconds / c));
  s = select(b < 0.0, s - b / c, s);
  const R direct = seconds / m.r0;
  s = select(both(b >= R(0.0), direct < s), direct, s);
  for (int i = 0; i < 3; ++i) {
    const R slope = m.r0 + s * (2.0 * b + 3.0 * c * s);
    const R next = s - (s * (m.r0 + s * (b + c * s)) - seconds) / slope;
    s = select(both(slope > 0.0, next > 0.0), next, s);
  }
  return s;
}

// The s at which `seconds` have passed; on ellipses half a period before or after at most. motion
// is then there. The time grows with s: steps stay within a bracket. Lanes that take unusually many
// steps become NaN.
template <class R>
R universal_anomaly(Motion<R>& motion, const R& seconds) {
  using std::abs;
  using std::sqrt;
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  constexpr int kMostSteps = std::is_same_v<R, double> ? 200 : 16;
  const auto ellipse = motion.alpha > 0.0;
  R s = 0.0, low = 0.0, high = kInfinity;
  if (any(ellipse)) {
    const R turn = 2 * M_PI / sqrt(motion.alpha);
    s = elliptic_guess(motion, seconds);
    low = select(ellipse, -turn, low);
    high = select(ellipse, turn, high);
  }
  if (any(!ellipse)) s = select(ellipse, s, hyperbolic_guess(motion, seconds));
  MaskOf<R> open = true;
  for (int i = 0; i < kMostSteps; ++i) {
    motion.at(s);
    const R excess = motion.time - seconds;
    const auto short_of = excess < 0.0;
    low = select(short_of, s, low);
    high = select(short_of, high, s);
    R next = s - householder(excess, motion.distance, motion.rate,
                             R(motion.mu - motion.alpha * motion.distance));
    const R middle = select(high < kInfinity, 0.5 * (low + high), 2.0 * s);
    next = select(both(next >= low, next <= high), next, middle);
    const auto moves = abs(next - s) > 1e-5 * abs(s);
    s = select(open, next, s);
    open = both(open, moves);
    if (!any(open)) break;
  }
  s = select(open, R(std::numeric_limits<double>::quiet_NaN()), s);
  motion.at(s);
  return s;
}

}  // namespace kepler

// Where a state is after so many seconds (>= 0).
template <class T>
State<T> coast(const State<T>& start, const T& seconds, double mu) {
  using std::sqrt;
  if constexpr (std::is_same_v<MaskOf<T>, bool>) {
    if (!(value_of(seconds) > 0)) return start;
  }
  auto motion = kepler::motion_of(start, mu);
  // Whole turns are a time apart.
  const T period = 2 * M_PI * mu / (motion.alpha * sqrt(motion.alpha));
  const auto turns = quarters(value_of(seconds) / value_of(period)).count;
  const T rest = select(motion.alpha > 0.0, T(seconds - turns * period), seconds);
  if constexpr (std::is_same_v<T, Dual>) {
    auto values = kepler::values_of(motion);
    T s = kepler::universal_anomaly(values, value_of(rest));
    motion.at(s);
    motion.at(s - (motion.time - rest) / motion.distance);
  } else {
    kepler::universal_anomaly(motion, rest);
  }
  const T& r0 = motion.r0;
  const T f = 1.0 - mu * motion.g2 / r0;
  const T g = r0 * motion.g1 + motion.eta * motion.g2;
  const T f_rate = -(mu * motion.g1) / (r0 * motion.distance);
  const T g_rate = 1.0 - mu * motion.g2 / motion.distance;
  return {f * start.position + g * start.velocity,
          f_rate * start.position + g_rate * start.velocity};
}

}  // namespace sengen::astrodynamicsSENGEN_PHYSICS_TARGET
SENGEN_AFTER_PHYSICS();

#endif  // per-target include guard
