// SPDX-License-Identifier: Apache-2.0
// One dense two-qubit gate as CX and one-qubit gates, with the fewest CX that its place in the Weyl
// chamber allows: 0 (x = y = z = 0), 1 (pi/4, 0, 0), 2 (z = 0), else 3. Real gates that need two or
// three are made of CX and Ry alone: SO(4) = SU(2) x SU(2), each part with its Euler angles.
// Sources: Vatan and Williams, Phys. Rev. A 69, 032315; Shende, Bullock and Markov,
// quant-ph/0308045.
#pragma once

#include <optional>

#include <sengen/circuits/circuit.hpp>
#include <sengen/circuits/elementary.hpp>

namespace sengen::circuits {

// Appends gate on low and high (bit 0 and bit 1 of its index; any two qubits) to out: CX, one-qubit
// matrices and the phase. What is within tolerance of a class with fewer CX is taken for it. kInput
// for a gate that is not unitary.
void append_gate(ElementaryCircuit& out, int low, int high, const Matrix4& gate, double tolerance);

// e^{-i phase} gate, where that is real to tolerance for some phase.
struct RealGate {
  double phase = 0;
  Eigen::Matrix4d matrix;
};
std::optional<RealGate> as_real(const Matrix4& gate, double tolerance);

// A real orthogonal matrix of determinant +1 as two CX and six Ry.
void append_rotation(ElementaryCircuit& out, int low, int high, const Eigen::Matrix4d& rotation);

}  // namespace sengen::circuits
