// SPDX-License-Identifier: Apache-2.0
#include <sengen/linalg/singular_vectors.hpp>

#include <cmath>
#include <limits>
#include <utility>

#include <Eigen/QR>

#include <sengen/linalg/square_svd.hpp>

namespace sengen::linalg {

using Eigen::MatrixXd;

namespace {

template <typename Svd>
SingularVectors solve(const MatrixXd& matrix) {
  const Svd svd(matrix, Eigen::ComputeThinV);
  const auto& values = svd.singularValues();
  return {{values.begin(), values.end()}, svd.matrixV(), svd.info() == Eigen::Success};
}

// V orthonormal, and the columns of A V orthogonal with the lengths that were found.
bool is_right(const MatrixXd& matrix, const SingularVectors& found) {
  if (!found.converged || !found.vectors.allFinite()) return false;
  const auto n = matrix.cols();
  const double tolerance = 50 * static_cast<double>(n) * std::numeric_limits<double>::epsilon();
  const Eigen::Map<const Eigen::VectorXd> values(found.values.data(), n);
  const MatrixXd image = matrix * found.vectors;
  const double largest = values.maxCoeff();
  const Eigen::VectorXd lengths = image.colwise().norm();
  if ((lengths - values).cwiseAbs().maxCoeff() > tolerance * largest) return false;
  MatrixXd products = image.transpose() * image;
  products.diagonal().setZero();
  if (products.cwiseAbs().maxCoeff() > tolerance * largest * largest) return false;
  return found.vectors.isUnitary(tolerance);
}

}  // namespace

// Not SelfAdjointEigenSolver: Eigen 3.4's gives up on matrices of low rank, where it waits for
// off-diagonal elements of round-off to become smaller still. The right singular vectors of a
// symmetric matrix are its eigenvectors, at nearly the same cost.
SingularVectors vectors_of_gram(const MatrixXd& gram) {
  SingularVectors result = vectors_of_triangle(gram);
  for (double& value : result.values) value = std::sqrt(value);
  return result;
}

// Eigen 3.4's divide and conquer is sometimes wrong by 1e-6, without saying so, where many values
// are equal: it is checked, and the slow and safe Jacobi method takes over.
SingularVectors vectors_of_triangle(const MatrixXd& triangle) {
  SingularVectors result = solve<Eigen::BDCSVD<MatrixXd>>(triangle);
  if (!is_right(triangle, result)) result = solve<SquareSvd<MatrixXd>>(triangle);
  return result;
}

SingularVectors vectors_of_rows(std::span<const double> rows, std::ptrdiff_t columns) {
  const auto count = std::ssize(rows) / columns;
  const Eigen::Map<const MatrixXd> transposed(rows.data(), columns, count);
  if (count >= columns) {
    const Eigen::HouseholderQR<MatrixXd> tall(transposed.transpose());
    return vectors_of_triangle(tall.matrixQR().topRows(columns).triangularView<Eigen::Upper>());
  }
  const Eigen::HouseholderQR<MatrixXd> qr(transposed);
  const MatrixXd triangle = qr.matrixQR().topRows(count).triangularView<Eigen::Upper>();
  SingularVectors result = vectors_of_triangle(triangle.transpose());
  MatrixXd vectors = MatrixXd::Zero(columns, count);
  vectors.topRows(count) = result.vectors;
  vectors.applyOnTheLeft(qr.householderQ());
  result.vectors = std::move(vectors);
  return result;
}

}  // namespace sengen::linalg
