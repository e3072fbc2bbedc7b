// SPDX-License-Identifier: Apache-2.0
// The time that a free body takes outwards to a distance from the Sun, by universal variables:
// regular at every eccentricity.
#pragma once

#include <cmath>
#include <optional>

#include <sengen/solvers/astrodynamics/kepler.hpp>

namespace sengen::astrodynamics {

// Seconds until the distance is first reached on the way out; nothing where the orbit stays within.
template <class T>
std::optional<T> time_to_distance(const State<T>& start, double distance, double mu) {
  auto motion = kepler::motion_of(start, mu);
  auto m = kepler::values_of(motion);
  // How fast the distance grows with s: eta c0 + (mu - alpha r0) g1.
  const auto rate = [](const auto& of, const auto& s) {
    const auto c = stumpff(of.alpha * s * s);
    return of.eta * c.c0 + (of.mu - of.alpha * of.r0) * (s * c.c1);
  };
  double low = 0, high = 0;
  if (m.alpha > 0) {
    const double e2 =
        std::pow(1 - m.r0 * m.alpha / m.mu, 2) + m.eta * m.eta * m.alpha / m.mu / m.mu;
    if (m.mu / m.alpha * (1 + std::sqrt(e2)) < distance) return {};
    // From the periapsis that comes, or the present place, to the apoapsis.
    const double root = std::sqrt(m.alpha);
    const double anomaly = std::atan2(m.eta * root / m.mu, 1 - m.r0 * m.alpha / m.mu);
    low = anomaly < 0 ? -anomaly / root : 0;
    high = (M_PI - anomaly) / root;
  } else {
    double s = distance / std::sqrt(2 * m.mu / m.r0 + std::abs(m.alpha)) / m.r0;
    while (m.at(s), m.distance < distance || rate(m, s) <= 0) {
      low = s;
      s *= 2;
      if (!std::isfinite(s)) return {};
    }
    high = s;
  }
  double s = 0.5 * (low + high);
  for (int i = 0; i < 200; ++i) {
    m.at(s);
    (m.distance < distance || rate(m, s) <= 0 ? low : high) = s;
    double next = s - (m.distance - distance) / rate(m, s);
    if (!(next > low && next < high)) next = 0.5 * (low + high);
    const double step = next - s;
    s = next;
    if (std::abs(step) <= 1e-15 * std::abs(s)) break;
  }
  T root = s;
  motion.at(root);
  root = root - (motion.distance - distance) / rate(motion, root);
  motion.at(root);
  return motion.time;
}

}  // namespace sengen::astrodynamics
