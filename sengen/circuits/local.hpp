// SPDX-License-Identifier: Apache-2.0
// Products of one-qubit gates: on_low acts on bit 0 of a two-qubit gate's index, on_high on bit 1.
#pragma once

#include <optional>

#include <sengen/circuits/circuit.hpp>

namespace sengen::circuits {

struct Local {
  Matrix2 on_low = Matrix2::Identity();
  Matrix2 on_high = Matrix2::Identity();
};

Matrix4 matrix_of(const Local& local);
inline Matrix4 product(const Matrix2& on_low, const Matrix2& on_high) {
  return matrix_of(Local{on_low, on_high});
}

// The product nearest to a gate that is one up to rounding; both parts unitary for a unitary gate,
// its phase in on_high.
Local split_product(const Matrix4& gate);
// The same where max |gate - product| is at most tolerance, else nothing.
std::optional<Local> as_product(const Matrix4& gate, double tolerance);

// gate with its two qubits exchanged: low becomes high.
Matrix4 exchanged(const Matrix4& gate);
Matrix4 swap_matrix();
// CX on bit 0 and 1 of the index.
Matrix4 cx_low_to_high();
Matrix4 cx_high_to_low();

// Throws kInput when matrix is not unitary to tolerance (or not finite); what names it in messages.
void check_unitary(const Matrix4& matrix, double tolerance, const char* what);

}  // namespace sengen::circuits
