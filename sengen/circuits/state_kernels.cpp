// SPDX-License-Identifier: Apache-2.0
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "sengen/circuits/state_kernels.cpp"
#include <hwy/foreach_target.h>
// foreach_target must come first: it compiles this file once for every instruction set.
#include <hwy/highway.h>

#include <algorithm>

#include <sengen/circuits/state_kernels.hpp>
#include <sengen/circuits/state_lanes-inl.hpp>

HWY_BEFORE_NAMESPACE();
namespace sengen::circuits {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// States of two qubits have but four amplitudes.
using Narrow = hn::CappedTag<double, 4>;

// Which qubits of a pair lie within a vector's lanes.
struct Place {
  int low, high, lanes_bits;
};

template <class D>
HWY_INLINE double lane_sum(D d, hn::Vec<D> v, int bits, int value) {
  if (bits == 0) return hn::GetLane(hn::SumOfLanes(d, v));
  HWY_ALIGN double lanes[8];
  hn::Store(v, d, lanes);
  double sum = 0;
  for (int lane = 0; lane < static_cast<int>(hn::Lanes(d)); ++lane) {
    if ((lane & bits) == value) sum += lanes[lane];
  }
  return sum;
}

// sums[a][b] of lanes whose bits are `value`.
template <bool kComplex, class D>
HWY_INLINE void put_sum(D d, const Number<hn::Vec<D>, kComplex>& v, int bits, int value, int a,
                        int b, PairMatrix& sums) {
  sums.re[a][b] = lane_sum(d, v.re, bits, value);
  if constexpr (kComplex) {
    sums.im[a][b] = lane_sum(d, v.im, bits, value);
  } else {
    sums.im[a][b] = 0;
  }
}

// Both qubits above the lanes; kRows rows of the tensor at a time, as many as fit in registers.
template <bool kComplex, int kRows, class D>
void tensor_rows(D d, const ConstPlanes& psi, const ConstPlanes& phi, const Place& place, int row,
                 Index begin, Index end, PairMatrix& sums) {
  using N = Number<hn::Vec<D>, kComplex>;
  const Index step[4] = {0, Index{1} << place.low, Index{1} << place.high,
                         (Index{1} << place.low) + (Index{1} << place.high)};
  N sum[kRows][4];
  for (auto& line : sum) {
    for (N& entry : line) entry = zero<kComplex>(d);
  }
  const Index run = (Index{1} << (place.low - place.lanes_bits));
  for (Index unit = begin; unit < end;) {
    const Index first = spread(spread(unit << place.lanes_bits, place.low), place.high);
    const Index stop = std::min(end, (unit | (run - 1)) + 1);
    for (Index at = first; unit < stop; ++unit, at += Index{1} << place.lanes_bits) {
      N y[4];
      for (int b = 0; b < 4; ++b) y[b] = load<kComplex>(d, phi, at + step[b]);
      for (int a = 0; a < kRows; ++a) {
        const N x = load<kComplex>(d, psi, at + step[row + a]);
        for (int b = 0; b < 4; ++b) add_conjugate(x, y[b], sum[a][b]);
      }
    }
  }
  for (int a = 0; a < kRows; ++a) {
    for (int b = 0; b < 4; ++b) put_sum<kComplex>(d, sum[a][b], 0, 0, row + a, b, sums);
  }
}

// The low qubit is a bit of the lane's number, the high one is not.
template <bool kComplex, class D>
void tensor_mixed(D d, const ConstPlanes& psi, const ConstPlanes& phi, const Place& place,
                  Index begin, Index end, PairMatrix& sums) {
  using N = Number<hn::Vec<D>, kComplex>;
  const int bit = 1 << place.low;
  const LaneFlip<D> flip(d, bit);
  const Index high = Index{1} << place.high;
  N sum[2][2][2];  // [high bit of psi][of phi][whether the low bits differ]
  for (auto& plane : sum) {
    for (auto& line : plane) {
      for (N& entry : line) entry = zero<kComplex>(d);
    }
  }
  for (Index unit = begin; unit < end; ++unit) {
    const Index at = spread(unit << place.lanes_bits, place.high);
    const N x[2] = {load<kComplex>(d, psi, at), load<kComplex>(d, psi, at + high)};
    for (int b = 0; b < 2; ++b) {
      const N y = load<kComplex>(d, phi, at + b * high);
      const N flipped = flip(y);
      for (int a = 0; a < 2; ++a) {
        add_conjugate(x[a], y, sum[a][b][0]);
        add_conjugate(x[a], flipped, sum[a][b][1]);
      }
    }
  }
  for (int a = 0; a < 4; ++a) {
    for (int b = 0; b < 4; ++b) {
      put_sum<kComplex>(d, sum[a >> 1][b >> 1][(a ^ b) & 1], bit, (a & 1) * bit, a, b, sums);
    }
  }
}

// Both qubits are bits of the lane's number.
template <bool kComplex, class D>
void tensor_lanes(D d, const ConstPlanes& psi, const ConstPlanes& phi, const Place& place,
                  Index begin, Index end, PairMatrix& sums) {
  using N = Number<hn::Vec<D>, kComplex>;
  const int low = 1 << place.low;
  const int high = 1 << place.high;
  const LaneFlip<D> flip_low(d, low), flip_high(d, high), flip_both(d, low | high);
  N sum[4] = {zero<kComplex>(d), zero<kComplex>(d), zero<kComplex>(d), zero<kComplex>(d)};
  for (Index unit = begin; unit < end; ++unit) {
    const N x = load<kComplex>(d, psi, unit << place.lanes_bits);
    const N y = load<kComplex>(d, phi, unit << place.lanes_bits);
    add_conjugate(x, y, sum[0]);
    add_conjugate(x, flip_low(y), sum[1]);
    add_conjugate(x, flip_high(y), sum[2]);
    add_conjugate(x, flip_both(y), sum[3]);
  }
  for (int a = 0; a < 4; ++a) {
    const int lane = (a & 1) * low | (a >> 1) * high;
    for (int b = 0; b < 4; ++b) put_sum<kComplex>(d, sum[a ^ b], low | high, lane, a, b, sums);
  }
}

template <bool kComplex, class D>
HWY_INLINE Number<hn::Vec<D>, kComplex> constant(D d, const PairMatrix& matrix, int a, int b) {
  if constexpr (kComplex) {
    return {hn::Set(d, matrix.re[a][b]), hn::Set(d, matrix.im[a][b])};
  } else {
    return {hn::Set(d, matrix.re[a][b])};
  }
}

template <bool kComplex, class D>
void apply_high(D d, const Planes& state, const Place& place, const PairMatrix& matrix, Index begin,
                Index end) {
  using N = Number<hn::Vec<D>, kComplex>;
  const Index step[4] = {0, Index{1} << place.low, Index{1} << place.high,
                         (Index{1} << place.low) + (Index{1} << place.high)};
  N u[4][4];
  for (int a = 0; a < 4; ++a) {
    for (int b = 0; b < 4; ++b) u[a][b] = constant<kComplex>(d, matrix, a, b);
  }
  const Index run = (Index{1} << (place.low - place.lanes_bits));
  for (Index unit = begin; unit < end;) {
    const Index first = spread(spread(unit << place.lanes_bits, place.low), place.high);
    const Index stop = std::min(end, (unit | (run - 1)) + 1);
    for (Index at = first; unit < stop; ++unit, at += Index{1} << place.lanes_bits) {
      N x[4];
      for (int b = 0; b < 4; ++b) x[b] = load<kComplex>(d, state, at + step[b]);
      for (int a = 0; a < 4; ++a) {
        N sum = zero<kComplex>(d);
        for (int b = 0; b < 4; ++b) add_product(u[a][b], x[b], sum);
        store<kComplex>(d, state, at + step[a], sum);
      }
    }
  }
}

// The entries of a matrix as each lane needs them: [row of the lane][row ^ flip].
template <bool kComplex, class D>
HWY_INLINE Number<hn::Vec<D>, kComplex> lane_entries(D d, const PairMatrix& matrix, int low_bit,
                                                     int high_bit, int a_high, int b_high,
                                                     int flip) {
  HWY_ALIGN double re[8];
  HWY_ALIGN double im[8];
  for (int lane = 0; lane < static_cast<int>(hn::Lanes(d)); ++lane) {
    const int low = (lane & low_bit) != 0 ? 1 : 0;
    const int high = (lane & high_bit) != 0 ? 2 : 0;
    const int a = low | high | a_high;
    const int b = ((low | high) ^ flip) | b_high;
    re[lane] = matrix.re[a][b];
    im[lane] = matrix.im[a][b];
  }
  if constexpr (kComplex) {
    return {hn::Load(d, re), hn::Load(d, im)};
  } else {
    return {hn::Load(d, re)};
  }
}

template <bool kComplex, class D>
void apply_mixed(D d, const Planes& state, const Place& place, const PairMatrix& matrix,
                 Index begin, Index end) {
  using N = Number<hn::Vec<D>, kComplex>;
  const int bit = 1 << place.low;
  const LaneFlip<D> flip(d, bit);
  const Index high = Index{1} << place.high;
  N u[2][2][2];
  for (int a = 0; a < 2; ++a) {
    for (int b = 0; b < 2; ++b) {
      for (int k = 0; k < 2; ++k) {
        u[a][b][k] = lane_entries<kComplex>(d, matrix, bit, 0, 2 * a, 2 * b, k);
      }
    }
  }
  for (Index unit = begin; unit < end; ++unit) {
    const Index at = spread(unit << place.lanes_bits, place.high);
    const N x[2] = {load<kComplex>(d, state, at), load<kComplex>(d, state, at + high)};
    const N flipped[2] = {flip(x[0]), flip(x[1])};
    for (int a = 0; a < 2; ++a) {
      N sum = zero<kComplex>(d);
      for (int b = 0; b < 2; ++b) {
        add_product(u[a][b][0], x[b], sum);
        add_product(u[a][b][1], flipped[b], sum);
      }
      store<kComplex>(d, state, at + a * high, sum);
    }
  }
}

template <bool kComplex, class D>
void apply_lanes(D d, const Planes& state, const Place& place, const PairMatrix& matrix,
                 Index begin, Index end) {
  using N = Number<hn::Vec<D>, kComplex>;
  const int low = 1 << place.low;
  const int high = 1 << place.high;
  const LaneFlip<D> flip_low(d, low), flip_high(d, high), flip_both(d, low | high);
  N u[4];
  for (int k = 0; k < 4; ++k) u[k] = lane_entries<kComplex>(d, matrix, low, high, 0, 0, k);
  for (Index unit = begin; unit < end; ++unit) {
    const N x = load<kComplex>(d, state, unit << place.lanes_bits);
    N sum = zero<kComplex>(d);
    add_product(u[0], x, sum);
    add_product(u[1], flip_low(x), sum);
    add_product(u[2], flip_high(x), sum);
    add_product(u[3], flip_both(x), sum);
    store<kComplex>(d, state, unit << place.lanes_bits, sum);
  }
}

template <class D>
Index units_of(int qubits, const Place& place) {
  const int inside = place.lanes_bits - (place.low < place.lanes_bits ? 1 : 0) -
                     (place.high < place.lanes_bits ? 1 : 0);
  return Index{1} << (qubits - 2 - inside);
}

template <bool kComplex, class D>
void tensor_of(D d, const ConstPlanes& psi, const ConstPlanes& phi, const Place& place, Index begin,
               Index end, PairMatrix& sums) {
  if (place.high < place.lanes_bits) {
    tensor_lanes<kComplex>(d, psi, phi, place, begin, end, sums);
  } else if (place.low < place.lanes_bits) {
    tensor_mixed<kComplex>(d, psi, phi, place, begin, end, sums);
  } else {
    // 32 registers with eight doubles hold 16 sums and what they are made of; 16 hold half as much.
    constexpr int kRows = (HWY_TARGET <= HWY_AVX3 ? 4 : 2) / (kComplex ? 2 : 1);
    for (int row = 0; row < 4; row += kRows) {
      tensor_rows<kComplex, kRows>(d, psi, phi, place, row, begin, end, sums);
    }
  }
}

template <bool kComplex, class D>
void apply_of(D d, const Planes& state, const Place& place, const PairMatrix& matrix, Index begin,
              Index end) {
  if (place.high < place.lanes_bits) {
    apply_lanes<kComplex>(d, state, place, matrix, begin, end);
  } else if (place.low < place.lanes_bits) {
    apply_mixed<kComplex>(d, state, place, matrix, begin, end);
  } else {
    apply_high<kComplex>(d, state, place, matrix, begin, end);
  }
}

// Calls body(tag) with the widest vector that a state of so many qubits fills.
template <class Body>
HWY_INLINE void with_lanes(int qubits, const Body& body) {
  if (qubits >= lane_bits<Wide>()) {
    body(Wide());
  } else {
    body(Narrow());
  }
}

Index units(int qubits, int low, int high) {
  Index count = 0;
  with_lanes(qubits, [&](auto d) {
    using D = decltype(d);
    count = units_of<D>(qubits, {low, high, lane_bits<D>()});
  });
  return count;
}

void apply_gate(const Planes& state, int qubits, int low, int high, const PairMatrix& matrix,
                Index begin, Index end) {
  with_lanes(qubits, [&](auto d) {
    const Place place{low, high, lane_bits<decltype(d)>()};
    if (state.im != nullptr) {
      apply_of<true>(d, state, place, matrix, begin, end);
    } else {
      apply_of<false>(d, state, place, matrix, begin, end);
    }
  });
}

void tensor(const ConstPlanes& psi, const ConstPlanes& phi, int qubits, int low, int high,
            Index begin, Index end, PairMatrix& sums) {
  with_lanes(qubits, [&](auto d) {
    const Place place{low, high, lane_bits<decltype(d)>()};
    if (psi.im != nullptr) {
      tensor_of<true>(d, psi, phi, place, begin, end, sums);
    } else {
      tensor_of<false>(d, psi, phi, place, begin, end, sums);
    }
  });
}

int lanes(int qubits) {
  int count = 0;
  with_lanes(qubits, [&](auto d) { count = 1 << lane_bits<decltype(d)>(); });
  return count;
}

}  // namespace HWY_NAMESPACE
}  // namespace sengen::circuits
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace sengen::circuits {

HWY_EXPORT(units);
HWY_EXPORT(apply_gate);
HWY_EXPORT(tensor);
HWY_EXPORT(lanes);

std::int64_t kernel_units(int qubits, int low, int high) {
  return HWY_DYNAMIC_DISPATCH(units)(qubits, low, high);
}
void apply_units(const Planes& state, int qubits, int low, int high, const PairMatrix& matrix,
                 std::int64_t begin, std::int64_t end) {
  HWY_DYNAMIC_DISPATCH(apply_gate)(state, qubits, low, high, matrix, begin, end);
}
void tensor_units(const ConstPlanes& psi, const ConstPlanes& phi, int qubits, int low, int high,
                  std::int64_t begin, std::int64_t end, PairMatrix& sums) {
  HWY_DYNAMIC_DISPATCH(tensor)(psi, phi, qubits, low, high, begin, end, sums);
}
int kernel_lanes(int qubits) { return HWY_DYNAMIC_DISPATCH(lanes)(qubits); }

}  // namespace sengen::circuits
#endif
