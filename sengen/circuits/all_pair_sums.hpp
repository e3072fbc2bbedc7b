// SPDX-License-Identifier: Apache-2.0
// Sums of the fidelity tensors of many pairs at once: both states are walked through in blocks
// (block_kernels.hpp), each beside those whose number differs from its own in one or two bits.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include <sengen/circuits/circuit.hpp>
#include <sengen/circuits/state_kernels.hpp>

namespace sengen::circuits {

// pieces[0] + pieces[1] + ..., as a tree, which a part of the pieces begins in the same way. A
// power of two of them; they are overwritten. Imaginary parts of real ones are not looked at.
PairMatrix tree_sum(std::span<PairMatrix> pieces, bool is_complex);

// How a state is cut: blocks of 2^block_bits amplitudes, 2^group_bits of them in a row added to one
// piece. It follows from the whole state alone, so that slices of it are cut in the same way.
struct BlockPlan {
  int block_bits = 0;
  int group_bits = 0;
};
// Nothing where pairs are too few to share work, or slices smaller than a group.
std::optional<BlockPlan> block_plan(int qubits, int slice_qubits, std::size_t pairs);

// sums[i] of the pair i. Threads share groups; the same bits for any number of them.
void all_pair_sums(const ConstPlanes& psi, const ConstPlanes& phi, int qubits,
                   const BlockPlan& plan, std::span<const Pair> pairs, std::span<PairMatrix> sums);

}  // namespace sengen::circuits
