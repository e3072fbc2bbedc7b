// SPDX-License-Identifier: Apache-2.0
#include <sengen/linalg/least_squares.hpp>

#include <Eigen/SVD>

namespace sengen::linalg {

LeastSquares solve_least_squares(const Eigen::MatrixXd& a, const Eigen::MatrixXd& b,
                                 double cut_off) {
  // Jacobi: Eigen's divide and conquer loses accuracy for equal and for zero singular values.
  const Eigen::JacobiSVD<Eigen::MatrixXd> svd(a, Eigen::ComputeThinU | Eigen::ComputeThinV);
  const Eigen::VectorXd& values = svd.singularValues();
  LeastSquares solution;
  while (solution.rank < values.size() && values(solution.rank) > cut_off * values(0)) {
    ++solution.rank;
  }
  const auto kept = solution.rank;
  const Eigen::MatrixXd projected = svd.matrixU().leftCols(kept).transpose() * b;
  solution.x =
      svd.matrixV().leftCols(kept) * values.head(kept).cwiseInverse().asDiagonal() * projected;
  return solution;
}

}  // namespace sengen::linalg
