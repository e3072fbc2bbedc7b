// SPDX-License-Identifier: Apache-2.0
// Orthonormal transforms of an image: matrices of lines, both extents powers of two.
#pragma once

#include <Eigen/Core>

namespace sengen::aqce {

using Image = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

// Two-dimensional DCT-II: c(k, n) = sqrt(2 / N) cos(pi k (2 n + 1) / (2 N)), row k = 0 by sqrt(1 /
// N). As products of matrices, N^3: for sides up to some thousands.
Image cosine_transform(const Image& image);
Image inverse_cosine_transform(const Image& coefficients);

// Sums and differences of neighbours by sqrt(2), along lines, then along columns, then again of the
// quarter of the sums, until one value is left.
Image haar_transform(Image image);
Image inverse_haar_transform(Image coefficients);

}  // namespace sengen::aqce
