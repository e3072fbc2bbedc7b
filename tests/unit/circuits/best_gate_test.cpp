// SPDX-License-Identifier: Apache-2.0
// ctest: timeout=900
#include <sengen/circuits/best_gate.hpp>

#include <gtest/gtest.h>
#include <Eigen/LU>
#include <Eigen/SVD>

#include "random_states.hpp"

namespace sengen::circuits {
namespace {

Matrix4 with_values(const Eigen::Vector4d& values, bool is_real, std::uint64_t seed) {
  return random_gate(is_real, seed) * values.cast<Complex>().asDiagonal() *
         random_gate(is_real, seed + 1);
}

double gained(const Matrix4& u, const Matrix4& tensor) {
  return std::abs((u.adjoint() * tensor).trace());
}

TEST(BestGate, NormsOfManyMatricesAreSumsOfSingularValues) {
  for (const bool is_real : {true, false}) {
    std::vector<Matrix4> tensors;
    for (std::uint64_t i = 0; i < 20; ++i) {
      tensors.push_back(random_gate(is_real, i) + 0.7 * random_gate(is_real, 100 + i));
    }
    // What degenerates: nothing, one direction, equal values, tiny ones.
    tensors.push_back(Matrix4::Zero());
    tensors.push_back(with_values({1, 0, 0, 0}, is_real, 5));
    tensors.push_back(with_values({0.5, 0.5, 0.5, 0.5}, is_real, 6));
    tensors.push_back(with_values({1, 1e-9, 1e-12, 0}, is_real, 7));
    tensors.push_back(with_values({1e-20, 1e-21, 1e-22, 0}, is_real, 8));
    // Products of vectors with rows of zeros: columns that the rotations leave fade to nothing.
    for (std::uint64_t i = 0; i < 3000; ++i) {
      Matrix4 sum = Matrix4::Zero();
      for (std::uint64_t k = 0; k <= i % 3; ++k) {
        const Matrix4 u = random_gate(is_real, 1000 + 6 * i + k);
        const Matrix4 v = random_gate(is_real, 1003 + 6 * i + k);
        Matrix4 term = u.col(0) * v.col(0).adjoint();
        for (int row = 0; row < 4; ++row) {
          if ((i / 3 >> row & 1) != 0) term.row(row).setZero();
          if ((i / 48 >> row & 1) != 0) term.col(row).setZero();
        }
        sum += std::pow(10, -3.0 * static_cast<double>(k * (i % 7))) * term;
      }
      tensors.push_back(sum);
    }
    const auto norms = nuclear_norms(tensors, is_real);
    ASSERT_EQ(norms.size(), tensors.size());
    for (std::size_t i = 0; i < tensors.size(); ++i) {
      const Eigen::JacobiSVD<Matrix4> svd(tensors[i]);
      EXPECT_NEAR(norms[i], svd.singularValues().sum(), 1e-12 * svd.singularValues()(0) + 1e-30)
          << i;
    }
  }
}

TEST(BestGate, ReachesTheNorm) {
  for (const auto kind : {GateKind::kReal, GateKind::kComplex}) {
    const bool is_real = kind == GateKind::kReal;
    for (std::uint64_t seed = 0; seed < 30; ++seed) {
      const Matrix4 tensor = with_values({0.9, 0.4, 0.1, 0.02}, is_real, seed);
      const Matrix4 u = best_gate(tensor, Matrix4::Identity(), kind);
      EXPECT_LT((u.adjoint() * u - Matrix4::Identity()).norm(), 1e-13);
      EXPECT_NEAR(gained(u, tensor), 1.42, 1e-12);
    }
  }
}

TEST(BestGate, RotationsHaveDeterminantOne) {
  for (std::uint64_t seed = 0; seed < 30; ++seed) {
    const Matrix4 tensor = with_values({0.9, 0.4, 0.1, 0.02}, true, seed);
    const Matrix4 u = best_gate(tensor, Matrix4::Identity(), GateKind::kRotation);
    EXPECT_NEAR(u.real().determinant(), 1, 1e-12);
    // At worst the smallest singular value is lost twice.
    EXPECT_GE(gained(u, tensor), 1.42 - 2 * 0.02 - 1e-12);
  }
}

TEST(BestGate, KeepsThePreviousGateWhereTheTensorSaysNothing) {
  for (const bool is_real : {true, false}) {
    const auto kind = is_real ? GateKind::kReal : GateKind::kComplex;
    const Matrix4 previous = random_gate(is_real, 3);
    // |00> before the gate is all that matters: one column.
    Matrix4 tensor = Matrix4::Zero();
    tensor.col(0) = previous.col(0);
    EXPECT_LT((best_gate(tensor, previous, kind) - previous).norm(), 1e-12);
    EXPECT_LT((best_gate(Matrix4::Zero(), previous, kind) - previous).norm(), 1e-12);
  }
}

TEST(BestGate, LocalOverlapIsThatOfAProduct) {
  Matrix4 product = Matrix4::Zero();
  const Matrix2 low = (Matrix2() << 0.6, -0.8, 0.8, 0.6).finished();
  const Matrix2 high = (Matrix2() << 0, 1, 1, 0).finished();
  for (int a = 0; a < 4; ++a) {
    for (int b = 0; b < 4; ++b) product(a, b) = low(a & 1, b & 1) * high(a >> 1, b >> 1);
  }
  EXPECT_NEAR(best_local_gate(product, true).overlap, 4, 1e-9);
  Matrix4 cx = Matrix4::Identity();
  cx.row(1).swap(cx.row(3));
  // |Tr B| + |Tr B X| for a phase between the two halves: B = (1 + i X) / sqrt 2 has both, of real
  // matrices none has.
  EXPECT_NEAR(best_local_gate(cx, true).overlap, 2, 1e-9);
  EXPECT_NEAR(best_local_gate(cx, false).overlap, 2 * std::sqrt(2.0), 1e-6);
}

}  // namespace
}  // namespace sengen::circuits
