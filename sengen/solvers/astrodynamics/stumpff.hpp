// SPDX-License-Identifier: Apache-2.0
// Stumpff's functions, the sines and cosines of every conic. T: double, Dual or SIMD lanes, see
// real.hpp.
#if defined(SENGEN_ASTRODYNAMICS_STUMPFF_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef SENGEN_ASTRODYNAMICS_STUMPFF_HPP
#undef SENGEN_ASTRODYNAMICS_STUMPFF_HPP
#else
#define SENGEN_ASTRODYNAMICS_STUMPFF_HPP
#endif

#include <array>
#include <cmath>

#include <sengen/solvers/astrodynamics/circular.hpp>

SENGEN_BEFORE_PHYSICS();
namespace sengen::astrodynamics SENGEN_PHYSICS_TARGET {

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

}  // namespace sengen::astrodynamicsSENGEN_PHYSICS_TARGET
SENGEN_AFTER_PHYSICS();

#endif  // per-target include guard
