// SPDX-License-Identifier: Apache-2.0
// One matrix cut into two with a bond between them, as small as a truncation allows: what every
// gate on a matrix product state ends with. By singular values (Golub and Kahan), or for coarse
// truncations by the eigenvalues of the smaller Gram matrix.
#pragma once

#include <sengen/circuits/mps.hpp>

namespace sengen::circuits {

// matrix = left * right up to a lost weight (a sum of squares). The isometric side has orthonormal
// columns (left) or rows (right), the other one carries the singular values.
struct Split {
  Matrix left;
  Matrix right;
  double lost = 0;
};
enum class Isometry { kLeft, kRight };

Split split(const Matrix& matrix, const Truncation& truncation, Isometry isometry, bool is_real);
// Without truncation, by QR: the bond is the smaller side.
Split split_exactly(const Matrix& matrix, Isometry isometry, bool is_real);

}  // namespace sengen::circuits
