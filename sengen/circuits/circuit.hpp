// SPDX-License-Identifier: Apache-2.0
// Circuit: two-qubit gates on |start>, as dense unitary matrices. Qubit q is bit q of an
// amplitude's index (qubit 0 the least significant); of a gate's own index, 0 to 3, qubit `low` is
// bit 0 and qubit `high` bit 1. One-qubit gates are part of their two-qubit neighbours.
#pragma once

#include <complex>
#include <cstdint>
#include <vector>

#include <Eigen/Core>

namespace sengen::circuits {

using Complex = std::complex<double>;
using Matrix2 = Eigen::Matrix2cd;
using Matrix4 = Eigen::Matrix4cd;

// A pair of qubits, low < high.
struct Pair {
  int low = 0;
  int high = 1;
  friend bool operator==(const Pair&, const Pair&) = default;
  friend auto operator<=>(const Pair&, const Pair&) = default;
};

struct Gate {
  Pair pair;
  Matrix4 matrix = Matrix4::Identity();  // unitary; [index after][index before]
};

struct Circuit {
  int qubits = 0;
  std::uint64_t start = 0;       // index of the basis state that the gates act on
  std::vector<Gate> gates = {};  // the first acts first
};

}  // namespace sengen::circuits
