// SPDX-License-Identifier: Apache-2.0
// What block_kernels.cpp sums with: lanes of a vector by the bits of their number, folds, sums in
// several chains; compiled once for every instruction set.
#if defined(SENGEN_CIRCUITS_BLOCK_SUMS_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef SENGEN_CIRCUITS_BLOCK_SUMS_INL
#undef SENGEN_CIRCUITS_BLOCK_SUMS_INL
#else
#define SENGEN_CIRCUITS_BLOCK_SUMS_INL
#endif

#include <cstdint>

#include <hwy/highway.h>

#include <sengen/circuits/block_kernels.hpp>
#include <sengen/circuits/state_lanes-inl.hpp>

HWY_BEFORE_NAMESPACE();
namespace sengen::circuits {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using Vector = hn::Vec<Wide>;
template <bool kComplex>
using N = Number<Vector, kComplex>;

constexpr int kMostLanes = 8;
// Whether registers hold a cube of eight vectors and twelve sums.
constexpr bool kCubesFit = HWY_TARGET <= HWY_AVX3;

// Masks of lanes whose number has some bits of value: a lane with all bits set, or none.
class LaneMasks {
 public:
  constexpr LaneMasks() : masks_() {
    for (int bits = 0; bits < kMostLanes; ++bits) {
      for (int value = 0; value < kMostLanes; ++value) {
        for (int lane = 0; lane < kMostLanes; ++lane) {
          masks_[bits][value][lane] = (lane & bits) == value ? -1 : 0;
        }
      }
    }
  }
  HWY_INLINE Vector of(int bits, int value) const {
    const hn::Rebind<std::int64_t, Wide> d;
    return hn::BitCast(Wide(), hn::Load(d, masks_[bits][value]));
  }

 private:
  alignas(64) std::int64_t masks_[kMostLanes][kMostLanes][kMostLanes];
};

constexpr LaneMasks kLaneMasks;

HWY_INLINE double sum_all(Vector v) { return hn::GetLane(hn::SumOfLanes(Wide(), v)); }

// The sum of lanes whose number has these bits.
HWY_INLINE double sum_where(Vector v, int bits, int value) {
  return sum_all(hn::And(v, kLaneMasks.of(bits, value)));
}

// What folding an array of 2^bits numbers leaves: for every bit above a vector's lanes the sums of
// both halves, and the sum of all, each still a vector.
struct Folded {
  Vector half[kBlockBits][2];
  Vector all;
};

// source is folded in its middle, the result again, ...; work: half as many numbers. May be source.
void fold(const double* source, double* work, int bits, Folded& folded) {
  const Wide d;
  constexpr int kChains = 4;  // an addition takes that long
  const auto lanes = static_cast<Index>(hn::Lanes(d));
  for (int bit = bits - 1; bit >= lane_bits<Wide>(); --bit) {
    const Index length = Index{1} << bit;
    Vector low[kChains], high[kChains];
    for (int c = 0; c < kChains; ++c) low[c] = high[c] = hn::Zero(d);
    const auto step = [&](Index i, int c) {
      const Vector a = hn::Load(d, source + i), b = hn::Load(d, source + length + i);
      low[c] = hn::Add(low[c], a);
      high[c] = hn::Add(high[c], b);
      hn::Store(hn::Add(a, b), d, work + i);
    };
    if (length >= kChains * lanes) {
      for (Index i = 0; i < length; i += kChains * lanes) {
        for (int c = 0; c < kChains; ++c) step(i + c * lanes, c);
      }
    } else {
      for (Index i = 0; i < length; i += lanes) step(i, 0);
    }
    folded.half[bit][0] = (low[0] + low[1]) + (low[2] + low[3]);
    folded.half[bit][1] = (high[0] + high[1]) + (high[2] + high[3]);
    source = work;
  }
  folded.all = hn::Load(d, source);
}

// Calls body(index with bit p 0, number among these, chain 0 or 1) for a bit above the lanes.
template <class Body>
HWY_INLINE void for_halves(int bits, int p, const Body& body) {
  const auto lanes = static_cast<Index>(hn::Lanes(Wide()));
  const Index half = Index{1} << (bits - 1);
  for (Index compact = 0; compact < half; compact += 2 * lanes) {
    body(spread(compact, p), compact, 0);
    body(spread(compact + lanes, p), compact + lanes, 1);
  }
}

// Sums, each in two chains of multiply-adds that need not wait for each other.
template <bool kComplex, int kSums>
struct Chains {
  N<kComplex> of[kSums][2];
  HWY_INLINE Chains() {
    for (auto& chains : of) chains[0] = chains[1] = zero<kComplex>(Wide());
  }
  HWY_INLINE N<kComplex> total(int sum) const {
    N<kComplex> both = of[sum][0];
    both.re = hn::Add(both.re, of[sum][1].re);
    if constexpr (kComplex) both.im = hn::Add(both.im, of[sum][1].im);
    return both;
  }
};

template <bool kComplex>
HWY_INLINE void put(const N<kComplex>& sum, int bits, int value, double& re, double& im) {
  re = sum_where(sum.re, bits, value);
  if constexpr (kComplex) im = sum_where(sum.im, bits, value);
}

}  // namespace HWY_NAMESPACE
}  // namespace sengen::circuits
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
