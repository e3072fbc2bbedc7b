// SPDX-License-Identifier: Apache-2.0
#include <sengen/linalg/singular_vectors.hpp>

#include <cmath>
#include <cstdlib>

#include <gtest/gtest.h>
#include <Eigen/Core>
#include <Eigen/QR>

namespace sengen::linalg {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;

MatrixXd random_orthogonal(Eigen::Index n) {
  return MatrixXd(MatrixXd::Random(n, n).householderQr().householderQ());
}

// Kinds of spectra that upset solvers: low rank, steep, many equal values, one far above the rest.
VectorXd spectrum_of_kind(int kind, Eigen::Index n) {
  VectorXd sigma(n);
  for (Eigen::Index k = 0; k < n; ++k) {
    const auto x = static_cast<double>(k);
    switch (kind) {
      case 0: sigma(k) = k < 3 ? 1.0 / (1 + x) : 0.0; break;
      case 1: sigma(k) = std::pow(0.5, x); break;
      case 2: sigma(k) = k < n / 2 ? 1.0 : 1e-9; break;
      case 3: sigma(k) = k == 0 ? 1e6 : 1e-6; break;
      default: sigma(k) = 1.0 / (1 + x); break;
    }
  }
  return sigma;
}

TEST(SingularVectors, OfAwkwardMatricesAreRightToRoundOff) {
  std::srand(7);
  for (const Eigen::Index n : {1, 2, 5, 15, 16, 17, 40, 120}) {
    for (int kind = 0; kind < 5; ++kind) {
      const VectorXd sigma = spectrum_of_kind(kind, n);
      const MatrixXd v = random_orthogonal(n);
      const MatrixXd a = random_orthogonal(n) * sigma.asDiagonal() * v.transpose();
      const double scale = sigma(0) * static_cast<double>(n);
      const auto found = vectors_of_triangle(a);
      ASSERT_TRUE(found.converged) << "kind " << kind << ", n " << n;
      ASSERT_EQ(std::ssize(found.values), n);
      const MatrixXd image = a * found.vectors;
      for (Eigen::Index k = 0; k < n; ++k) {
        EXPECT_NEAR(found.values[static_cast<std::size_t>(k)], sigma(k), 1e-14 * scale);
        EXPECT_NEAR(image.col(k).norm(), sigma(k), 1e-14 * scale);
      }
      EXPECT_LE((found.vectors.transpose() * found.vectors - MatrixXd::Identity(n, n)).norm(),
                1e-13 * static_cast<double>(n));
      const auto squared = vectors_of_gram(a.transpose() * a);
      ASSERT_TRUE(squared.converged) << "kind " << kind << ", n " << n;
      EXPECT_NEAR(squared.values.front() / sigma(0), 1.0, 1e-13);
      for (const double value : squared.values) EXPECT_GE(value, 0.0);
    }
  }
}

TEST(SingularVectors, OfZeroAreZeroAndOrthonormal) {
  const auto found = vectors_of_gram(MatrixXd::Zero(20, 20));
  EXPECT_TRUE(found.converged);
  EXPECT_EQ(found.values, std::vector<double>(20, 0.0));
  EXPECT_TRUE(found.vectors.isUnitary(1e-12));
}

TEST(SingularVectors, OfRowsAreThoseOfTheirGramMatrix) {
  const Eigen::Matrix<double, 5, 30, Eigen::RowMajor> rows =
      Eigen::Matrix<double, 5, 30, Eigen::RowMajor>::Random();
  const auto direct = vectors_of_rows({rows.data(), 150}, 30);
  const auto squared = vectors_of_gram(rows.transpose() * rows);
  ASSERT_EQ(direct.values.size(), 5U);
  for (std::size_t k = 0; k < 5; ++k) {
    EXPECT_NEAR(direct.values[k], squared.values[k], 1e-12);
    const auto column = static_cast<Eigen::Index>(k);
    EXPECT_NEAR(std::abs(direct.vectors.col(column).dot(squared.vectors.col(column))), 1.0, 1e-12);
  }
}

}  // namespace
}  // namespace sengen::linalg
