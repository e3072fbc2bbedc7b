// SPDX-License-Identifier: Apache-2.0
// What a quantum computer would know of a fidelity tensor: its expansion in Pauli matrices, T = 1/4
// sum_kl <phi|s_k s_l|psi> s_k x s_l, every bracket's real and imaginary part from a Hadamard test
// of so many shots, each +1 or -1 (arXiv:2112.14524, section IV). All pairs together take 1 + 3 n +
// 9 n (n - 1) / 2 brackets: those of one qubit serve all its pairs. The sum of shots is taken as
// normally distributed, which holds for hundreds of them and more.
#pragma once

#include <cstdint>
#include <span>

#include <sengen/circuits/circuit.hpp>

namespace sengen::circuits {

struct ShotNoise {
  std::int64_t shots = 0;  // of each Hadamard test; 0: exact
  std::uint64_t seed = 1;
  std::uint64_t stream = 0;
};

// The brackets behind these pairs' tensors.
std::int64_t bracket_count(std::span<const Pair> pairs, int qubits);

// Replaces tensors by what the update number `update` measures of them. Real states have real
// brackets (an even number of Y) or imaginary ones (an odd number): the others are not measured.
void measure(std::span<Matrix4> tensors, std::span<const Pair> pairs, bool is_real,
             const ShotNoise& noise, std::uint64_t update);

}  // namespace sengen::circuits
