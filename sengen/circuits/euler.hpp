// SPDX-License-Identifier: Apache-2.0
// Z-Y-Z angles of a one-qubit gate: U = e^{i phase} Rz(after) Ry(turn) Rz(before), where
// Rz(t) = exp(-i t Z / 2) and Ry(t) = exp(-i t Y / 2). By atan2 alone, so that diagonal and
// antidiagonal gates are as exact as all others (Nielsen and Chuang, theorem 4.1).
#pragma once

#include <sengen/circuits/circuit.hpp>

namespace sengen::circuits {

struct Euler {
  double phase = 0;
  double after = 0;   // in (-pi, pi]
  double turn = 0;    // in [0, pi]
  double before = 0;  // in (-pi, pi]
};

Matrix2 rotation_x(double angle);
Matrix2 rotation_y(double angle);
Matrix2 rotation_z(double angle);
Matrix2 pauli_x();
Matrix2 pauli_y();
Matrix2 pauli_z();

// Angle less a multiple of 2 pi, in (-pi, pi]. Rotations change their sign by every 2 pi: add pi
// to the phase for each odd multiple, which turns tells.
double wrapped_angle(double angle, int* turns = nullptr);

// unitary must be one to rounding: what is not is taken for the nearest of its form. Diagonal gates
// have turn = before = 0, antidiagonal ones turn = pi and before = 0. A real rotation has turn in
// [0, pi] and, where it turns backwards, after = before = +-pi: see euler_signed.
Euler euler(const Matrix2& unitary);
// The same with turn in (-pi, pi], where that makes after and before 0 or smaller.
Euler euler_signed(const Matrix2& unitary);

Matrix2 matrix_of(const Euler& euler);

}  // namespace sengen::circuits
