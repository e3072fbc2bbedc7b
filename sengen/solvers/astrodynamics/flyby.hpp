// SPDX-License-Identifier: Apache-2.0
// What a planet does to a spacecraft that passes or stops there. Speeds relative to the planet,
// km/s; radii from its centre, km; mu its own.
#if defined(SENGEN_ASTRODYNAMICS_FLYBY_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef SENGEN_ASTRODYNAMICS_FLYBY_HPP
#undef SENGEN_ASTRODYNAMICS_FLYBY_HPP
#else
#define SENGEN_ASTRODYNAMICS_FLYBY_HPP
#endif

#include <cmath>

#include <sengen/solvers/astrodynamics/circular.hpp>
#include <sengen/solvers/astrodynamics/vector3.hpp>

SENGEN_BEFORE_PHYSICS();
namespace sengen::astrodynamics SENGEN_PHYSICS_TARGET {

template <class T>
struct PoweredFlyby {
  T delta_v;
  T periapsis;  // km
};

namespace flyby {

// Both hyperbolas in units of mu: the axes' halves, and the turn between them.
template <class T>
struct Hyperbolas {
  T a_in, a_out;
  T sine, cosine;  // of the turn
};

// By how much the hyperbolas turn more than they should, and 1 over its derivative by their
// periapsis.
// The angles asin(a / (a + periapsis)) are added, less the turn, as places in the plane are
// multiplied.
template <class T>
[[gnu::always_inline]] inline void excess_of(const Hyperbolas<T>& h, const T& periapsis, T& excess,
                                             T& by_slope) {
  using std::sqrt;
  const T b_in = h.a_in + periapsis, b_out = h.a_out + periapsis;
  const T root_in = sqrt(periapsis * (h.a_in + b_in));
  const T root_out = sqrt(periapsis * (h.a_out + b_out));
  const T x = root_in * root_out - h.a_in * h.a_out;
  const T y = h.a_in * root_out + h.a_out * root_in;
  excess = angle_of(T(y * h.cosine - x * h.sine), T(x * h.cosine + y * h.sine));
  const T d_in = b_in * root_in, d_out = b_out * root_out;
  by_slope = -(d_in * d_out) / (h.a_in * d_out + h.a_out * d_in);
}

// Newton from a periapsis of 1, halved where it would become negative, 30 steps at most, until one
// is 1e-8 or less. A step is taken where the tangent is positive at 0: everywhere below some place
// and nowhere above. Halvings above it are counted, not done. With equal axes that place is u
// axes, the periapsis, times 4 (u small) to 2, at most 2 + 2 / (1 + 4 u); with others it is nearer
// than with their mean. A hundredth is added for rounding.
template <class T>
T periapsis_of(const Hyperbolas<T>& h) {
  using std::abs;
  using std::sqrt;
  using R = Value<T>;
  constexpr double kSteps = 30, kLeast = 0x1p-30;
  const R a_in = value_of(h.a_in), a_out = value_of(h.a_out);
  const R half_sine = sqrt(0.5 * (1.0 - value_of(h.cosine)));
  const R u = 1.0 / half_sine - 1.0;
  const auto bound = power_below(R(0.505 * (a_in + a_out) * u * (2.0 + 2.0 / (1.0 + 4.0 * u))));
  const auto known = both(bound.value<1.0, bound.value> kLeast);
  T periapsis = select(known, bound.value, R(1.0));
  R count = select(known, -bound.exponent, R(0.0));
  MaskOf<R> open = true;
  while (any(open)) {
    T excess, by_slope;
    excess_of(h, periapsis, excess, by_slope);
    const T next = periapsis - excess * by_slope;
    const auto stays = value_of(next) > 0.0;
    const R step = abs(value_of(next) - value_of(periapsis));
    periapsis = select(open, select(stays, next, T(0.5 * periapsis)), periapsis);
    count = count + 1.0;
    open = both(open, count < kSteps);
    open = but_not(open, both(stays, step <= R(1e-8)));
  }
  return periapsis;
}

}  // namespace flyby

// With one impulse at the periapsis that both hyperbolas share: the periapsis at which they turn
// from `in` to `out` together. The iteration's cut-off is part of the problems of GTOP and decides
// some of their values. M: double, or lanes of different planets.
template <class T, class M>
PoweredFlyby<T> powered_flyby(const Vector3<T>& in, const Vector3<T>& out, const M& mu) {
  using std::abs;
  using std::sqrt;
  const T in2 = dot(in, in), out2 = dot(out, out);
  const T cosine = dot(in, out) / sqrt(in2 * out2);
  const flyby::Hyperbolas<T> h = {1.0 / in2, 1.0 / out2, sqrt((1.0 - cosine) * (1.0 + cosine)),
                                  cosine};
  const T periapsis = flyby::periapsis_of(h);
  const T delta_v = abs(sqrt(out2 + 2.0 / periapsis) - sqrt(in2 + 2.0 / periapsis));
  return {delta_v, periapsis * mu};
}

// Without an impulse: v_in, planet heliocentric; turned within the plane that b gives, 0 where it
// holds the planet's velocity. Returns the heliocentric velocity after it.
template <class T>
Vector3<T> unpowered_flyby(const Vector3<T>& v_in, const Vector3<T>& planet, const T& periapsis,
                           const T& b, double mu) {
  using std::sqrt;
  const Vector3<T> relative = v_in - planet;
  const T speed2 = dot(relative, relative);
  // Of the turn, 2 asin(1 / e), with e - 1 at hand.
  const T above = periapsis * speed2 / mu, eccentricity = 1.0 + above;
  const T square = 1.0 / (eccentricity * eccentricity);
  const T cosine = 1.0 - 2.0 * square;
  const T sine = 2.0 * square * sqrt(above * (2.0 + above));
  T sine_b, cosine_b;
  sine_cosine(b, sine_b, cosine_b);
  const Vector3<T> i = unit(relative);
  const Vector3<T> j = unit(cross(i, planet));
  const Vector3<T> k = cross(i, j);
  const T speed = sqrt(speed2);
  return planet + speed * (cosine * i + cosine_b * sine * j + sine_b * sine * k);
}

// From a hyperbola into an ellipse with this periapsis and eccentricity.
template <class T>
T insertion(const T& speed, double periapsis, double eccentricity, double mu) {
  using std::abs;
  using std::sqrt;
  const double ellipse = std::sqrt(2 * mu / periapsis - mu * (1 - eccentricity) / periapsis);
  return abs(sqrt(speed * speed + 2 * mu / periapsis) - ellipse);
}

}  // namespace sengen::astrodynamicsSENGEN_PHYSICS_TARGET
SENGEN_AFTER_PHYSICS();

#endif  // per-target include guard
