// SPDX-License-Identifier: Apache-2.0
// Vectors in space over any kind of number: double, or Dual with derivatives.
#if defined(SENGEN_ASTRODYNAMICS_VECTOR3_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef SENGEN_ASTRODYNAMICS_VECTOR3_HPP
#undef SENGEN_ASTRODYNAMICS_VECTOR3_HPP
#else
#define SENGEN_ASTRODYNAMICS_VECTOR3_HPP
#endif

#include <cmath>
#include <type_traits>

#include <sengen/solvers/astrodynamics/real.hpp>

SENGEN_BEFORE_PHYSICS();
namespace sengen::astrodynamics SENGEN_PHYSICS_TARGET {

template <class T>
struct Vector3 {
  T x{}, y{}, z{};
};

template <class T>
[[gnu::always_inline]] inline Vector3<T> operator+(const Vector3<T>& a, const Vector3<T>& b) {
  return {a.x + b.x, a.y + b.y, a.z + b.z};
}
template <class T>
[[gnu::always_inline]] inline Vector3<T> operator-(const Vector3<T>& a, const Vector3<T>& b) {
  return {a.x - b.x, a.y - b.y, a.z - b.z};
}
template <class T>
[[gnu::always_inline]] inline Vector3<T> operator*(const std::type_identity_t<T>& s,
                                                   const Vector3<T>& a) {
  return {s * a.x, s * a.y, s * a.z};
}
template <class T>
[[gnu::always_inline]] inline Vector3<T> operator/(const Vector3<T>& a,
                                                   const std::type_identity_t<T>& s) {
  return {a.x / s, a.y / s, a.z / s};
}

template <class T>
[[gnu::always_inline]] inline T dot(const Vector3<T>& a, const Vector3<T>& b) {
  return a.x * b.x + a.y * b.y + a.z * b.z;
}
template <class T>
[[gnu::always_inline]] inline T norm(const Vector3<T>& a) {
  using std::sqrt;
  return sqrt(dot(a, a));
}
template <class T>
[[gnu::always_inline]] inline Vector3<T> cross(const Vector3<T>& a, const Vector3<T>& b) {
  return {a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x};
}
template <class T>
[[gnu::always_inline]] inline Vector3<T> unit(const Vector3<T>& a) {
  return a / norm(a);
}

template <class T>
struct State {
  Vector3<T> position;  // km
  Vector3<T> velocity;  // km/s
};

}  // namespace sengen::astrodynamicsSENGEN_PHYSICS_TARGET
SENGEN_AFTER_PHYSICS();

#endif  // per-target include guard
