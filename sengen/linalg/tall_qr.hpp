// SPDX-License-Identifier: Apache-2.0
// TallQr: the triangle R of A = Q R for a tall matrix given by blocks of rows and spread over
// ranks (TSQR; Demmel, Grigori, Hoemmen, Langou, SIAM J. Sci. Comput. 34, A206, 2012). Each block
// is eliminated under the triangle so far by blocked Householder reflections, all ranks' triangles
// up a binary tree. Backward stable: keeps singular values down to 1e-16 of the largest. Q is not
// formed. The bits do not depend on the number of threads.
#pragma once

#include <cstddef>

#include <Eigen/Core>

#include <sengen/parallel/communicator.hpp>

namespace sengen::linalg {

class TallQr {
 public:
  explicit TallQr(std::ptrdiff_t columns);

  // rows: any number x columns, column-major; overwritten.
  void append(Eigen::Ref<Eigen::MatrixXd> rows);

  // Joins the triangles of all ranks on rank 0; others keep a part. Collective.
  void combine(const parallel::Communicator& comm);

  // Upper triangular, columns x columns; signs of rows are arbitrary.
  const Eigen::MatrixXd& triangle() const noexcept { return triangle_; }

 private:
  void eliminate(Eigen::Ref<Eigen::MatrixXd> rows);

  Eigen::MatrixXd triangle_;
};

}  // namespace sengen::linalg
