// SPDX-License-Identifier: Apache-2.0
// The best gate for a fidelity tensor T: |Tr(U^dagger T)| is largest, and equal to the sum of T's
// singular values (its nuclear norm), for U = X Y^dagger with T = X D Y^dagger. Many norms are
// computed at once, eight matrices side by side (one-sided Jacobi rotations, Hestenes 1958).
#pragma once

#include <span>
#include <vector>

#include <sengen/circuits/circuit.hpp>

namespace sengen::circuits {

// Nuclear norms, to about 1e-12 of the largest singular value. is_real: imaginary parts are 0.
std::vector<double> nuclear_norms(std::span<const Matrix4> tensors, bool is_real);

// Which unitary matrices may be chosen from.
enum class GateKind {
  kComplex,   // U(4)
  kReal,      // O(4)
  kRotation,  // SO(4): two CX each, whatever the coupling
};

// The best gate. Directions on which T says nothing (singular values below 1e-13 of the first) stay
// as close to `previous` as they can.
Matrix4 best_gate(const Matrix4& tensor, const Matrix4& previous, GateKind kind);

// The product of one-qubit gates A x B with the largest |Tr((A x B)^dagger T)|: what is left of the
// overlap when a gate loses its power to entangle. By alternation, from three starts.
struct LocalGate {
  double overlap = 0;
  Matrix4 matrix = Matrix4::Identity();
};
LocalGate best_local_gate(const Matrix4& tensor, bool is_real);

}  // namespace sengen::circuits
