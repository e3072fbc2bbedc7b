// SPDX-License-Identifier: Apache-2.0
// Numbers of the loops over amplitudes, real or complex, a vector at a time; compiled once for
// every instruction set.
#if defined(SENGEN_CIRCUITS_STATE_LANES_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef SENGEN_CIRCUITS_STATE_LANES_INL
#undef SENGEN_CIRCUITS_STATE_LANES_INL
#else
#define SENGEN_CIRCUITS_STATE_LANES_INL
#endif

#include <bit>
#include <cstdint>

#include <hwy/highway.h>

#include <sengen/circuits/state_kernels.hpp>

HWY_BEFORE_NAMESPACE();
namespace sengen::circuits {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using Index = std::int64_t;

// Eight doubles at most.
using Wide = hn::CappedTag<double, 8>;

template <class D>
int lane_bits() {
  return std::countr_zero(static_cast<unsigned>(hn::Lanes(D())));
}

// A value and, for complex states, its imaginary part.
template <class V, bool kComplex>
struct Number {
  V re;
  V im;
};
template <class V>
struct Number<V, false> {
  V re;
};

template <bool kComplex, class D, class PlanesOf>
HWY_INLINE Number<hn::Vec<D>, kComplex> load(D d, const PlanesOf& planes, Index at) {
  if constexpr (kComplex) {
    return {hn::LoadU(d, planes.re + at), hn::LoadU(d, planes.im + at)};
  } else {
    return {hn::LoadU(d, planes.re + at)};
  }
}

template <bool kComplex, class D>
HWY_INLINE void store(D d, const Planes& planes, Index at,
                      const Number<hn::Vec<D>, kComplex>& value) {
  hn::StoreU(value.re, d, planes.re + at);
  if constexpr (kComplex) hn::StoreU(value.im, d, planes.im + at);
}

// sum += x conj(y)
template <class V, bool kComplex>
HWY_INLINE void add_conjugate(const Number<V, kComplex>& x, const Number<V, kComplex>& y,
                              Number<V, kComplex>& sum) {
  sum.re = hn::MulAdd(x.re, y.re, sum.re);
  if constexpr (kComplex) {
    sum.re = hn::MulAdd(x.im, y.im, sum.re);
    sum.im = hn::MulAdd(x.im, y.re, sum.im);
    sum.im = hn::NegMulAdd(x.re, y.im, sum.im);
  }
}
// sum += x y
template <class V, bool kComplex>
HWY_INLINE void add_product(const Number<V, kComplex>& x, const Number<V, kComplex>& y,
                            Number<V, kComplex>& sum) {
  sum.re = hn::MulAdd(x.re, y.re, sum.re);
  if constexpr (kComplex) {
    sum.re = hn::NegMulAdd(x.im, y.im, sum.re);
    sum.im = hn::MulAdd(x.re, y.im, sum.im);
    sum.im = hn::MulAdd(x.im, y.re, sum.im);
  }
}

template <bool kComplex, class D>
HWY_INLINE Number<hn::Vec<D>, kComplex> zero(D d) {
  if constexpr (kComplex) {
    return {hn::Zero(d), hn::Zero(d)};
  } else {
    return {hn::Zero(d)};
  }
}

// Lanes exchanged by an exclusive or of their number with a mask.
template <class D>
class LaneFlip {
 public:
  LaneFlip(D d, int mask) : indices_(table(d, mask)) {}
  template <bool kComplex>
  HWY_INLINE Number<hn::Vec<D>, kComplex> operator()(
      const Number<hn::Vec<D>, kComplex>& value) const {
    if constexpr (kComplex) {
      return {hn::TableLookupLanes(value.re, indices_), hn::TableLookupLanes(value.im, indices_)};
    } else {
      return {hn::TableLookupLanes(value.re, indices_)};
    }
  }

 private:
  static auto table(D d, int mask) {
    HWY_ALIGN Index lanes[8];
    for (int lane = 0; lane < static_cast<int>(hn::Lanes(d)); ++lane) lanes[lane] = lane ^ mask;
    return hn::SetTableIndices(d, lanes);
  }
  decltype(table(D(), 0)) indices_;
};

// A 0 put into value at this bit.
HWY_INLINE Index spread(Index value, int bit) {
  const Index low = value & ((Index{1} << bit) - 1);
  return ((value - low) << 1) | low;
}

}  // namespace HWY_NAMESPACE
}  // namespace sengen::circuits
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
