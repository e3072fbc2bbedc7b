// SPDX-License-Identifier: Apache-2.0
// The collision of one row of cells: two relaxation times (Ginzburg, Verhaeghe & d'Humieres 2008)
// with Guo's body force split into even and odd part. Vectorised along x; a cell's bits do not
// depend on its place in a vector.
//   g_i <- g_i - omega+ (g+ - eq+) - omega- (g- - eq-) + (1-omega+/2) F+ + (1-omega-/2) F-
#pragma once

#include <array>
#include <span>

#include <sengen/solvers/lattice_boltzmann/lattice.hpp>

namespace sengen::lattice_boltzmann {

// Neighbouring cells [begin, end) of a row, all fluid.
struct Run {
  Index begin = 0;
  Index end = 0;
};

template <typename Real>
struct RowTask {
  // Where the cell x = 0 finds what comes in and puts what goes out along each direction. As a set
  // the slots of a cell are read and written by that cell alone.
  std::array<const Real*, kDirections> in{};
  std::array<Real*, kDirections> out{};
  const Real* half_even = nullptr;  // omega+ / 2 of every x
  const Real* half_odd = nullptr;   // omega- / 2 of every x
  std::span<const Run> runs;
  Real force_x = 0;
  Real force_y = 0;
};

void collide_row(const RowTask<float>& task);
void collide_row(const RowTask<double>& task);
// The instruction set that collide_row uses here, for logs: "AVX3_ZEN4", ...
const char* instruction_set();

}  // namespace sengen::lattice_boltzmann
