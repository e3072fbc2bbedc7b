// SPDX-License-Identifier: Apache-2.0
// Boundaries of one slab, as passes after the collision of all its rows: each sets what comes into
// fluid cells from outside, through Populations::incoming. Order: halo or periodic rows, mirror and
// wall rows at bottom and top, then row by row the left and right sides and the links to solids,
// at last regularised bottom and top. Corners belong to bottom and top, except beside regularised
// or periodic left and right sides.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include <sengen/parallel/communicator.hpp>
#include <sengen/solvers/lattice_boltzmann/geometry.hpp>
#include <sengen/solvers/lattice_boltzmann/populations.hpp>

namespace sengen::lattice_boltzmann {

// Force on the solids in one step, as exact integers (core/exact_sum.hpp).
struct ExactForce {
  std::int64_t x = 0;
  std::int64_t y = 0;
};

template <typename Real>
class Boundaries {
 public:
  Boundaries(const parallel::Communicator& comm, const FlowSetup& setup, const Geometry& geometry);

  // One step's passes. Returns this slab's force on solids by momentum exchange: c_i (what left
  // along the link + what came back), with the pressure counted from the rest pressure 1/3, which
  // makes no difference for a body surrounded by fluid. Collective.
  ExactForce apply(Populations<Real>& populations);

 private:
  using Cell = std::array<Index, 2>;

  void exchange_halo(Populations<Real>& populations);
  void apply_row_side(Populations<Real>& populations, const Side& side, bool top) const;
  void apply_column_side(Populations<Real>& populations, const Side& side, bool right,
                         Index y) const;
  void wrap_columns(Populations<Real>& populations, Index y) const;
  ExactForce apply_links(Populations<Real>& populations, Index y) const;
  // The normal points into the domain.
  template <int kNormalX, int kNormalY>
  void regularise(Populations<Real>& populations, const Side& side, Cell cell,
                  std::size_t place) const;
  // Whether rows below 0 / above the last are outside the domain (no neighbour slab there).
  bool beyond(Index y) const { return (y < 0 && at_bottom_) || (y >= rows_ && at_top_); }

  const parallel::Communicator& comm_;
  const FlowSetup& setup_;
  const Geometry& geometry_;
  Index rows_;
  bool at_bottom_;  // this slab ends at a bottom / top side that is not periodic
  bool at_top_;
  int below_;  // neighbour ranks
  int above_;
  std::vector<Real> outbox_;
  std::vector<Real> inbox_;
};

extern template class Boundaries<float>;
extern template class Boundaries<double>;

}  // namespace sengen::lattice_boltzmann
