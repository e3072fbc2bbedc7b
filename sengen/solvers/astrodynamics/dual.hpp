// SPDX-License-Identifier: Apache-2.0
// Dual: a number and its derivatives by kDirections variables at once (forward differentiation).
// Comparisons look at the value alone.
#pragma once

#include <array>
#include <cmath>
#include <cstddef>

namespace sengen::astrodynamics {

struct Dual {
  static constexpr std::size_t kDirections = 8;
  double value = 0;
  std::array<double, kDirections> slope{};

  Dual() = default;
  Dual(double constant) : value(constant) {}  // NOLINT(google-explicit-constructor): a number

  // The number f(x), given f(x.value) and f'(x.value).
  static Dual chain(double f, double derivative, const Dual& x) {
    Dual result(f);
    for (std::size_t i = 0; i < kDirections; ++i) result.slope[i] = derivative * x.slope[i];
    return result;
  }
  // f(a, b), given its value and both partial derivatives.
  static Dual chain(double f, double by_a, const Dual& a, double by_b, const Dual& b) {
    Dual result(f);
    for (std::size_t i = 0; i < kDirections; ++i) {
      result.slope[i] = by_a * a.slope[i] + by_b * b.slope[i];
    }
    return result;
  }

  friend Dual operator+(const Dual& a, const Dual& b) {
    return chain(a.value + b.value, 1, a, 1, b);
  }
  friend Dual operator-(const Dual& a, const Dual& b) {
    return chain(a.value - b.value, 1, a, -1, b);
  }
  friend Dual operator-(const Dual& a) { return chain(-a.value, -1, a); }
  friend Dual operator*(const Dual& a, const Dual& b) {
    return chain(a.value * b.value, b.value, a, a.value, b);
  }
  friend Dual operator/(const Dual& a, const Dual& b) {
    const double quotient = a.value / b.value;
    return chain(quotient, 1 / b.value, a, -quotient / b.value, b);
  }
  Dual& operator+=(const Dual& other) { return *this = *this + other; }
  Dual& operator-=(const Dual& other) { return *this = *this - other; }
  Dual& operator*=(const Dual& other) { return *this = *this * other; }
  Dual& operator/=(const Dual& other) { return *this = *this / other; }

  friend bool operator<(const Dual& a, const Dual& b) { return a.value < b.value; }
  friend bool operator>(const Dual& a, const Dual& b) { return a.value > b.value; }
  friend bool operator<=(const Dual& a, const Dual& b) { return a.value <= b.value; }
  friend bool operator>=(const Dual& a, const Dual& b) { return a.value >= b.value; }
};

inline Dual sqrt(const Dual& x) {
  const double root = std::sqrt(x.value);
  return Dual::chain(root, 0.5 / root, x);
}
inline Dual exp(const Dual& x) {
  const double e = std::exp(x.value);
  return Dual::chain(e, e, x);
}
inline Dual log(const Dual& x) { return Dual::chain(std::log(x.value), 1 / x.value, x); }
inline Dual sin(const Dual& x) { return Dual::chain(std::sin(x.value), std::cos(x.value), x); }
inline Dual cos(const Dual& x) { return Dual::chain(std::cos(x.value), -std::sin(x.value), x); }
inline Dual tan(const Dual& x) {
  const double t = std::tan(x.value);
  return Dual::chain(t, 1 + t * t, x);
}
inline Dual sinh(const Dual& x) { return Dual::chain(std::sinh(x.value), std::cosh(x.value), x); }
inline Dual cosh(const Dual& x) { return Dual::chain(std::cosh(x.value), std::sinh(x.value), x); }
inline Dual asin(const Dual& x) {
  return Dual::chain(std::asin(x.value), 1 / std::sqrt(1 - x.value * x.value), x);
}
inline Dual acos(const Dual& x) {
  return Dual::chain(std::acos(x.value), -1 / std::sqrt(1 - x.value * x.value), x);
}
inline Dual asinh(const Dual& x) {
  return Dual::chain(std::asinh(x.value), 1 / std::sqrt(x.value * x.value + 1), x);
}
inline Dual acosh(const Dual& x) {
  return Dual::chain(std::acosh(x.value), 1 / std::sqrt(x.value * x.value - 1), x);
}
inline Dual atan(const Dual& x) {
  return Dual::chain(std::atan(x.value), 1 / (1 + x.value * x.value), x);
}
inline Dual atan2(const Dual& y, const Dual& x) {
  const double square = x.value * x.value + y.value * y.value;
  return Dual::chain(std::atan2(y.value, x.value), x.value / square, y, -y.value / square, x);
}
inline Dual abs(const Dual& x) { return Dual::chain(std::abs(x.value), x.value < 0 ? -1 : 1, x); }
// Floors, remainders: constant but for jumps.
inline Dual fmod(const Dual& x, double period) {
  return Dual::chain(std::fmod(x.value, period), 1, x);
}
inline double value_of(double x) { return x; }
inline double value_of(const Dual& x) { return x.value; }

}  // namespace sengen::astrodynamics
