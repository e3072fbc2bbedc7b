// SPDX-License-Identifier: Apache-2.0
// Singular values and vectors of square matrices by Jacobi's method, without the QR decomposition
// that comes before it for others: the same numbers, and the compiler is spared a third of its
// work.
#pragma once

#include <Eigen/SVD>

namespace sengen::linalg {

template <class Matrix>
using SquareSvd = Eigen::JacobiSVD<Matrix, Eigen::NoQRPreconditioner>;

}  // namespace sengen::linalg
