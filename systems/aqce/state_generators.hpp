// SPDX-License-Identifier: Apache-2.0
// States that are made, not read. Random numbers are functions of the seed alone: the same state on
// any machine and any number of threads. Qubit q is bit q of the index.
#pragma once

#include <complex>
#include <cstdint>
#include <vector>

#include <Eigen/Core>

namespace sengen::aqce {

using Amplitudes = std::vector<std::complex<double>>;

// Equal amplitudes on all indices with `ones` bits set: W for 1 (Dicke, 1954).
Amplitudes dicke_state(int qubits, int ones);
Amplitudes ghz_state(int qubits);  // (|0...0> + |1...1>) / sqrt(2)
Amplitudes uniform_state(int qubits);
// Every qubit in a random state of its own (Haar): these, and all of it.
std::vector<Eigen::Vector2cd> product_qubits(int qubits, std::uint64_t seed);
Amplitudes product_state(int qubits, std::uint64_t seed);
// Haar: normal numbers, normalised; on the real sphere with `real`.
Amplitudes random_state(int qubits, std::uint64_t seed, bool real);
// Gates of U(4), or O(4) with `real`, drawn by Haar's measure, on pairs drawn evenly, on |0...0>.
// qubits >= 2.
Amplitudes random_circuit_state(int qubits, int gates, std::uint64_t seed, bool real);
// A matrix product state of normal tensors, every bond of this size, normalised.
Amplitudes mps_state(int qubits, int bond, std::uint64_t seed, bool real);

}  // namespace sengen::aqce
