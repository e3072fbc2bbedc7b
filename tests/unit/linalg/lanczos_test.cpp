// SPDX-License-Identifier: Apache-2.0
#include <sengen/linalg/lanczos.hpp>

#include <cmath>
#include <limits>
#include <numbers>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <Eigen/Core>
#include <Eigen/Eigenvalues>

#include <sengen/core/error.hpp>
#include <sengen/core/parallel_for.hpp>

namespace sengen::linalg {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;

SymmetricOperator dense(const MatrixXd& matrix) {
  return [&matrix](std::span<const double> x, std::span<double> y) {
    const auto n = std::ssize(x);
    Eigen::Map<VectorXd>(y.data(), n).noalias() = matrix * Eigen::Map<const VectorXd>(x.data(), n);
  };
}

// The second difference on a line with fixed ends: 4 sin^2(pi / (2 (n + 1))) is the lowest.
void second_difference(std::span<const double> x, std::span<double> y) {
  for (std::size_t i = 0; i < x.size(); ++i) {
    y[i] = 2 * x[i] - (i > 0 ? x[i - 1] : 0) - (i + 1 < x.size() ? x[i + 1] : 0);
  }
}

TEST(Lanczos, FindsTheLowestPairOfDenseMatricesOfAllSizes) {
  std::srand(3);
  for (const Eigen::Index n : {1, 2, 3, 7, 30, 100, 300}) {
    const MatrixXd a = MatrixXd::Random(n, n);
    const MatrixXd matrix = a + a.transpose();
    const Eigen::SelfAdjointEigenSolver<MatrixXd> all(matrix);
    const auto found = lowest_eigenpair(n, dense(matrix));
    EXPECT_NEAR(found.eigenvalue, all.eigenvalues()(0), 1e-11 * static_cast<double>(n)) << n;
    EXPECT_LE(found.residual, 1e-10 * std::max(1.0, std::abs(found.eigenvalue)));
    const Eigen::Map<const VectorXd> vector(found.eigenvector.data(), n);
    EXPECT_NEAR(vector.norm(), 1, 1e-13);
    EXPECT_NEAR(std::abs(vector.dot(all.eigenvectors().col(0))), 1, 1e-12);
    Eigen::Index largest = 0;
    vector.cwiseAbs().maxCoeff(&largest);
    EXPECT_GT(vector(largest), 0);
  }
}

TEST(Lanczos, RestartsUntilASlowCaseHasConverged) {
  LanczosOptions options;
  options.basis = 12;
  options.tolerance = 1e-9;
  const auto found = lowest_eigenpair(400, second_difference, options);
  EXPECT_GT(found.steps, 100);
  EXPECT_NEAR(found.eigenvalue, 4 * std::pow(std::sin(std::numbers::pi / 802), 2), 1e-13);
  EXPECT_LE(found.residual, 2e-9);
}

TEST(Lanczos, StaysInTheSpaceOfTheStartVector) {
  MatrixXd matrix = MatrixXd::Zero(4, 4);
  matrix.diagonal() << -5, 1, 2, 3;
  LanczosOptions options;
  options.start = {0, 1, 1, 1};
  const auto found = lowest_eigenpair(4, dense(matrix), options);
  EXPECT_NEAR(found.eigenvalue, 1, 1e-13);
  EXPECT_EQ(found.eigenvector[0], 0);
}

TEST(Lanczos, ClosesWhereTheStartIsAnEigenvector) {
  const MatrixXd matrix = 3 * MatrixXd::Identity(50, 50);
  const auto found = lowest_eigenpair(50, dense(matrix));
  EXPECT_NEAR(found.eigenvalue, 3, 1e-13);
  EXPECT_LE(found.steps, 2);
  EXPECT_NEAR(lowest_eigenpair(9, dense(MatrixXd::Zero(9, 9))).eigenvalue, 0, 1e-15);
}

TEST(Lanczos, HasTheSameBitsForAnyNumberOfThreads) {
  LanczosOptions options;
  options.basis = 16;
  options.tolerance = 1e-3;
  const auto one = lowest_eigenpair(20000, second_difference, options);
  set_threads(3);
  const auto three = lowest_eigenpair(20000, second_difference, options);
  set_threads(1);
  EXPECT_EQ(one.eigenvalue, three.eigenvalue);
  EXPECT_EQ(one.eigenvector, three.eigenvector);
  EXPECT_EQ(one.steps, three.steps);
  options.seed = 2;
  EXPECT_NE(lowest_eigenpair(20000, second_difference, options).eigenvector, one.eigenvector);
}

TEST(Lanczos, SaysWhenItHasNotConverged) {
  LanczosOptions options;
  options.max_steps = 20;
  try {
    lowest_eigenpair(5000, second_difference, options);
    ADD_FAILURE();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kNumerics);
    EXPECT_THAT(error.message(), ::testing::HasSubstr("after 20 products"));
    EXPECT_THAT(error.hint(), ::testing::HasSubstr("degenerate"));
  }
  const auto broken = [](std::span<const double>, std::span<double> y) {
    for (double& value : y) value = std::numeric_limits<double>::quiet_NaN();
  };
  try {
    lowest_eigenpair(10, broken);
    ADD_FAILURE();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kNumerics);
    EXPECT_THAT(error.message(), ::testing::HasSubstr("no finite number"));
  }
}

TEST(Lanczos, TakesTheMemoryThatItSays) {
  EXPECT_EQ(lanczos_bytes(std::int64_t{1} << 24), 20U << 27);  // 2.5 GiB
  EXPECT_EQ(lanczos_bytes(2), 6 * 2 * 8U);
}

TEST(Lanczos, SignsVectorsAlikeInSpiteOfRoundOff) {
  std::vector<double> x = {0.1, -0.5, 0.5 * (1 + 1e-12)};
  fix_sign(x);
  EXPECT_GT(x[1], 0);
}

}  // namespace
}  // namespace sengen::linalg
