// SPDX-License-Identifier: Apache-2.0
// Gram: the matrix A^T A of a tall matrix given by blocks of rows, on all threads, in double.
// Only the upper triangle is computed, in square tiles; a tile belongs to one thread, so the bits
// do not depend on the number of threads. Squares the condition number: singular values below
// 1e-8 of the largest are lost (tall_qr.hpp keeps them).
#pragma once

#include <cstddef>

#include <Eigen/Core>

#include <sengen/parallel/communicator.hpp>

namespace sengen::linalg {

class Gram {
 public:
  explicit Gram(std::ptrdiff_t columns);

  // rows: any number x columns, column-major.
  void append(const Eigen::Ref<const Eigen::MatrixXd>& rows);

  // Sums over ranks and completes the lower triangle. Collective.
  void combine(const parallel::Communicator& comm);

  const Eigen::MatrixXd& matrix() const noexcept { return matrix_; }

 private:
  Eigen::MatrixXd matrix_;
};

}  // namespace sengen::linalg
