// SPDX-License-Identifier: Apache-2.0
// Gates on matrix product states: the sites of a pair and between it as one block, and back.
#include <algorithm>
#include <cmath>

#include <sengen/circuits/mps.hpp>
#include <sengen/circuits/mps_split.hpp>

namespace sengen::circuits {

namespace {

// 2^k matrices of k sites, index bit 0 the first site.
using Block = std::vector<Matrix>;

void append(Block& block, const SiteTensor& site) {
  Block longer;
  longer.reserve(2 * block.size());
  for (const Matrix& right : site) {
    for (const Matrix& left : block) longer.push_back(left * right);
  }
  block = std::move(longer);
}

// On the first and the last site of a block.
void act(Block& block, const Matrix4& u, bool is_real) {
  const std::size_t last = block.size() / 2;
  for (std::size_t middle = 0; middle < last; middle += 2) {
    const std::array<std::size_t, 4> places = {middle, middle + 1, middle + last,
                                               middle + last + 1};
    std::array<Matrix, 4> after;
    for (int a = 0; a < 4; ++a) {
      Matrix& sum = after[static_cast<std::size_t>(a)];
      sum = Matrix::Zero(block[0].rows(), block[0].cols());
      for (int b = 0; b < 4; ++b) {
        const Complex factor = is_real ? Complex(u(a, b).real()) : u(a, b);
        if (factor != 0.0) sum += factor * block[places[static_cast<std::size_t>(b)]];
      }
    }
    for (std::size_t a = 0; a < 4; ++a) block[places[a]] = std::move(after[a]);
  }
}

// Rows: the first site's bit and the left bond. Columns: the other bits and the right bond.
Matrix by_first(const Block& block) {
  const Eigen::Index rows = block[0].rows(), cols = block[0].cols();
  Matrix all(2 * rows, static_cast<Eigen::Index>(block.size() / 2) * cols);
  for (std::size_t i = 0; i < block.size(); ++i) {
    all.block(static_cast<Eigen::Index>(i % 2) * rows, static_cast<Eigen::Index>(i / 2) * cols,
              rows, cols) = block[i];
  }
  return all;
}

// Rows: all bits but the last site's and the left bond. Columns: the last bit and the right bond.
Matrix by_last(const Block& block) {
  const Eigen::Index rows = block[0].rows(), cols = block[0].cols();
  const std::size_t half = block.size() / 2;
  Matrix all(static_cast<Eigen::Index>(half) * rows, 2 * cols);
  for (std::size_t i = 0; i < block.size(); ++i) {
    all.block(static_cast<Eigen::Index>(i % half) * rows,
              static_cast<Eigen::Index>(i / half) * cols, rows, cols) = block[i];
  }
  return all;
}

struct Piece {
  SiteTensor site;
  double lost;
};

// Takes the first site off as a left-orthogonal tensor; the rest stays in the block.
Piece take_first(Block& block, const Truncation& truncation, bool is_real) {
  const Eigen::Index rows = block[0].rows(), cols = block[0].cols();
  Split parts = split(by_first(block), truncation, Isometry::kLeft, is_real);
  block.resize(block.size() / 2);
  for (std::size_t i = 0; i < block.size(); ++i) {
    block[i] = parts.right.middleCols(static_cast<Eigen::Index>(i) * cols, cols);
  }
  return {{parts.left.topRows(rows), parts.left.bottomRows(rows)}, parts.lost};
}

Piece take_last(Block& block, const Truncation& truncation, bool is_real) {
  const Eigen::Index rows = block[0].rows(), cols = block[0].cols();
  Split parts = split(by_last(block), truncation, Isometry::kRight, is_real);
  block.resize(block.size() / 2);
  for (std::size_t i = 0; i < block.size(); ++i) {
    block[i] = parts.left.middleRows(static_cast<Eigen::Index>(i) * rows, rows);
  }
  return {{parts.right.leftCols(cols), parts.right.rightCols(cols)}, parts.lost};
}

}  // namespace

void MatrixProductState::apply(const Pair& pair, const Matrix4& u, const Truncation& truncation,
                               bool to_low) {
  move_centre(std::clamp(centre_, pair.low, pair.high));
  Block block = {site(pair.low)[0], site(pair.low)[1]};
  for (int q = pair.low + 1; q <= pair.high; ++q) append(block, site(q));
  act(block, u, is_real_);
  int first = pair.low, last = pair.high;
  while (first < last) {
    Piece piece =
        to_low ? take_last(block, truncation, is_real_) : take_first(block, truncation, is_real_);
    at(to_low ? last-- : first++) = std::move(piece.site);
    loss_.weight += piece.lost;
    loss_.distance += std::sqrt(piece.lost);
  }
  at(first) = {std::move(block[0]), std::move(block[1])};
  centre_ = first;
}

}  // namespace sengen::circuits
