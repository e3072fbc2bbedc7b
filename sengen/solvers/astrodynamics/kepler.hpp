// SPDX-License-Identifier: Apache-2.0
// Two-body motion about the Sun or a planet: Kepler's equation, state from elements, coasting. The
// coast goes by universal variables (Danby, Fundamentals of Celestial Mechanics, 6.9), regular at
// every eccentricity. Iterations are Householder's of order 4: once a step is small, the next one
// would be below rounding. T: double, Dual or SIMD lanes, see real.hpp; iterations run on values, a
// Dual's derivatives come from one more Newton step, which is exact to first order.
#if defined(SENGEN_ASTRODYNAMICS_KEPLER_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef SENGEN_ASTRODYNAMICS_KEPLER_HPP
#undef SENGEN_ASTRODYNAMICS_KEPLER_HPP
#else
#define SENGEN_ASTRODYNAMICS_KEPLER_HPP
#endif

#include <algorithm>
#include <cmath>
#include <limits>

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

// Stumpff's functions c0 .. c3 of z: c_k = 1/k! - z/(k+2)! + z^2/(k+4)! - ...
template <class T>
struct Stumpff {
  T c0, c1, c2, c3;
};

// By the series of a quarter of z, and again, as often as needed; from there by doubled angles.
template <class R>
[[gnu::always_inline]] inline Stumpff<R> stumpff(const R& z) {
  using std::abs;
  constexpr std::array<double, 11> kC2 = {1.0 / 2,
                                          -1.0 / 24,
                                          1.0 / 720,
                                          -1.0 / 40320,
                                          1.0 / 3628800,
                                          -1.0 / 479001600,
                                          1.0 / 87178291200,
                                          -1.0 / 20922789888000,
                                          1.0 / 6402373705728000,
                                          -1.0 / 2432902008176640000,
                                          1.0 / 1.1240007277776077e21};
  constexpr std::array<double, 11> kC3 = {1.0 / 6,
                                          -1.0 / 120,
                                          1.0 / 5040,
                                          -1.0 / 362880,
                                          1.0 / 39916800,
                                          -1.0 / 6227020800,
                                          1.0 / 1307674368000,
                                          -1.0 / 355687428096000,
                                          1.0 / 121645100408832000,
                                          -1.0 / 5.109094217170944e19,
                                          1.0 / 2.585201673888498e22};
  constexpr double kSeries = 2.5;
  constexpr int kMost = 12;
  int doublings = 0;
  R w = z;
  for (; doublings < kMost && any(abs(w) > kSeries); ++doublings) {
    w = select(abs(w) > kSeries, 0.25 * w, w);
  }
  R c2 = polynomial(w, kC2), c3 = polynomial(w, kC3);
  for (; doublings > 0; --doublings) {
    const auto open = abs(w) < abs(z);
    const R c0 = 1.0 - w * c2, c1 = 1.0 - w * c3;
    c3 = select(open, 0.25 * (c2 + c0 * c3), c3);
    c2 = select(open, 0.5 * c1 * c1, c2);
    w = select(open, 4.0 * w, w);
  }
  return {1.0 - z * c2, 1.0 - z * c3, c2, c3};
}

// c_k' = (k c_{k+2} - c_{k+1}) / 2.
inline Stumpff<Dual> stumpff(const Dual& z) {
  const auto c = stumpff(z.value);
  double c4 = 1.0 / 24, c5 = 1.0 / 120;
  if (std::abs(z.value) > 0.5) {
    c4 = (0.5 - c.c2) / z.value;
    c5 = (1.0 / 6 - c.c3) / z.value;
  } else {
    double term4 = c4, term5 = c5;
    for (int k = 1; k < 8; ++k) {
      term4 *= -z.value / ((2 * k + 3) * (2 * k + 4));
      term5 *= -z.value / ((2 * k + 4) * (2 * k + 5));
      c4 += term4;
      c5 += term5;
    }
  }
  return {Dual::chain(c.c0, -0.5 * c.c1, z), Dual::chain(c.c1, 0.5 * (c.c3 - c.c2), z),
          Dual::chain(c.c2, c4 - 0.5 * c.c3, z), Dual::chain(c.c3, 0.5 * (3 * c5 - c4), z)};
}

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
