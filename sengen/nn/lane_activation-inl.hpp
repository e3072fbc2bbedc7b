// SPDX-License-Identifier: Apache-2.0
// Activations of whole vectors, compiled once for every instruction set.
#if defined(SENGEN_NN_LANE_ACTIVATION_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef SENGEN_NN_LANE_ACTIVATION_INL
#undef SENGEN_NN_LANE_ACTIVATION_INL
#else
#define SENGEN_NN_LANE_ACTIVATION_INL
#endif

#include <type_traits>

#include <hwy/contrib/math/math-inl.h>
#include <hwy/highway.h>

#include <sengen/nn/lane_conv.hpp>
#include <sengen/nn/lane_tiles-inl.hpp>

HWY_BEFORE_NAMESPACE();
namespace sengen::nn {
namespace HWY_NAMESPACE {

template <class V>
HWY_INLINE V tanh_of(LaneVectors d, V x) {
  const V decay = hn::Exp(d, hn::Set(d, -2.0F) * hn::Abs(x));
  const V one = hn::Set(d, 1.0F);
  return hn::CopySignToAbs((one - decay) / (one + decay), x);
}

template <Activation kKind, class V>
HWY_INLINE V activated(LaneVectors d, V x) {
  if constexpr (kKind == Activation::kRelu) return hn::Max(x, hn::Zero(d));
  if constexpr (kKind == Activation::kTanh) return tanh_of(d, x);
  if constexpr (kKind == Activation::kSigmoid) {
    const V half = hn::Set(d, 0.5F);
    return hn::MulAdd(half, tanh_of(d, half * x), half);
  }
  return x;
}

// Derivative from the value.
template <Activation kKind, class V>
HWY_INLINE V slope(LaneVectors d, V y) {
  const V one = hn::Set(d, 1.0F);
  if constexpr (kKind == Activation::kRelu) return hn::IfThenElseZero(y > hn::Zero(d), one);
  if constexpr (kKind == Activation::kTanh) return hn::NegMulAdd(y, y, one);
  if constexpr (kKind == Activation::kSigmoid) return y * (one - y);
  return one;
}

// Calls body with the activation as a constant.
template <class Body>
HWY_INLINE void with_activation(Activation kind, const Body& body) {
  using Kind = Activation;
  switch (kind) {
    case Kind::kRelu: return body(std::integral_constant<Kind, Kind::kRelu>());
    case Kind::kSigmoid: return body(std::integral_constant<Kind, Kind::kSigmoid>());
    case Kind::kTanh: return body(std::integral_constant<Kind, Kind::kTanh>());
    default: return body(std::integral_constant<Kind, Kind::kLinear>());
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace sengen::nn
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
