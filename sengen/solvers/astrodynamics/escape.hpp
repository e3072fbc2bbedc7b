// SPDX-License-Identifier: Apache-2.0
// The time that a free body takes outwards to a distance from the Sun, by universal variables:
// regular at every eccentricity.
#if defined(SENGEN_ASTRODYNAMICS_ESCAPE_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef SENGEN_ASTRODYNAMICS_ESCAPE_HPP
#undef SENGEN_ASTRODYNAMICS_ESCAPE_HPP
#else
#define SENGEN_ASTRODYNAMICS_ESCAPE_HPP
#endif

#include <cmath>
#include <optional>

#include <sengen/solvers/astrodynamics/kepler.hpp>

SENGEN_BEFORE_PHYSICS();
namespace sengen::astrodynamics SENGEN_PHYSICS_TARGET {

template <class T>
struct Escape {
  T seconds;
  MaskOf<T> reaches;
};

namespace kepler {

// atan(sqrt(q)) / sqrt(q), for q < 0 atanh(sqrt(-q)) / sqrt(-q).
template <class T>
T arc_factor(const T& q) {
  using std::abs;
  using std::log;
  using std::sqrt;
  const auto near = abs(value_of(q)) < 0.02;
  const auto circular = but_not(value_of(q) > 0.0, near);
  const auto hyperbolic = but_not(value_of(q) < 0.0, near);
  const T root = sqrt(select(value_of(q) > 0.0, q, -q));
  T arc = 0.0;
  if (any(circular)) arc = angle_of(root, T(1.0)) / root;
  if (any(hyperbolic)) {
    arc = select(hyperbolic, T(0.5 * log((1.0 + root) / (1.0 - root)) / root), arc);
  }
  if (any(near)) {
    T sum = 0.0;
    for (int k = 10; k >= 0; --k) sum = 1.0 / (2 * k + 1) - q * sum;
    arc = select(near, sum, arc);
  }
  return arc;
}

}  // namespace kepler

// Seconds until the distance is reached on the way out, in closed form: with the rate of the
// distance there, eta', w = (distance - r0) / (eta + eta') is the tangent of half the anomaly
// between both places over the root of alpha.
template <class T>
Escape<T> escape_of(const State<T>& start, double distance, double mu) {
  using std::sqrt;
  auto motion = kepler::motion_of(start, mu);
  const T& alpha = motion.alpha;
  const T rise = distance - motion.r0;
  const T square = motion.eta * motion.eta + (2.0 * mu - alpha * (motion.r0 + distance)) * rise;
  const T w = rise / (motion.eta + sqrt(square));
  motion.at(2.0 * w * kepler::arc_factor(T(alpha * w * w)));
  // More than half a turn away, or on the way in: a period later.
  const auto behind = value_of(motion.time) < 0.0;
  const T period = 2 * M_PI * mu / (alpha * sqrt(alpha));
  const T seconds = select(behind, T(motion.time + period), motion.time);
  return {seconds, both(value_of(square) >= Value<T>(0.0), value_of(seconds) > 0.0)};
}

// The same of a single body; nothing where the orbit stays within.
template <class T>
std::optional<T> time_to_distance(const State<T>& start, double distance, double mu) {
  const Escape<T> escape = escape_of(start, distance, mu);
  if (!escape.reaches) return {};
  return escape.seconds;
}

}  // namespace sengen::astrodynamicsSENGEN_PHYSICS_TARGET
SENGEN_AFTER_PHYSICS();

#endif  // per-target include guard
