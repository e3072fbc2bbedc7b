// SPDX-License-Identifier: Apache-2.0
// Sums from which fidelity tensors of all pairs are put together, over one block of amplitudes that
// fits into the first cache. With c_m[i] = psi[i] conj(phi[i ^ m]), a tensor's entry [a][a ^ k] is
// the sum of c_m over the amplitudes whose two bits are a, m being k's bits at the pair's places.
// So c_0 serves all pairs and c_m of one bit all pairs of that qubit: both are made once and
// folded, bit after bit, into all sums that are needed. Only c_m of two bits costs a pass for every
// pair, of one multiply-add an amplitude where the tensor on its own takes four.
#pragma once

#include <sengen/circuits/state_kernels.hpp>

namespace sengen::circuits {

// Amplitudes of a block: 2^11 of both states take 32 KiB.
inline constexpr int kBlockBits = 11;
// With fewer bits loops over vectors, some at a time, come out uneven.
inline constexpr int kLeastBlockBits = 6;

struct Sum {
  double re = 0;
  double im = 0;
};

struct BlockSums {
  Sum same[kBlockBits][2];     // of c_0 where bit p is 0, 1
  Sum flipped[kBlockBits][2];  // of c_{2^p} where bit p of psi's index is 0, 1
};

// psi, phi: 2^bits amplitudes each, kLeastBlockBits <= bits <= kBlockBits. The sum of c_0:
Sum block_total(const ConstPlanes& psi, const ConstPlanes& phi, int bits);
void block_singles(const ConstPlanes& psi, const ConstPlanes& phi, int bits, BlockSums& sums);
// The tensors' sums of all pairs p < q of the block's bits, at pairs[q (q - 1) / 2 + p]. Imaginary
// parts of real states are not written.
void block_pairs(const ConstPlanes& psi, const ConstPlanes& phi, int bits, PairMatrix* pairs);

}  // namespace sengen::circuits
