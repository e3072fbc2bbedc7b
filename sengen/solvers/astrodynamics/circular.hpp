// SPDX-License-Identifier: Apache-2.0
// Sine and cosine at once, and the angle of a place in the plane, to a few units of rounding, for
// doubles and SIMD lanes alike: Taylor's series within a quarter turn, and a polynomial for the
// arc tangent within an eighth (Chebyshev's interpolation, 5e-18). Compiled for every instruction
// set, see real.hpp.
#if defined(SENGEN_ASTRODYNAMICS_CIRCULAR_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef SENGEN_ASTRODYNAMICS_CIRCULAR_HPP
#undef SENGEN_ASTRODYNAMICS_CIRCULAR_HPP
#else
#define SENGEN_ASTRODYNAMICS_CIRCULAR_HPP
#endif

#include <array>
#include <cstddef>

#include <sengen/solvers/astrodynamics/real.hpp>

SENGEN_BEFORE_PHYSICS();
namespace sengen::astrodynamics SENGEN_PHYSICS_TARGET {

// c[0] + c[1] x + c[2] x^2 + ...
template <class R, std::size_t kTerms>
[[gnu::always_inline]] inline R polynomial(const R& x, const std::array<double, kTerms>& c) {
  R sum = c[kTerms - 1];
  for (std::size_t k = kTerms - 1; k-- > 0;) sum = muladd(sum, x, R(c[k]));
  return sum;
}

// Of an angle of at most an eighth of a turn.
template <class R>
[[gnu::always_inline]] inline void sine_cosine_near(const R& x, R& sine, R& cosine) {
  // (-1)^k / (2k + 3)!, (-1)^k / (2k + 2)!
  constexpr std::array<double, 7> kSine = {
      -1.0 / 6,        1.0 / 120,        -1.0 / 5040,         1.0 / 362880,
      -1.0 / 39916800, 1.0 / 6227020800, -1.0 / 1307674368000};
  constexpr std::array<double, 8> kCosine = {
      -1.0 / 2,       1.0 / 24,        -1.0 / 720,         1.0 / 40320,
      -1.0 / 3628800, 1.0 / 479001600, -1.0 / 87178291200, 1.0 / 20922789888000};
  const R square = x * x;
  sine = muladd(square * x, polynomial(square, kSine), x);
  cosine = muladd(square, polynomial(square, kCosine), R(1.0));
}

// Lanes: |x| < 1e6.
template <class R>
[[gnu::always_inline]] inline void sine_cosine(const R& x, R& sine, R& cosine) {
  if constexpr (std::is_same_v<R, double>) {
    if (!(std::abs(x) < 1e6)) {
      sine = std::sin(x);
      cosine = std::cos(x);
      return;
    }
  }
  constexpr double kHigh = M_PI / 2, kLow = 6.123233995736766e-17;  // a quarter turn in all
  const auto q = quarters(x * (2 / M_PI));
  const R rest = muladd(q.count, R(-kLow), muladd(q.count, R(-kHigh), x));
  sine_cosine_near(rest, sine, cosine);
  turn_quarters(q, sine, cosine);
}

inline void sine_cosine(const Dual& x, Dual& sine, Dual& cosine) {
  double s = 0, c = 0;
  sine_cosine(x.value, s, c);
  sine = Dual::chain(s, c, x);
  cosine = Dual::chain(c, -s, x);
}

// atan2(y, x), -pi to pi.
template <class R>
[[gnu::always_inline]] inline R angle_of(const R& y, const R& x) {
  using std::abs;
  constexpr std::array<double, 11> kArc = {
      -0.333333333333333302,  0.199999999999955165,  -0.142857142846656808, 0.111111110151870187,
      -0.0909090457530648908, 0.0769218312537689209, -0.066645105255089366, 0.0585814090486632828,
      -0.0508540783458948426, 0.0392304477847930952, -0.0191754047111049337};
  constexpr double kEighth = 0.4142135623730950488;  // tan(pi / 8)
  const R a = abs(x), b = abs(y);
  const auto steep = b > a;
  const R large = select(steep, b, a), small = select(steep, a, b);
  const auto turned = small > kEighth * large;
  const R t = select(turned, small - large, small) / select(turned, small + large, large);
  const R square = t * t;
  R angle = muladd(square * t, polynomial(square, kArc), t);
  angle = select(turned, M_PI / 4 + angle, angle);
  angle = select(steep, M_PI / 2 - angle, angle);
  angle = select(x < 0.0, M_PI - angle, angle);
  return select(y < 0.0, -angle, angle);
}

inline Dual angle_of(const Dual& y, const Dual& x) {
  const double square = x.value * x.value + y.value * y.value;
  return Dual::chain(angle_of(y.value, x.value), x.value / square, y, -y.value / square, x);
}

}  // namespace sengen::astrodynamicsSENGEN_PHYSICS_TARGET
SENGEN_AFTER_PHYSICS();

#endif  // per-target include guard
