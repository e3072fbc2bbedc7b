// SPDX-License-Identifier: Apache-2.0
// Geometry of one slab of rows [first, first + rows): which cells are solid, the runs of fluid
// cells of every row, and the links from fluid to solid cells with the fraction q of the link at
// which the wall stands (exact for the disc, 1/2 for a mask).
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include <sengen/solvers/lattice_boltzmann/kernel.hpp>
#include <sengen/solvers/lattice_boltzmann/setup.hpp>

namespace sengen::lattice_boltzmann {

// A direction of a fluid cell that ends in a solid one.
struct Link {
  Index x = 0;
  int direction = 0;
  double wall =
      0.5;  // q in (0, 1]; 1/2 as well where the cell behind has no fluid for interpolation
};

class Geometry {
 public:
  Geometry(const FlowSetup& setup, Index first_row, Index rows);

  Index first_row() const noexcept { return first_row_; }
  Index rows() const noexcept { return rows_; }
  // y counts from the slab's first row.
  bool solid(Index x, Index y) const;
  const std::vector<Run>& runs(Index y) const { return runs_[static_cast<std::size_t>(y)]; }
  const std::vector<Link>& links(Index y) const { return links_[static_cast<std::size_t>(y)]; }
  // Fluid cells of the slab.
  Index fluid_cells() const noexcept { return fluid_cells_; }

 private:
  std::vector<Run> runs_of_row(Index y) const;
  std::vector<Link> links_of_row(Index y) const;

  const FlowSetup& setup_;
  Index first_row_;
  Index rows_;
  Index fluid_cells_ = 0;
  std::vector<std::vector<Run>> runs_;
  std::vector<std::vector<Link>> links_;
};

// Whether the cell is solid; cells beyond a periodic side are those of the other end, cells beyond
// any other side are not solid.
bool is_solid(const FlowSetup& setup, Index x, Index y);

// Cells [left, right) x [bottom, top) hold all solid cells. height: what stands in the stream's
// way, the diameter of the disc or the number of rows that hold solid cells of the mask.
struct SolidExtent {
  Index left = 0;
  Index right = 0;
  Index bottom = 0;
  Index top = 0;
  double height = 0;
};
// Nothing where no cell is solid.
std::optional<SolidExtent> solid_extent(const FlowSetup& setup);

}  // namespace sengen::lattice_boltzmann
