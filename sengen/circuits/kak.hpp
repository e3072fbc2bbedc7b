// SPDX-License-Identifier: Apache-2.0
// Cartan (KAK) decomposition of a two-qubit gate:
//   U = e^{i phase} after . exp(i (x XX + y YY + z ZZ)) . before,   pi/4 >= x >= y >= |z|,
// after and before products of one-qubit gates; z >= 0 where x = pi/4. By the magic basis, where
// products are real: W = U^T U = O D^2 O^T, and Re W and Im W are diagonalised together by Jacobi
// rotations, so that equal eigenvalues need no care. Source: Khaneja, Brockett and Glaser, Phys.
// Rev. A 63, 032308; Zhang, Vala, Sastry and Whaley, Phys. Rev. A 67, 042313 (the chamber).
#pragma once

#include <array>

#include <sengen/circuits/circuit.hpp>
#include <sengen/circuits/local.hpp>

namespace sengen::circuits {

struct Cartan {
  double phase = 0;
  Local after;  // acts last; both parts in SU(2) up to sign and the Paulis' factor i
  std::array<double, 3> core{};
  Local before;
};

// kInput for a matrix that is not unitary to 1e-8; one that is not to rounding is taken for the
// nearest unitary. The product is U to 1e-13.
Cartan cartan(const Matrix4& gate);

// exp(i (x XX + y YY + z ZZ)).
Matrix4 core_matrix(const std::array<double, 3>& core);
Matrix4 matrix_of(const Cartan& cartan);

// The fewest CX that a gate with this core needs: 0, 1, 2 or 3 (Shende, Bullock and Markov,
// quant-ph/ 0308045). Angles within tolerance of a class are taken to be of it.
int cx_count(const std::array<double, 3>& core, double tolerance);

}  // namespace sengen::circuits
