// SPDX-License-Identifier: Apache-2.0
// What an Atlas 501 carries away from the Earth, by excess speed and declination of the launch (the
// table of GTOP's TandEM).
#if defined(SENGEN_ASTRODYNAMICS_LAUNCHER_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef SENGEN_ASTRODYNAMICS_LAUNCHER_HPP
#undef SENGEN_ASTRODYNAMICS_LAUNCHER_HPP
#else
#define SENGEN_ASTRODYNAMICS_LAUNCHER_HPP
#endif

#include <array>
#include <cmath>
#include <cstddef>

#include <sengen/solvers/astrodynamics/real.hpp>

SENGEN_BEFORE_PHYSICS();
namespace sengen::astrodynamics SENGEN_PHYSICS_TARGET {

// kg; bilinear between the table's nodes, 0 outside of them. Speed in km/s, declination in degrees.
template <class T>
T atlas_launch_mass(const T& speed, const T& declination) {
  constexpr std::array<double, 9> kSpeed = {2.5, 3, 3.5, 4, 4.5, 5, 5.5, 5.75, 6};
  constexpr std::array<double, 13> kDeclination = {-40, -30, -29,  -28.5, -20, -10, 0,
                                                   10,  20,  28.5, 29,    30,  40};
  constexpr std::array<double, 9> kLow = {2335, 2195, 2035, 1865, 1675, 1480, 1275, 1175, 1075};
  constexpr std::array<double, 9> kSteep = {1160, 1100, 1010, 930, 830, 740, 630, 590, 550};
  const double s = value_of(speed), d = value_of(declination);
  if (!(s >= kSpeed.front() && s <= kSpeed.back() && std::abs(d) <= kDeclination.back()))
    return 0.0;
  const auto cell = [](const auto& nodes, double value) {
    std::size_t i = 0;
    while (i + 2 < nodes.size() && nodes[i + 1] <= value) ++i;
    return i;
  };
  const auto mass = [&](std::size_t i, std::size_t k) {
    const double angle = std::abs(kDeclination[k]);
    return angle <= 28.5 ? kLow[i] : angle <= 29 ? kSteep[i] : 0.0;
  };
  const std::size_t i = cell(kSpeed, s), k = cell(kDeclination, d);
  const T a = (speed - kSpeed[i]) / (kSpeed[i + 1] - kSpeed[i]);
  const T b = (declination - kDeclination[k]) / (kDeclination[k + 1] - kDeclination[k]);
  return (1.0 - a) * (1.0 - b) * mass(i, k) + a * (1.0 - b) * mass(i + 1, k) +
         (1.0 - a) * b * mass(i, k + 1) + a * b * mass(i + 1, k + 1);
}

}  // namespace sengen::astrodynamicsSENGEN_PHYSICS_TARGET
SENGEN_AFTER_PHYSICS();

#endif  // per-target include guard
