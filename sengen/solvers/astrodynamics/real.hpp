// SPDX-License-Identifier: Apache-2.0
// What formulas ask of a kind of number beyond + - * / and sqrt, so that one text serves doubles,
// duals and SIMD lanes: selection in the place of branches, masks, fused multiply-add. Here for
// double and Dual, whose masks are bool; for lanes in lanes-inl.hpp.
//
// Headers of the physics are compiled once for every instruction set where Highway's
// foreach_target includes them again (batch.cpp), in a namespace of that instruction set, and once
// in the namespace of the room everywhere else; they stand between these macros:
//
//   SENGEN_BEFORE_PHYSICS();
//   namespace sengen::astrodynamics SENGEN_PHYSICS_TARGET {
//   }
//   SENGEN_AFTER_PHYSICS();
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>
#include <type_traits>

#include <sengen/solvers/astrodynamics/dual.hpp>

#ifdef HWY_TARGET_INCLUDE
#define SENGEN_BEFORE_PHYSICS() HWY_BEFORE_NAMESPACE()
#define SENGEN_AFTER_PHYSICS() HWY_AFTER_NAMESPACE()
#define SENGEN_PHYSICS_TARGET ::HWY_NAMESPACE
#else
#define SENGEN_BEFORE_PHYSICS() static_assert(true)
#define SENGEN_AFTER_PHYSICS() static_assert(true)
#define SENGEN_PHYSICS_TARGET
#endif

namespace sengen::astrodynamics {

template <class T>
T select(bool mask, const T& yes, const T& no) {
  return mask ? yes : no;
}
inline bool any(bool mask) { return mask; }
// a where b holds too, or not.
inline bool both(bool a, bool b) { return a && b; }
inline bool but_not(bool a, bool b) { return a && !b; }

inline double muladd(double a, double b, double c) { return std::fma(a, b, c); }  // a b + c

// The whole number next to x, |x| < 2^51, and what a quarter turn makes of sine and cosine as often
// as that.
struct Quarters {
  double sum;
  double count;
};
inline constexpr double kRoundingShift = 0x1.8p52;
inline Quarters quarters(double x) {
  const double sum = x + kRoundingShift;
  return {sum, sum - kRoundingShift};
}
inline void turn_quarters(const Quarters& q, double& sine, double& cosine) {
  const auto bits = std::bit_cast<std::uint64_t>(q.sum);
  const bool odd = (bits & 1) != 0;
  const double s = odd ? cosine : sine, c = odd ? sine : cosine;
  sine = (bits & 2) != 0 ? -s : s;
  cosine = ((bits + 1) & 2) != 0 ? -c : c;
}

// 2^k <= x < 2^(k+1) of a normal x > 0: 2^k, and k.
struct PowerOfTwo {
  double value, exponent;
};
inline PowerOfTwo power_below(double x) {
  const auto exponent = std::bit_cast<std::uint64_t>(x) >> 52;
  return {std::bit_cast<double>(exponent << 52), static_cast<double>(exponent) - 1023};
}

template <class T>
using Value = std::decay_t<decltype(value_of(std::declval<T>()))>;
template <class T>
using MaskOf = std::decay_t<decltype(std::declval<T>() < std::declval<T>())>;

}  // namespace sengen::astrodynamics
