// SPDX-License-Identifier: Apache-2.0
// Random states and gates for tests, by the counter-based generator.
#pragma once

#include <vector>

#include <Eigen/QR>

#include <sengen/circuits/circuit.hpp>
#include <sengen/core/random.hpp>

namespace sengen::circuits {

inline std::vector<Complex> random_state(int qubits, bool is_real, std::uint64_t seed) {
  const Random random(seed, 1);
  std::vector<Complex> psi(std::size_t{1} << qubits);
  double square = 0;
  for (std::size_t i = 0; i < psi.size(); ++i) {
    psi[i] = {random.normal(2 * i), is_real ? 0 : random.normal(2 * i + 1)};
    square += std::norm(psi[i]);
  }
  for (Complex& amplitude : psi) amplitude /= std::sqrt(square);
  return psi;
}

inline Matrix4 random_gate(bool is_real, std::uint64_t seed) {
  const Random random(seed, 2);
  Matrix4 a;
  for (int i = 0; i < 16; ++i) {
    const auto at = static_cast<std::uint64_t>(2 * i);
    a(i / 4, i % 4) = {random.normal(at), is_real ? 0 : random.normal(at + 1)};
  }
  return Eigen::HouseholderQR<Matrix4>(a).householderQ();
}

inline Circuit random_circuit(int qubits, int gates, bool is_real, std::uint64_t seed) {
  const Random random(seed, 3);
  Circuit circuit{.qubits = qubits};
  for (int m = 0; m < gates; ++m) {
    const auto at = static_cast<std::uint64_t>(2 * m);
    const int low = static_cast<int>(random.below(static_cast<std::uint64_t>(qubits - 1), at));
    const int high =
        low + 1 +
        static_cast<int>(random.below(static_cast<std::uint64_t>(qubits - 1 - low), at + 1));
    circuit.gates.push_back(
        {{low, high}, random_gate(is_real, seed * 1000 + static_cast<std::uint64_t>(m))});
  }
  return circuit;
}

}  // namespace sengen::circuits
