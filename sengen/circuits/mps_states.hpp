// SPDX-License-Identifier: Apache-2.0
// Matrix product states of known form, and to and from the amplitudes of a small state vector.
// Qubits are those of circuit.hpp.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <sengen/circuits/mps.hpp>

namespace sengen::circuits {

// |0...0> + |1...1>, bond 2.
MatrixProductState ghz_mps(int qubits);
// All states with one 1, in equal parts, bond 2.
MatrixProductState w_mps(int qubits);
// Qubit q in the state amplitudes[q], of any norm.
MatrixProductState product_mps(std::span<const Eigen::Vector2cd> amplitudes, bool is_real);
// Normal tensors by counter, every bond of this size at most: the state `mps:N:BOND:SEED` (or
// mps-real) of the program, whose small states are the same.
MatrixProductState random_mps(int qubits, int bond, std::uint64_t seed, bool is_real);

// From 2^n amplitudes, n >= 2, of any norm. kInput for another number of them.
MatrixProductState mps_of(std::span<const Complex> amplitudes, bool is_real,
                          const Truncation& truncation = {});
// All 2^n amplitudes; kResource above 26 qubits.
std::vector<Complex> amplitudes_of(const MatrixProductState& state);

}  // namespace sengen::circuits
