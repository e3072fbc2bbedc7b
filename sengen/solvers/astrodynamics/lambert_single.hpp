// SPDX-License-Identifier: Apache-2.0
// The Lambert iteration of the reference functions of GTOP in single precision: secants in
// log(1 + x), with logarithms and exponentials rounded as there, so that published vectors are
// digit-exact.
#pragma once

#include <cstdint>

namespace sengen::astrodynamics {

// kSingle: as the reference functions of GTOP.
enum class LambertPrecision : std::uint8_t { kDouble, kSingle };

namespace lambert {

// Lengths in units of the first place's distance: chord, half circumference.
struct Triangle {
  double chord = 0;
  double semi_perimeter = 0;
  bool long_way = false;
};
struct SingleRoot {
  double x = 0;  // of Lancaster and Blanchard
  bool converged = false;
};
// time: in units of that length over its circular speed.
SingleRoot solve_single(const Triangle& triangle, double time);

}  // namespace lambert

}  // namespace sengen::astrodynamics
