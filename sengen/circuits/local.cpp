// SPDX-License-Identifier: Apache-2.0
#include <sengen/circuits/local.hpp>

#include <cmath>

#include <fmt/format.h>
#include <Eigen/LU>

#include <sengen/core/error.hpp>

namespace sengen::circuits {

Matrix4 matrix_of(const Local& local) {
  Matrix4 gate;
  for (int row = 0; row < 2; ++row) {
    for (int column = 0; column < 2; ++column) {
      gate.block<2, 2>(2 * row, 2 * column) = local.on_high(row, column) * local.on_low;
    }
  }
  return gate;
}

Local split_product(const Matrix4& gate) {
  Eigen::Index row = 0;
  Eigen::Index column = 0;
  double largest = -1;
  for (Eigen::Index i = 0; i < 2; ++i) {
    for (Eigen::Index j = 0; j < 2; ++j) {
      const double norm = gate.block<2, 2>(2 * i, 2 * j).squaredNorm();
      if (norm > largest) {
        largest = norm;
        row = i;
        column = j;
      }
    }
  }
  Local local;
  const Matrix2 block = gate.block<2, 2>(2 * row, 2 * column);
  // A unitary's block is a multiple of on_low: its determinant is the multiple's square.
  Complex scale = std::sqrt(block.determinant());
  if (std::abs(scale) < 0.25 * std::sqrt(largest)) scale = std::sqrt(largest / 2);
  if (std::abs(scale) > 0) local.on_low = block / scale;
  for (Eigen::Index i = 0; i < 2; ++i) {
    for (Eigen::Index j = 0; j < 2; ++j) {
      local.on_high(i, j) = (local.on_low.adjoint() * gate.block<2, 2>(2 * i, 2 * j)).trace() / 2.0;
    }
  }
  return local;
}

std::optional<Local> as_product(const Matrix4& gate, double tolerance) {
  Local local = split_product(gate);
  if (!((matrix_of(local) - gate).cwiseAbs().maxCoeff() <= tolerance)) return std::nullopt;
  return local;
}

Matrix4 exchanged(const Matrix4& gate) {
  const Matrix4 swap = swap_matrix();
  return swap * gate * swap;
}

Matrix4 swap_matrix() {
  Matrix4 swap = Matrix4::Zero();
  swap(0, 0) = swap(1, 2) = swap(2, 1) = swap(3, 3) = 1;
  return swap;
}

Matrix4 cx_low_to_high() {
  Matrix4 gate = Matrix4::Zero();
  gate(0, 0) = gate(2, 2) = gate(3, 1) = gate(1, 3) = 1;
  return gate;
}

Matrix4 cx_high_to_low() {
  Matrix4 gate = Matrix4::Zero();
  gate(0, 0) = gate(1, 1) = gate(3, 2) = gate(2, 3) = 1;
  return gate;
}

void check_unitary(const Matrix4& matrix, double tolerance, const char* what) {
  // A sum, since Eigen's maxCoeff passes over NaN.
  const double error = (matrix.adjoint() * matrix - Matrix4::Identity()).norm();
  if (error <= tolerance) return;
  throw Error(ErrorKind::kInput, fmt::format("{} is not unitary: |U* U - 1| = {:.1e}", what, error),
              "rows and columns of a gate must be orthonormal");
}

}  // namespace sengen::circuits
