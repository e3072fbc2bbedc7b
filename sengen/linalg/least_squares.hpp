// SPDX-License-Identifier: Apache-2.0
// Least squares through a singular value decomposition: the smallest x with the smallest
// |a x - b|, singular values below cut_off x the largest taken for 0. Serial, dense.
#pragma once

#include <cstddef>

#include <Eigen/Core>

namespace sengen::linalg {

struct LeastSquares {
  Eigen::MatrixXd x;        // columns of a x columns of b
  std::ptrdiff_t rank = 0;  // singular values that were kept
};

LeastSquares solve_least_squares(const Eigen::MatrixXd& a, const Eigen::MatrixXd& b,
                                 double cut_off);

}  // namespace sengen::linalg
