// SPDX-License-Identifier: Apache-2.0
#include "picture_transform.hpp"

#include <cmath>
#include <numbers>
#include <tuple>
#include <utility>
#include <vector>

namespace sengen::aqce {

namespace {

using Eigen::Index;

Image cosines(Index n) {
  Image matrix(n, n);
  const auto count = static_cast<double>(n);
  for (Index k = 0; k < n; ++k) {
    const double scale = std::sqrt((k == 0 ? 1 : 2) / count);
    for (Index i = 0; i < n; ++i) {
      const auto phase = static_cast<double>(k * (2 * i + 1) % (4 * n));
      matrix(k, i) = scale * std::cos(std::numbers::pi * phase / (2 * count));
    }
  }
  return matrix;
}

// One step on the leading n entries of a line or column: sums first, differences behind them.
template <typename Line>
void split(Line line, Index n) {
  const Eigen::VectorXd old = line.head(n);
  for (Index i = 0; i < n / 2; ++i) {
    line(i) = (old(2 * i) + old(2 * i + 1)) * std::numbers::sqrt2 / 2;
    line(n / 2 + i) = (old(2 * i) - old(2 * i + 1)) * std::numbers::sqrt2 / 2;
  }
}

template <typename Line>
void join(Line line, Index n) {
  const Eigen::VectorXd old = line.head(n);
  for (Index i = 0; i < n / 2; ++i) {
    line(2 * i) = (old(i) + old(n / 2 + i)) * std::numbers::sqrt2 / 2;
    line(2 * i + 1) = (old(i) - old(n / 2 + i)) * std::numbers::sqrt2 / 2;
  }
}

Index half(Index n) { return n > 1 ? n / 2 : 1; }

}  // namespace

Image cosine_transform(const Image& image) {
  return cosines(image.rows()) * image * cosines(image.cols()).transpose();
}

Image inverse_cosine_transform(const Image& coefficients) {
  return cosines(coefficients.rows()).transpose() * coefficients * cosines(coefficients.cols());
}

Image haar_transform(Image image) {
  Index rows = image.rows();
  Index columns = image.cols();
  for (; rows > 1 || columns > 1; rows = half(rows), columns = half(columns)) {
    if (columns > 1) {
      for (Index y = 0; y < rows; ++y) split(image.row(y), columns);
    }
    if (rows > 1) {
      for (Index x = 0; x < columns; ++x) split(image.col(x), rows);
    }
  }
  return image;
}

Image inverse_haar_transform(Image coefficients) {
  std::vector<std::pair<Index, Index>> sizes;
  Index rows = coefficients.rows();
  Index columns = coefficients.cols();
  for (; rows > 1 || columns > 1; rows = half(rows), columns = half(columns)) {
    sizes.emplace_back(rows, columns);
  }
  for (; !sizes.empty(); sizes.pop_back()) {
    std::tie(rows, columns) = sizes.back();
    if (rows > 1) {
      for (Index x = 0; x < columns; ++x) join(coefficients.col(x), rows);
    }
    if (columns > 1) {
      for (Index y = 0; y < rows; ++y) join(coefficients.row(y), columns);
    }
  }
  return coefficients;
}

}  // namespace sengen::aqce
