// SPDX-License-Identifier: Apache-2.0
#include <sengen/linalg/singular_vectors.hpp>

#include <algorithm>
#include <cmath>

#include <Eigen/Eigenvalues>
#include <Eigen/SVD>

namespace sengen::linalg {

using Eigen::Index;
using Eigen::MatrixXd;

SingularVectors vectors_of_gram(const MatrixXd& gram) {
  const Eigen::SelfAdjointEigenSolver<MatrixXd> solver(gram);
  SingularVectors result;
  result.converged = solver.info() == Eigen::Success;
  for (Index k = gram.cols(); k-- > 0;) {
    result.values.push_back(std::sqrt(std::max(0.0, solver.eigenvalues()(k))));
  }
  result.vectors = solver.eigenvectors().rowwise().reverse();
  return result;
}

SingularVectors vectors_of_triangle(const MatrixXd& triangle) {
  const Eigen::BDCSVD<MatrixXd> svd(triangle, Eigen::ComputeThinV);
  const auto& values = svd.singularValues();
  return {{values.begin(), values.end()}, svd.matrixV(), svd.info() == Eigen::Success};
}

SingularVectors vectors_of_rows(std::span<const double> rows, std::ptrdiff_t columns) {
  const Eigen::Map<const MatrixXd> transposed(rows.data(), columns, std::ssize(rows) / columns);
  const Eigen::BDCSVD<MatrixXd> svd(transposed, Eigen::ComputeThinU);
  const auto& values = svd.singularValues();
  return {{values.begin(), values.end()}, svd.matrixU(), svd.info() == Eigen::Success};
}

}  // namespace sengen::linalg
