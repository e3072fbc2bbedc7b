// SPDX-License-Identifier: Apache-2.0
// Lanes: eight numbers that formulas treat as one, in as many vectors as the instruction set needs
// (Highway). A comparison gives a mask of lanes.
#if defined(SENGEN_ASTRODYNAMICS_LANES_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef SENGEN_ASTRODYNAMICS_LANES_INL
#undef SENGEN_ASTRODYNAMICS_LANES_INL
#else
#define SENGEN_ASTRODYNAMICS_LANES_INL
#endif

#include <cstddef>
#include <cstdint>

#include <hwy/contrib/math/math-inl.h>
#include <hwy/highway.h>

#include <sengen/solvers/astrodynamics/real.hpp>

HWY_BEFORE_NAMESPACE();
namespace sengen::astrodynamics::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using astrodynamics::any;
using astrodynamics::both;
using astrodynamics::but_not;
using astrodynamics::muladd;
using astrodynamics::power_below;
using astrodynamics::quarters;
using astrodynamics::select;
using astrodynamics::turn_quarters;
using astrodynamics::value_of;

using LaneTag = hn::CappedTag<double, 8>;
using BitTag = hn::RebindToUnsigned<LaneTag>;
constexpr std::size_t kLanes = 8;
constexpr std::size_t kParts = kLanes / hn::MaxLanes(LaneTag());
constexpr std::size_t kPartLanes = kLanes / kParts;

struct LaneMask {
  hn::Mask<LaneTag> part[kParts];
  LaneMask() = default;
  HWY_INLINE LaneMask(bool all) {  // NOLINT(google-explicit-constructor): as a bool
    const auto zero = hn::Zero(LaneTag());
    for (auto& p : part) p = all ? hn::Eq(zero, zero) : hn::Lt(zero, zero);
  }
};

struct Lanes {
  hn::Vec<LaneTag> part[kParts];
  Lanes() = default;
  HWY_INLINE Lanes(double value) {  // NOLINT(google-explicit-constructor): a number
    for (auto& p : part) p = hn::Set(LaneTag(), value);
  }
  HWY_INLINE Lanes& operator+=(const Lanes& b) {
    for (std::size_t i = 0; i < kParts; ++i) part[i] = hn::Add(part[i], b.part[i]);
    return *this;
  }
  HWY_INLINE Lanes& operator-=(const Lanes& b) {
    for (std::size_t i = 0; i < kParts; ++i) part[i] = hn::Sub(part[i], b.part[i]);
    return *this;
  }
  HWY_INLINE Lanes& operator*=(const Lanes& b) {
    for (std::size_t i = 0; i < kParts; ++i) part[i] = hn::Mul(part[i], b.part[i]);
    return *this;
  }
  HWY_INLINE Lanes& operator/=(const Lanes& b) {
    for (std::size_t i = 0; i < kParts; ++i) part[i] = hn::Div(part[i], b.part[i]);
    return *this;
  }
};

HWY_INLINE Lanes operator+(const Lanes& a, const Lanes& b) { return Lanes(a) += b; }
HWY_INLINE Lanes operator-(const Lanes& a, const Lanes& b) { return Lanes(a) -= b; }
HWY_INLINE Lanes operator*(const Lanes& a, const Lanes& b) { return Lanes(a) *= b; }
HWY_INLINE Lanes operator/(const Lanes& a, const Lanes& b) { return Lanes(a) /= b; }
HWY_INLINE Lanes operator-(const Lanes& a) {
  Lanes r;
  for (std::size_t i = 0; i < kParts; ++i) r.part[i] = hn::Neg(a.part[i]);
  return r;
}
HWY_INLINE LaneMask operator<(const Lanes& a, const Lanes& b) {
  LaneMask r;
  for (std::size_t i = 0; i < kParts; ++i) r.part[i] = hn::Lt(a.part[i], b.part[i]);
  return r;
}
HWY_INLINE LaneMask operator<=(const Lanes& a, const Lanes& b) {
  LaneMask r;
  for (std::size_t i = 0; i < kParts; ++i) r.part[i] = hn::Le(a.part[i], b.part[i]);
  return r;
}
HWY_INLINE LaneMask operator>(const Lanes& a, const Lanes& b) { return b < a; }
HWY_INLINE LaneMask operator>=(const Lanes& a, const Lanes& b) { return b <= a; }

HWY_INLINE LaneMask operator!(const LaneMask& a) {
  LaneMask r;
  for (std::size_t i = 0; i < kParts; ++i) r.part[i] = hn::Not(a.part[i]);
  return r;
}
HWY_INLINE LaneMask both(const LaneMask& a, const LaneMask& b) {
  LaneMask r;
  for (std::size_t i = 0; i < kParts; ++i) r.part[i] = hn::And(a.part[i], b.part[i]);
  return r;
}
HWY_INLINE LaneMask but_not(const LaneMask& a, const LaneMask& b) {
  LaneMask r;
  for (std::size_t i = 0; i < kParts; ++i) r.part[i] = hn::AndNot(b.part[i], a.part[i]);
  return r;
}
HWY_INLINE bool any(const LaneMask& a) {
  bool found = false;
  for (const auto& p : a.part) found = found || !hn::AllFalse(LaneTag(), p);
  return found;
}
HWY_INLINE Lanes select(const LaneMask& mask, const Lanes& yes, const Lanes& no) {
  Lanes r;
  for (std::size_t i = 0; i < kParts; ++i) {
    r.part[i] = hn::IfThenElse(mask.part[i], yes.part[i], no.part[i]);
  }
  return r;
}

HWY_INLINE Lanes value_of(const Lanes& x) { return x; }
HWY_INLINE Lanes muladd(const Lanes& a, const Lanes& b, const Lanes& c) {
  Lanes r;
  for (std::size_t i = 0; i < kParts; ++i) {
    r.part[i] = hn::MulAdd(a.part[i], b.part[i], c.part[i]);
  }
  return r;
}
HWY_INLINE Lanes sqrt(const Lanes& x) {
  Lanes r;
  for (std::size_t i = 0; i < kParts; ++i) r.part[i] = hn::Sqrt(x.part[i]);
  return r;
}
HWY_INLINE Lanes abs(const Lanes& x) {
  Lanes r;
  for (std::size_t i = 0; i < kParts; ++i) r.part[i] = hn::Abs(x.part[i]);
  return r;
}
HWY_INLINE Lanes log(const Lanes& x) {
  Lanes r;
  for (std::size_t i = 0; i < kParts; ++i) r.part[i] = hn::Log(LaneTag(), x.part[i]);
  return r;
}
HWY_INLINE Lanes exp(const Lanes& x) {
  Lanes r;
  for (std::size_t i = 0; i < kParts; ++i) r.part[i] = hn::Exp(LaneTag(), x.part[i]);
  return r;
}

struct LaneQuarters {
  Lanes sum;
  Lanes count;
};
HWY_INLINE LaneQuarters quarters(const Lanes& x) {
  const Lanes sum = x + kRoundingShift;
  return {sum, sum - kRoundingShift};
}
HWY_INLINE void turn_quarters(const LaneQuarters& q, Lanes& sine, Lanes& cosine) {
  const LaneTag d;
  const BitTag b;
  for (std::size_t i = 0; i < kParts; ++i) {
    const auto bits = hn::BitCast(b, q.sum.part[i]);
    const auto odd = hn::MaskFromVec(hn::BitCast(
        d, hn::Neg(hn::BitCast(hn::RebindToSigned<LaneTag>(), hn::And(bits, hn::Set(b, 1))))));
    const auto s = hn::IfThenElse(odd, cosine.part[i], sine.part[i]);
    const auto c = hn::IfThenElse(odd, sine.part[i], cosine.part[i]);
    const auto sign = hn::Set(b, std::uint64_t{1} << 63);
    const auto of_sine = hn::And(hn::ShiftLeft<62>(bits), sign);
    const auto of_cosine = hn::And(hn::ShiftLeft<62>(hn::Add(bits, hn::Set(b, 1))), sign);
    sine.part[i] = hn::Xor(s, hn::BitCast(d, of_sine));
    cosine.part[i] = hn::Xor(c, hn::BitCast(d, of_cosine));
  }
}

struct LanePower {
  Lanes value, exponent;
};
HWY_INLINE LanePower power_below(const Lanes& x) {
  const LaneTag d;
  const BitTag b;
  LanePower r;
  for (std::size_t i = 0; i < kParts; ++i) {
    const auto exponent = hn::ShiftRight<52>(hn::BitCast(b, x.part[i]));
    r.value.part[i] = hn::BitCast(d, hn::ShiftLeft<52>(exponent));
    // A number of 52 bits in the digits of 2^52.
    const auto digits = hn::Or(exponent, hn::BitCast(b, hn::Set(d, 0x1p52)));
    r.exponent.part[i] = hn::Sub(hn::BitCast(d, digits), hn::Set(d, 0x1p52 + 1023));
  }
  return r;
}

HWY_INLINE Lanes load(const double* from) {
  Lanes r;
  for (std::size_t i = 0; i < kParts; ++i) r.part[i] = hn::LoadU(LaneTag(), from + i * kPartLanes);
  return r;
}
HWY_INLINE void store(const Lanes& x, double* to) {
  for (std::size_t i = 0; i < kParts; ++i) hn::StoreU(x.part[i], LaneTag(), to + i * kPartLanes);
}

}  // namespace sengen::astrodynamics::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
