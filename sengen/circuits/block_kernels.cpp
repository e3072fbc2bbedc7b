// SPDX-License-Identifier: Apache-2.0
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "sengen/circuits/block_kernels.cpp"
#include <hwy/foreach_target.h>
// foreach_target must come first: it compiles this file once for every instruction set.
#include <hwy/highway.h>

#include <algorithm>

#include <sengen/circuits/block_kernels.hpp>
#include <sengen/circuits/block_sums-inl.hpp>
#include <sengen/circuits/state_lanes-inl.hpp>

HWY_BEFORE_NAMESPACE();
namespace sengen::circuits {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// c_m[i] of a block, planes of 2^kBlockBits numbers.
struct Scratch {
  HWY_ALIGN double product[2][std::size_t{1} << kBlockBits];
  HWY_ALIGN double work[std::size_t{1} << kBlockBits];
  Folded folded;
};

Scratch& scratch() {
  static thread_local Scratch kept;
  return kept;
}

// Places of entries: the part of a Sum or PairMatrix that a plane is.
HWY_INLINE double& part(Sum& sum, int plane) { return plane == 0 ? sum.re : sum.im; }
HWY_INLINE double& part(PairMatrix& sums, int plane, int a, int b) {
  return plane == 0 ? sums.re[a][b] : sums.im[a][b];
}
HWY_INLINE PairMatrix& pair_at(PairMatrix* pairs, int low, int high) {
  return pairs[high * (high - 1) / 2 + low];
}

template <bool kComplex>
HWY_INLINE void store_product(const N<kComplex>& x, const N<kComplex>& y, Index at, Scratch& s) {
  N<kComplex> product = zero<kComplex>(Wide());
  add_conjugate(x, y, product);
  hn::Store(product.re, Wide(), s.product[0] + at);
  if constexpr (kComplex) hn::Store(product.im, Wide(), s.product[1] + at);
}

// c_0.
template <bool kComplex>
void multiply(const ConstPlanes& psi, const ConstPlanes& phi, int bits, Scratch& s) {
  const Wide d;
  for (Index i = 0; i < Index{1} << bits; i += static_cast<Index>(hn::Lanes(d))) {
    store_product<kComplex>(load<kComplex>(d, psi, i), load<kComplex>(d, phi, i), i, s);
  }
}

// c_{2^p} for a bit among the lanes.
template <bool kComplex>
void multiply_in_lanes(const ConstPlanes& psi, const ConstPlanes& phi, int bits, int p,
                       Scratch& s) {
  const Wide d;
  const LaneFlip<Wide> flip(d, 1 << p);
  for (Index i = 0; i < Index{1} << bits; i += static_cast<Index>(hn::Lanes(d))) {
    store_product<kComplex>(load<kComplex>(d, psi, i), flip(load<kComplex>(d, phi, i)), i, s);
  }
}

// c_{2^p} for a bit above the lanes, all with bit p 0 first.
template <bool kComplex>
void multiply_split(const ConstPlanes& psi, const ConstPlanes& phi, int bits, int p, Scratch& s) {
  const Wide d;
  const Index flip = Index{1} << p, half = Index{1} << (bits - 1);
  for_halves(bits, p, [&](Index i, Index compact, int) {
    store_product<kComplex>(load<kComplex>(d, psi, i), load<kComplex>(d, phi, i + flip), compact,
                            s);
    store_product<kComplex>(load<kComplex>(d, psi, i + flip), load<kComplex>(d, phi, i),
                            half + compact, s);
  });
}

// same, of c_0 folded as a whole.
void put_same(const Folded& folded, int bits, int plane, BlockSums& sums) {
  for (int p = 0; p < bits; ++p) {
    for (int bit = 0; bit < 2; ++bit) {
      part(sums.same[p][bit], plane) = p < lane_bits<Wide>()
                                           ? sum_where(folded.all, 1 << p, bit << p)
                                           : sum_all(folded.half[p][bit]);
    }
  }
}

// Entries [a][a] of all pairs: c_0 is folded once for every half of every fold.
void fold_same(int bits, int plane, Scratch& s, PairMatrix* pairs) {
  double* c = s.product[plane];
  const int lanes = lane_bits<Wide>();
  for (int q = bits - 1; q >= lanes; --q) {
    const Index half = Index{1} << q;
    for (int bit = 0; bit < 2; ++bit) {
      fold(c + bit * half, s.work, q, s.folded);
      for (int p = 0; p < q; ++p) {
        for (int low = 0; low < 2; ++low) {
          const int a = low | bit << 1;
          part(pair_at(pairs, p, q), plane, a, a) = p < lanes
                                                        ? sum_where(s.folded.all, 1 << p, low << p)
                                                        : sum_all(s.folded.half[p][low]);
        }
      }
    }
    const Wide d;
    for (Index i = 0; i < half; i += static_cast<Index>(hn::Lanes(d))) {
      hn::Store(hn::Add(hn::Load(d, c + i), hn::Load(d, c + half + i)), d, c + i);
    }
  }
  const Vector all = hn::Load(Wide(), c);
  for (int q = 0; q < lanes; ++q) {
    for (int bit = 0; bit < 2; ++bit) {
      for (int p = 0; p < q; ++p) {
        for (int low = 0; low < 2; ++low) {
          const int a = low | bit << 1;
          part(pair_at(pairs, p, q), plane, a, a) =
              sum_where(all, 1 << p | 1 << q, low << p | bit << q);
        }
      }
    }
  }
}

// The entry of the pair {p, r} that c_{2^p} gives, where p's bit is `own` and r's `other`.
HWY_INLINE double& flipped_entry(PairMatrix* pairs, int plane, int p, int own, int r, int other) {
  const int a = p < r ? own | other << 1 : other | own << 1;
  return part(pair_at(pairs, std::min(p, r), std::max(p, r)), plane, a, p < r ? a ^ 1 : a ^ 2);
}

// Entries [a][a ^ 1], [a][a ^ 2] of all pairs of p, of c_{2^p} in scratch.
void fold_in_lanes(int bits, int plane, int p, Scratch& s, PairMatrix* pairs) {
  fold(s.product[plane], s.work, bits, s.folded);
  for (int own = 0; own < 2; ++own) {
    for (int r = 0; r < bits; ++r) {
      if (r == p) continue;
      for (int other = 0; other < 2; ++other) {
        flipped_entry(pairs, plane, p, own, r, other) =
            r < lane_bits<Wide>() ? sum_where(s.folded.all, 1 << p | 1 << r, own << p | other << r)
                                  : sum_where(s.folded.half[r][other], 1 << p, own << p);
      }
    }
  }
}

void fold_split(int bits, int plane, int p, Scratch& s, PairMatrix* pairs) {
  const Index half = Index{1} << (bits - 1);
  for (int own = 0; own < 2; ++own) {
    fold(s.product[plane] + own * half, s.work, bits - 1, s.folded);
    for (int r = 0; r < bits; ++r) {
      if (r == p) continue;
      const int place = r < p ? r : r - 1;  // p's bit is gone
      for (int other = 0; other < 2; ++other) {
        flipped_entry(pairs, plane, p, own, r, other) =
            r < lane_bits<Wide>() ? sum_where(s.folded.all, 1 << r, other << r)
                                  : sum_all(s.folded.half[place][other]);
      }
    }
  }
}

// flipped[p] of a bit among the lanes, of all of these at once.
template <bool kComplex>
void sum_flipped_lanes(const ConstPlanes& psi, const ConstPlanes& phi, int bits, BlockSums& sums) {
  const Wide d;
  constexpr int kMostBits = 3;
  const int count = lane_bits<Wide>();
  const LaneFlip<Wide> flips[kMostBits] = {{d, 1}, {d, count > 1 ? 2 : 1}, {d, count > 2 ? 4 : 1}};
  Chains<kComplex, kMostBits> sum;
  const auto lanes = static_cast<Index>(hn::Lanes(d));
  for (Index i = 0; i < Index{1} << bits; i += 2 * lanes) {
    for (int chain = 0; chain < 2; ++chain) {
      const auto x = load<kComplex>(d, psi, i + chain * lanes);
      const auto y = load<kComplex>(d, phi, i + chain * lanes);
      for (int p = 0; p < kMostBits; ++p) add_conjugate(x, flips[p](y), sum.of[p][chain]);
    }
  }
  for (int p = 0; p < count; ++p) {
    for (int own = 0; own < 2; ++own) {
      put<kComplex>(sum.total(p), 1 << p, own << p, sums.flipped[p][own].re,
                    sums.flipped[p][own].im);
    }
  }
}

// flipped[p] of a bit above the lanes.
template <bool kComplex>
void sum_flipped(const ConstPlanes& psi, const ConstPlanes& phi, int bits, int p, BlockSums& sums) {
  const Wide d;
  auto& out = sums.flipped[p];
  Chains<kComplex, 2> sum;
  const Index flip = Index{1} << p;
  for_halves(bits, p, [&](Index i, Index, int chain) {
    add_conjugate(load<kComplex>(d, psi, i), load<kComplex>(d, phi, i + flip), sum.of[0][chain]);
    add_conjugate(load<kComplex>(d, psi, i + flip), load<kComplex>(d, phi, i), sum.of[1][chain]);
  });
  for (int own = 0; own < 2; ++own) put<kComplex>(sum.total(own), 0, 0, out[own].re, out[own].im);
}

// Three bits above the lanes, rising.
struct Triple {
  int bit[3];
};

// Calls body(offsets of the eight corners of the cube that the three bits span) for every cube.
template <class Body>
HWY_INLINE void for_cubes(int bits, const Triple& triple, const Body& body) {
  Index corner[8];
  for (int c = 0; c < 8; ++c) {
    corner[c] = (Index{c & 1} << triple.bit[0]) + (Index{c >> 1 & 1} << triple.bit[1]) +
                (Index{c >> 2} << triple.bit[2]);
  }
  const auto lanes = static_cast<Index>(hn::Lanes(Wide()));
  for (Index i = 0; i < Index{1} << (bits - 3); i += lanes) {
    body(spread(spread(spread(i, triple.bit[0]), triple.bit[1]), triple.bit[2]), corner);
  }
}

// flipped of three bits, of numbers that are loaded once.
void sum_flipped(const ConstPlanes& psi, const ConstPlanes& phi, int bits, const Triple& triple,
                 BlockSums& sums) {
  const Wide d;
  Chains<false, 3 * 2> sum;
  for_cubes(bits, triple, [&](Index at, const Index(&corner)[8]) {
    Vector y[8];
    for (int c = 0; c < 8; ++c) y[c] = hn::LoadU(d, phi.re + at + corner[c]);
    for (int c = 0; c < 8; ++c) {
      const Vector x = hn::LoadU(d, psi.re + at + corner[c]);
      for (int k = 0; k < 3; ++k) {
        Vector& chain = sum.of[2 * k + (c >> k & 1)][c >> (k + 1) % 3 & 1].re;
        chain = hn::MulAdd(x, y[c ^ 1 << k], chain);
      }
    }
  });
  for (int k = 0; k < 3; ++k) {
    for (int own = 0; own < 2; ++own) {
      sums.flipped[triple.bit[k]][own].re = sum_all(sum.total(2 * k + own).re);
    }
  }
}

// Entries [a][a ^ 3] of three pairs, of numbers that are loaded once.
void sum_both(const ConstPlanes& psi, const ConstPlanes& phi, int bits, const Triple& triple,
              PairMatrix* pairs) {
  const Wide d;
  constexpr int kLow[3] = {0, 0, 1}, kHigh[3] = {1, 2, 2};
  Vector sum[3][4];
  for (auto& of_pair : sum) {
    for (Vector& chain : of_pair) chain = hn::Zero(d);
  }
  for_cubes(bits, triple, [&](Index at, const Index(&corner)[8]) {
    Vector y[8];
    for (int c = 0; c < 8; ++c) y[c] = hn::LoadU(d, phi.re + at + corner[c]);
    for (int c = 0; c < 8; ++c) {
      const Vector x = hn::LoadU(d, psi.re + at + corner[c]);
      for (int k = 0; k < 3; ++k) {
        Vector& chain = sum[k][(c >> kLow[k] & 1) | (c >> kHigh[k] & 1) << 1];
        chain = hn::MulAdd(x, y[c ^ (1 << kLow[k] | 1 << kHigh[k])], chain);
      }
    }
  });
  for (int k = 0; k < 3; ++k) {
    PairMatrix& out = pair_at(pairs, triple.bit[kLow[k]], triple.bit[kHigh[k]]);
    for (int a = 0; a < 4; ++a) out.re[a][a ^ 3] = sum_all(sum[k][a]);
  }
}

// Entries [a][a ^ 3] of a pair above the lanes.
template <bool kComplex>
void sum_both_high(const ConstPlanes& psi, const ConstPlanes& phi, int bits, int p, int q,
                   PairMatrix& out) {
  const Wide d;
  const auto lanes = static_cast<Index>(hn::Lanes(d));
  const Index step[4] = {0, Index{1} << p, Index{1} << q, (Index{1} << p) + (Index{1} << q)};
  N<kComplex> sum[4] = {zero<kComplex>(d), zero<kComplex>(d), zero<kComplex>(d), zero<kComplex>(d)};
  for (Index i = 0; i < Index{1} << (bits - 2); i += lanes) {
    const Index first = spread(spread(i, p), q);
    for (int a = 0; a < 4; ++a) {
      add_conjugate(load<kComplex>(d, psi, first + step[a]),
                    load<kComplex>(d, phi, first + step[a ^ 3]), sum[a]);
    }
  }
  for (int a = 0; a < 4; ++a) put<kComplex>(sum[a], 0, 0, out.re[a][a ^ 3], out.im[a][a ^ 3]);
}

// The same with the low qubit among the lanes.
template <bool kComplex>
void sum_both_mixed(const ConstPlanes& psi, const ConstPlanes& phi, int bits, int p, int q,
                    PairMatrix& out) {
  const Wide d;
  const LaneFlip<Wide> flip(d, 1 << p);
  const Index high = Index{1} << q;
  Chains<kComplex, 2> sum;
  for_halves(bits, q, [&](Index i, Index, int chain) {
    add_conjugate(load<kComplex>(d, psi, i), flip(load<kComplex>(d, phi, i + high)),
                  sum.of[0][chain]);
    add_conjugate(load<kComplex>(d, psi, i + high), flip(load<kComplex>(d, phi, i)),
                  sum.of[1][chain]);
  });
  for (int a = 0; a < 4; ++a) {
    put<kComplex>(sum.total(a >> 1), 1 << p, (a & 1) << p, out.re[a][a ^ 3], out.im[a][a ^ 3]);
  }
}

// Both qubits among the lanes.
template <bool kComplex>
void sum_both_lanes(const ConstPlanes& psi, const ConstPlanes& phi, int bits, int p, int q,
                    PairMatrix& out) {
  const Wide d;
  const LaneFlip<Wide> flip(d, 1 << p | 1 << q);
  Chains<kComplex, 2> sum;
  const auto lanes = static_cast<Index>(hn::Lanes(d));
  for (Index i = 0; i < Index{1} << bits; i += 4 * lanes) {
    for (int k = 0; k < 4; ++k) {
      const Index at = i + k * lanes;
      add_conjugate(load<kComplex>(d, psi, at), flip(load<kComplex>(d, phi, at)),
                    sum.of[k >> 1][k & 1]);
    }
  }
  N<kComplex> all = sum.total(0);
  all.re = hn::Add(all.re, sum.total(1).re);
  if constexpr (kComplex) all.im = hn::Add(all.im, sum.total(1).im);
  for (int a = 0; a < 4; ++a) {
    put<kComplex>(all, 1 << p | 1 << q, (a & 1) << p | (a >> 1) << q, out.re[a][a ^ 3],
                  out.im[a][a ^ 3]);
  }
}

// Entries [a][a ^ 3] of all pairs.
template <bool kComplex>
void sum_all_both(const ConstPlanes& psi, const ConstPlanes& phi, int bits, PairMatrix* pairs) {
  const int lanes = lane_bits<Wide>();
  bool done[kBlockBits][kBlockBits] = {};
  if constexpr (!kComplex && kCubesFit) {
    for (int r = lanes; r < bits; ++r) {
      for (int q = lanes; q < r; ++q) {
        for (int p = lanes; p < q; ++p) {
          if (done[p][q] || done[p][r] || done[q][r]) continue;
          done[p][q] = done[p][r] = done[q][r] = true;
          sum_both(psi, phi, bits, {{p, q, r}}, pairs);
        }
      }
    }
  }
  for (int q = 1; q < bits; ++q) {
    for (int p = 0; p < q; ++p) {
      PairMatrix& out = pair_at(pairs, p, q);
      if (q < lanes) {
        sum_both_lanes<kComplex>(psi, phi, bits, p, q, out);
      } else if (p < lanes) {
        sum_both_mixed<kComplex>(psi, phi, bits, p, q, out);
      } else if (!done[p][q]) {
        sum_both_high<kComplex>(psi, phi, bits, p, q, out);
      }
    }
  }
}

template <bool kComplex>
Sum total_of(const ConstPlanes& psi, const ConstPlanes& phi, int bits) {
  const Wide d;
  const auto lanes = static_cast<Index>(hn::Lanes(d));
  Chains<kComplex, 2> sum;
  const Index half = Index{1} << (bits - 1);
  for (Index i = 0; i < half; i += 2 * lanes) {
    for (int chain = 0; chain < 2; ++chain) {
      for (int part = 0; part < 2; ++part) {
        const Index at = part * half + i + chain * lanes;
        add_conjugate(load<kComplex>(d, psi, at), load<kComplex>(d, phi, at), sum.of[part][chain]);
      }
    }
  }
  Sum low, high;
  put<kComplex>(sum.total(0), 0, 0, low.re, low.im);
  put<kComplex>(sum.total(1), 0, 0, high.re, high.im);
  return {low.re + high.re, low.im + high.im};
}

template <bool kComplex>
void singles_of(const ConstPlanes& psi, const ConstPlanes& phi, int bits, BlockSums& sums) {
  Scratch& s = scratch();
  multiply<kComplex>(psi, phi, bits, s);
  for (int plane = 0; plane < (kComplex ? 2 : 1); ++plane) {
    fold(s.product[plane], s.work, bits, s.folded);
    put_same(s.folded, bits, plane, sums);
  }
  sum_flipped_lanes<kComplex>(psi, phi, bits, sums);
  int p = lane_bits<Wide>();
  if constexpr (!kComplex && kCubesFit) {
    for (; p + 2 < bits; p += 3) sum_flipped(psi, phi, bits, {{p, p + 1, p + 2}}, sums);
  }
  for (; p < bits; ++p) sum_flipped<kComplex>(psi, phi, bits, p, sums);
}

template <bool kComplex>
void pairs_of(const ConstPlanes& psi, const ConstPlanes& phi, int bits, PairMatrix* pairs) {
  Scratch& s = scratch();
  constexpr int kPlanes = kComplex ? 2 : 1;
  for (int p = 0; p < bits; ++p) {
    const bool in_lanes = p < lane_bits<Wide>();
    if (in_lanes) {
      multiply_in_lanes<kComplex>(psi, phi, bits, p, s);
    } else {
      multiply_split<kComplex>(psi, phi, bits, p, s);
    }
    for (int plane = 0; plane < kPlanes; ++plane) {
      if (in_lanes) {
        fold_in_lanes(bits, plane, p, s, pairs);
      } else {
        fold_split(bits, plane, p, s, pairs);
      }
    }
  }
  multiply<kComplex>(psi, phi, bits, s);
  for (int plane = 0; plane < kPlanes; ++plane) fold_same(bits, plane, s, pairs);
  sum_all_both<kComplex>(psi, phi, bits, pairs);
}

Sum total(const ConstPlanes& psi, const ConstPlanes& phi, int bits) {
  return psi.im != nullptr ? total_of<true>(psi, phi, bits) : total_of<false>(psi, phi, bits);
}

void singles(const ConstPlanes& psi, const ConstPlanes& phi, int bits, BlockSums& sums) {
  if (psi.im != nullptr) {
    singles_of<true>(psi, phi, bits, sums);
  } else {
    singles_of<false>(psi, phi, bits, sums);
  }
}

void pairs(const ConstPlanes& psi, const ConstPlanes& phi, int bits, PairMatrix* pairs) {
  if (psi.im != nullptr) {
    pairs_of<true>(psi, phi, bits, pairs);
  } else {
    pairs_of<false>(psi, phi, bits, pairs);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace sengen::circuits
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace sengen::circuits {

HWY_EXPORT(total);
HWY_EXPORT(singles);
HWY_EXPORT(pairs);

Sum block_total(const ConstPlanes& psi, const ConstPlanes& phi, int bits) {
  return HWY_DYNAMIC_DISPATCH(total)(psi, phi, bits);
}
void block_singles(const ConstPlanes& psi, const ConstPlanes& phi, int bits, BlockSums& sums) {
  HWY_DYNAMIC_DISPATCH(singles)(psi, phi, bits, sums);
}
void block_pairs(const ConstPlanes& psi, const ConstPlanes& phi, int bits, PairMatrix* pairs) {
  HWY_DYNAMIC_DISPATCH(pairs)(psi, phi, bits, pairs);
}

}  // namespace sengen::circuits
#endif
