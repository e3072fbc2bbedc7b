// SPDX-License-Identifier: Apache-2.0
#include <sengen/circuits/mps_split.hpp>

#include <Eigen/Eigenvalues>
#include <Eigen/QR>

#include <sengen/linalg/square_svd.hpp>

namespace sengen::circuits {

namespace {

// Weight of rounding: what is kept when nothing may be lost.
constexpr double kRounding = 1e-28;

template <class Real>
using Dense = Eigen::Matrix<Real, Eigen::Dynamic, Eigen::Dynamic>;

// How many of the squares, descending, are kept; lost gets the sum of the others.
Eigen::Index kept(const Eigen::VectorXd& squares, const Truncation& truncation, double& lost) {
  const double all = squares.sum();
  const double bound = all * std::max(truncation.max_weight, kRounding);
  Eigen::Index count = squares.size();
  double tail = 0;
  while (count > 1) {
    const double next = tail + std::max(0.0, squares(count - 1));
    if (next > bound && count <= truncation.max_bond) break;
    tail = next;
    --count;
  }
  lost = tail;
  return count;
}

// The tall side by QR, the triangle by Jacobi's method: as accurate as can be, and the compiler is
// spared Eigen's divide and conquer.
template <class Block>
Split by_values(const Block& matrix, const Truncation& truncation, Isometry isometry) {
  const bool is_tall = matrix.rows() >= matrix.cols();
  const Block tall = is_tall ? matrix : Block(matrix.adjoint());
  const Eigen::HouseholderQR<Block> qr(tall);
  const Block triangle = qr.matrixQR().topRows(tall.cols()).template triangularView<Eigen::Upper>();
  const linalg::SquareSvd<Block> svd(triangle, Eigen::ComputeFullU | Eigen::ComputeFullV);
  const auto& values = svd.singularValues();
  Split out;
  const Eigen::Index count = kept(values.cwiseAbs2(), truncation, out.lost);
  Block outer = Block::Zero(tall.rows(), count);
  outer.topRows(tall.cols()) = svd.matrixU().leftCols(count);
  outer.applyOnTheLeft(qr.householderQ());
  const Block inner = svd.matrixV().leftCols(count);
  const Block& u = is_tall ? outer : inner;
  const Block v = (is_tall ? inner : outer).adjoint();
  const auto scale = values.head(count).template cast<typename Block::Scalar>();
  if (isometry == Isometry::kLeft) {
    out.left = u.template cast<Complex>();
    out.right = (scale.asDiagonal() * v).template cast<Complex>();
  } else {
    out.left = (u * scale.asDiagonal()).template cast<Complex>();
    out.right = v.template cast<Complex>();
  }
  return out;
}

// The eigenvectors of the isometric side's Gram matrix are its singular vectors.
template <class Block>
Split by_gram(const Block& matrix, const Truncation& truncation, Isometry isometry) {
  const bool is_left = isometry == Isometry::kLeft;
  const Block gram = is_left ? Block(matrix * matrix.adjoint()) : Block(matrix.adjoint() * matrix);
  const Eigen::SelfAdjointEigenSolver<Block> solver(gram);
  Split out;
  const Eigen::VectorXd squares = solver.eigenvalues().reverse();
  Truncation within = truncation;
  within.max_bond =
      std::min<int>(within.max_bond, static_cast<int>(std::min(matrix.rows(), matrix.cols())));
  const Eigen::Index count = kept(squares, within, out.lost);
  const Block vectors = solver.eigenvectors().rightCols(count).rowwise().reverse();
  if (is_left) {
    out.left = vectors.template cast<Complex>();
    out.right = (vectors.adjoint() * matrix).template cast<Complex>();
  } else {
    out.left = (matrix * vectors).template cast<Complex>();
    out.right = vectors.adjoint().template cast<Complex>();
  }
  return out;
}

template <class Block>
Split cut(const Block& matrix, const Truncation& truncation, Isometry isometry) {
  return truncation.max_weight < Truncation::kExactWeight ? by_values(matrix, truncation, isometry)
                                                          : by_gram(matrix, truncation, isometry);
}

template <class Block>
Split by_qr(const Block& matrix, Isometry isometry) {
  const bool is_left = isometry == Isometry::kLeft;
  const Block tall = is_left ? matrix : Block(matrix.adjoint());
  const Eigen::Index bond = std::min(tall.rows(), tall.cols());
  const Eigen::HouseholderQR<Block> qr(tall);
  const Block q = qr.householderQ() * Block::Identity(tall.rows(), bond);
  const Block r = qr.matrixQR().topRows(bond).template triangularView<Eigen::Upper>();
  Split out;
  out.left = (is_left ? q : Block(r.adjoint())).template cast<Complex>();
  out.right = (is_left ? r : Block(q.adjoint())).template cast<Complex>();
  return out;
}

}  // namespace

Split split(const Matrix& matrix, const Truncation& truncation, Isometry isometry, bool is_real) {
  if (is_real) return cut<Dense<double>>(matrix.real(), truncation, isometry);
  return cut<Matrix>(matrix, truncation, isometry);
}

Split split_exactly(const Matrix& matrix, Isometry isometry, bool is_real) {
  if (is_real) return by_qr<Dense<double>>(matrix.real(), isometry);
  return by_qr<Matrix>(matrix, isometry);
}

}  // namespace sengen::circuits
