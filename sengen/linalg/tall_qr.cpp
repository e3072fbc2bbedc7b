// SPDX-License-Identifier: Apache-2.0
#include <sengen/linalg/tall_qr.hpp>

#include <algorithm>
#include <cmath>
#include <span>

#include <sengen/core/parallel_for.hpp>

namespace sengen::linalg {

namespace {

using Eigen::Index;
using Eigen::MatrixXd;

constexpr Index kPanel = 32;         // columns whose reflections are applied together
constexpr Index kTile = 64;          // columns of the rest that a thread updates at once
constexpr Index kRowsAtOnce = 2000;  // rows of a panel: it stays in the second-level cache

// Eliminates `rows` (panel columns only) under the diagonal block `top` of the triangle. A
// reflection is I - tau (e_j; v_j)(e_j; v_j)^T: only row j of the triangle takes part, so that the
// vectors' upper halves are the identity. v_j is left in column j of rows; the product of all
// reflections is I - V T V^T with T upper triangular, returned.
MatrixXd factor_panel(Eigen::Ref<MatrixXd> top, Eigen::Ref<MatrixXd> rows) {
  const Index width = top.cols();
  MatrixXd t = MatrixXd::Zero(width, width);
  for (Index j = 0; j < width; ++j) {
    auto v = rows.col(j);
    const double below = v.norm();
    const double above = top(j, j);
    if (below == 0.0) continue;  // nothing to eliminate: tau = 0
    const double diagonal = -std::copysign(std::hypot(above, below), above);
    const double tau = (diagonal - above) / diagonal;
    v /= above - diagonal;
    top(j, j) = diagonal;
    const Index rest = width - j - 1;
    if (rest > 0) {
      const Eigen::RowVectorXd w =
          tau * (top.row(j).tail(rest) + v.transpose() * rows.rightCols(rest));
      top.row(j).tail(rest) -= w;
      rows.rightCols(rest).noalias() -= v * w;
    }
    t(j, j) = tau;
    if (j > 0) {
      const Eigen::VectorXd overlap = rows.leftCols(j).transpose() * v;
      t.col(j).head(j) = -tau * (t.topLeftCorner(j, j) * overlap);
    }
  }
  return t;
}

}  // namespace

TallQr::TallQr(std::ptrdiff_t columns) : triangle_(MatrixXd::Zero(columns, columns)) {}

void TallQr::append(Eigen::Ref<MatrixXd> rows) {
  for (Index begin = 0; begin < rows.rows(); begin += kRowsAtOnce) {
    eliminate(rows.middleRows(begin, std::min(kRowsAtOnce, rows.rows() - begin)));
  }
}

void TallQr::eliminate(Eigen::Ref<MatrixXd> rows) {
  const Index columns = triangle_.cols();
  MatrixXd panel;
  for (Index begin = 0; begin < columns; begin += kPanel) {
    const Index width = std::min(kPanel, columns - begin);
    panel = rows.middleCols(begin, width);  // contiguous: the panel is walked many times
    const MatrixXd t = factor_panel(triangle_.block(begin, begin, width, width), panel);
    const Index first = begin + width;
    const Index tiles = (columns - first + kTile - 1) / kTile;
    parallel_for(0, tiles, [&](std::ptrdiff_t tile_begin, std::ptrdiff_t tile_end) {
      MatrixXd w;
      for (Index tile = tile_begin; tile < tile_end; ++tile) {
        const Index column = first + tile * kTile;
        const Index count = std::min(kTile, columns - column);
        auto above = triangle_.block(begin, column, width, count);
        auto below = rows.middleCols(column, count);
        w = above;
        w.noalias() += panel.transpose() * below;
        w = t.transpose() * w;
        above -= w;
        below.noalias() -= panel * w;
      }
    });
  }
}

void TallQr::combine(const parallel::Communicator& comm) {
  const std::span<double> mine(triangle_.data(), static_cast<std::size_t>(triangle_.size()));
  for (int stride = 1; stride < comm.size(); stride *= 2) {
    if (comm.rank() % (2 * stride) != 0) {
      comm.send(std::as_bytes(mine), comm.rank() - stride);
      return;
    }
    if (comm.rank() + stride >= comm.size()) continue;
    MatrixXd other(triangle_.rows(), triangle_.cols());
    const std::span<double> theirs(other.data(), static_cast<std::size_t>(other.size()));
    comm.receive(std::as_writable_bytes(theirs), comm.rank() + stride);
    append(other);
  }
}

}  // namespace sengen::linalg
