// SPDX-License-Identifier: Apache-2.0
#include <sengen/linalg/gram.hpp>

#include <algorithm>
#include <span>
#include <utility>
#include <vector>

#include <sengen/core/parallel_for.hpp>

namespace sengen::linalg {

namespace {

// Large enough that packing is cheap beside the product, small enough to feed many threads.
constexpr Eigen::Index kTile = 128;

}  // namespace

Gram::Gram(std::ptrdiff_t columns) : matrix_(Eigen::MatrixXd::Zero(columns, columns)) {}

void Gram::append(const Eigen::Ref<const Eigen::MatrixXd>& rows) {
  const Eigen::Index columns = matrix_.cols();
  std::vector<std::pair<Eigen::Index, Eigen::Index>> tiles;
  for (Eigen::Index j = 0; j < columns; j += kTile) {
    for (Eigen::Index i = 0; i <= j; i += kTile) tiles.emplace_back(i, j);
  }
  parallel_for(0, std::ssize(tiles), [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
    for (std::ptrdiff_t t = begin; t < end; ++t) {
      const auto [i, j] = tiles[static_cast<std::size_t>(t)];
      const Eigen::Index height = std::min(kTile, columns - i);
      const Eigen::Index width = std::min(kTile, columns - j);
      matrix_.block(i, j, height, width).noalias() +=
          rows.middleCols(i, height).transpose() * rows.middleCols(j, width);
    }
  });
}

void Gram::combine(const parallel::Communicator& comm) {
  comm.allreduce(std::span(matrix_.data(), static_cast<std::size_t>(matrix_.size())));
  matrix_.triangularView<Eigen::StrictlyLower>() = matrix_.transpose();
}

}  // namespace sengen::linalg
