// SPDX-License-Identifier: Apache-2.0
#include <sengen/linalg/tall_qr.hpp>

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include <gtest/gtest.h>
#include <Eigen/Core>
#include <Eigen/QR>

#include <sengen/core/parallel_for.hpp>
#include <sengen/linalg/gram.hpp>
#include <sengen/linalg/singular_vectors.hpp>

namespace sengen::linalg {
namespace {

using Eigen::MatrixXd;

MatrixXd random_matrix(int rows, int columns) {
  std::srand(1);  // Eigen's Random
  return MatrixXd::Random(rows, columns);
}

MatrixXd triangle_of(const MatrixXd& a, int rows_at_once, int threads = 1) {
  set_threads(threads);
  TallQr qr(a.cols());
  for (int begin = 0; begin < a.rows(); begin += rows_at_once) {
    MatrixXd block = a.middleRows(begin, std::min<Eigen::Index>(rows_at_once, a.rows() - begin));
    qr.append(block);
  }
  set_threads(1);
  return qr.triangle();
}

// 70 and 150 columns: part panels and part tiles; blocks with fewer rows than columns.
TEST(TallQr, GivesTheGramMatrixForAnyBlocks) {
  for (const int columns : {1, 31, 70, 150}) {
    const MatrixXd a = random_matrix(400, columns);
    const MatrixXd expected = a.transpose() * a;
    for (const int rows_at_once : {1, 64, 399, 400}) {
      const MatrixXd r = triangle_of(a, rows_at_once);
      EXPECT_TRUE(r.isUpperTriangular(0.0)) << columns << " columns";
      EXPECT_LE((r.transpose() * r - expected).norm(), 1e-13 * expected.norm())
          << columns << " columns, " << rows_at_once << " rows at once";
    }
  }
}

TEST(TallQr, KeepsSmallSingularValuesThatTheGramMatrixLoses) {
  const int columns = 12;
  const MatrixXd u =
      random_matrix(300, columns).householderQr().householderQ() * MatrixXd::Identity(300, columns);
  const MatrixXd v = MatrixXd(random_matrix(columns, columns).householderQr().householderQ());
  Eigen::VectorXd sigma(columns);
  for (int k = 0; k < columns; ++k) sigma(k) = std::pow(10.0, -k);
  const MatrixXd a = u * sigma.asDiagonal() * v.transpose();
  const auto by_qr = vectors_of_triangle(triangle_of(a, 100)).values;
  Gram gram(columns);
  gram.append(a);
  gram.combine(parallel::Communicator::self());
  const auto by_gram = vectors_of_gram(gram.matrix()).values;
  EXPECT_NEAR(by_qr[9] / sigma(9), 1.0, 1e-5);
  EXPECT_GT(std::abs(by_gram[9] / sigma(9) - 1.0), 1e-3);
  EXPECT_NEAR(by_gram[3] / sigma(3), 1.0, 1e-8);
}

TEST(TallQr, TakesZeroColumnsAndZeroRows) {
  MatrixXd a = random_matrix(50, 8);
  a.col(3).setZero();
  const MatrixXd r = triangle_of(a, 20);
  EXPECT_TRUE(r.allFinite());
  EXPECT_LE((r.transpose() * r - a.transpose() * a).norm(), 1e-13 * a.squaredNorm());
  EXPECT_EQ(triangle_of(MatrixXd::Zero(50, 8), 20), MatrixXd::Zero(8, 8));
}

TEST(TallQr, BitsDoNotDependOnThreads) {
  const MatrixXd a = random_matrix(500, 300);
  const MatrixXd one = triangle_of(a, 200, 1);
  EXPECT_EQ(triangle_of(a, 200, 2), one);
  EXPECT_EQ(triangle_of(a, 200, 3), one);
}

TEST(Gram, IsTheProductAndItsBitsDoNotDependOnThreads) {
  const MatrixXd a = random_matrix(500, 300);  // part tiles
  MatrixXd first;
  for (const int threads : {1, 2, 3}) {
    set_threads(threads);
    Gram gram(300);
    gram.append(a.topRows(123));
    gram.append(a.bottomRows(377));
    gram.combine(parallel::Communicator::self());
    if (threads == 1) first = gram.matrix();
    EXPECT_EQ(gram.matrix(), first);
  }
  set_threads(1);
  EXPECT_LE((first - a.transpose() * a).norm(), 1e-13 * first.norm());
  EXPECT_EQ(first, first.transpose());
}

}  // namespace
}  // namespace sengen::linalg
