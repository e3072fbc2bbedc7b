// SPDX-License-Identifier: Apache-2.0
// Singular values and right singular vectors of a tall matrix A, from its Gram matrix A^T A, from
// the triangle of its QR factorisation, or from its rows. Serial, dense; what the parts of pod.cpp
// end in. Eigen's solvers are kept in this one file, which is slow to compile.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include <Eigen/Core>

namespace sengen::linalg {

struct SingularVectors {
  std::vector<double> values;  // falling
  Eigen::MatrixXd vectors;     // columns of A x as many as values
  bool converged = true;
};

// gram: symmetric, no negative eigenvalues but by round-off.
SingularVectors vectors_of_gram(const Eigen::MatrixXd& gram);
// triangle: square.
SingularVectors vectors_of_triangle(const Eigen::MatrixXd& triangle);
// rows: any number of rows of `columns` values each, one after the other; as many values as the
// smaller of the two numbers.
SingularVectors vectors_of_rows(std::span<const double> rows, std::ptrdiff_t columns);

}  // namespace sengen::linalg
