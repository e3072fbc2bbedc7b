// SPDX-License-Identifier: Apache-2.0
// Populations of one slab of rows in ONE array (AA pattern, Bailey et al. 2009): a step reads and
// writes the same nine slots of a cell, and what the slots mean alternates from step to step.
//   natural:  slot (i, y, x) is the population that comes into (y, x) along i
//   swapped:  that population lies in slot (opposite i, y - cy, x - cx)
// incoming() and outgoing() hide this, so boundaries are written once. One ghost cell all around.
#pragma once

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <new>

#include <sys/mman.h>

#include <sengen/core/error.hpp>
#include <sengen/core/parallel_for.hpp>
#include <sengen/solvers/lattice_boltzmann/lattice.hpp>

namespace sengen::lattice_boltzmann {

template <typename Real>
class Populations {
 public:
  Populations(Index nx, Index ny) : stride_(stride(nx)), ny_(ny) {
    constexpr std::size_t kHugePage = std::size_t{1} << 21;
    const auto needed = static_cast<std::size_t>(bytes(nx, ny + 2));
    const std::size_t size = (needed + kHugePage - 1) / kHugePage * kHugePage;
    data_.reset(static_cast<Real*>(std::aligned_alloc(kHugePage, size)));
    if (!data_) throw Error(ErrorKind::kResource, "not enough memory for the populations");
    madvise(data_.get(), size, MADV_HUGEPAGE);  // a wish; works as well without
    // The thread that will work on a row touches it first: memory near its core.
    parallel_for(0, ny, [&](Index begin, Index end) {
      const Index first = begin == 0 ? -1 : begin;
      const Index last = end == ny ? ny + 1 : end;
      Real* from = data_.get() + (first + 1) * kDirections * stride_;
      std::fill(from, from + (last - first) * kDirections * stride_, Real{0});
    });
  }

  Index ny() const noexcept { return ny_; }
  // The first cell of row y in slot i; y in [-1, ny].
  Real* row(int i, Index y) const noexcept {
    return data_.get() + ((y + 1) * kDirections + i) * stride_ + kFront;
  }
  bool natural() const noexcept { return natural_; }
  void swap_meaning() noexcept { natural_ = !natural_; }

  // Pointer to the population that comes into (y, x) along i in the next step. Rows are contiguous
  // in x.
  Real* incoming(int i, Index y, Index x) const noexcept {
    const auto k = static_cast<std::size_t>(i);
    return natural_ ? row(i, y) + x : row(kOpposite[k], y - kCy[k]) + (x - kCx[k]);
  }
  // Pointer to what left (y, x) along i in the last step: the same as incoming one cell further.
  Real* outgoing(int i, Index y, Index x) const noexcept {
    const auto k = static_cast<std::size_t>(i);
    return incoming(i, y + kCy[k], x + kCx[k]);
  }

  static double bytes(Index nx, Index rows) {
    return static_cast<double>(rows * kDirections * stride(nx)) * sizeof(Real);
  }

 private:
  struct Free {
    void operator()(Real* p) const noexcept { std::free(p); }
  };
  static constexpr Index kLine = 64 / static_cast<Index>(sizeof(Real));
  static constexpr Index kFront = kLine;  // holds the left ghost and keeps x = 0 aligned

  // An odd number of cache lines: the nine streams of a row fall into different cache sets. Behind
  // the right ghost there is room for one vector, so that no masked tail leaves its row.
  static Index stride(Index nx) {
    const Index lines = (kFront + nx + 1 + kLine + kLine - 1) / kLine;
    return (lines | 1) * kLine;
  }

  Index stride_;
  Index ny_;
  std::unique_ptr<Real, Free> data_;
  bool natural_ = true;
};

}  // namespace sengen::lattice_boltzmann
