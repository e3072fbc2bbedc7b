// SPDX-License-Identifier: Apache-2.0
// D2Q9: nine velocities on a square lattice, speed of sound 1/sqrt(3), in lattice units (cell =
// step = 1, rest density = 1). Directions come in opposite pairs (2k-1, 2k). Populations are kept
// as deviations g_i = f_i - w_i from rest, which saves three digits in float (Skordos 1993).
//   g_i^eq = w_i [drho + 3 c.j + (4.5 (c.j)^2 - 1.5 j.j) / rho],  rho = 1 + drho,  j = rho u
#pragma once

#include <array>
#include <cstddef>

namespace sengen::lattice_boltzmann {

using Index = std::ptrdiff_t;

constexpr int kDirections = 9;
// rest, E, W, N, S, NE, SW, SE, NW
constexpr std::array<int, kDirections> kCx{0, 1, -1, 0, 0, 1, -1, 1, -1};
constexpr std::array<int, kDirections> kCy{0, 0, 0, 1, -1, 1, -1, -1, 1};
constexpr std::array<int, kDirections> kOpposite{0, 2, 1, 4, 3, 6, 5, 8, 7};
constexpr std::array<int, kDirections> kMirrorX{0, 2, 1, 3, 4, 8, 7, 6, 5};
constexpr std::array<int, kDirections> kMirrorY{0, 1, 2, 4, 3, 7, 8, 5, 6};
constexpr std::array<double, kDirections> kWeight{4.0 / 9,  1.0 / 9,  1.0 / 9,  1.0 / 9, 1.0 / 9,
                                                  1.0 / 36, 1.0 / 36, 1.0 / 36, 1.0 / 36};
constexpr double kSoundSpeedSquared = 1.0 / 3;

// Density and velocity of a cell.
struct Macroscopic {
  double rho = 1;
  double u = 0;
  double v = 0;
};

using CellPopulations = std::array<double, kDirections>;

// Equilibrium of a cell, as deviations.
constexpr CellPopulations equilibrium(const Macroscopic& m) {
  CellPopulations g{};
  const double square = 1.5 * (m.u * m.u + m.v * m.v);
  for (std::size_t i = 0; i < kDirections; ++i) {
    const double cu = kCx[i] * m.u + kCy[i] * m.v;
    g[i] = kWeight[i] * ((m.rho - 1) + m.rho * (3 * cu + 4.5 * cu * cu - square));
  }
  return g;
}

// Density and velocity of populations under a body force (Guo: half a step of force counts).
constexpr Macroscopic moments(const CellPopulations& g, double force_x, double force_y) {
  double drho = 0;
  double jx = 0.5 * force_x;
  double jy = 0.5 * force_y;
  for (std::size_t i = 0; i < kDirections; ++i) {
    drho += g[i];
    jx += kCx[i] * g[i];
    jy += kCy[i] * g[i];
  }
  return {1 + drho, jx / (1 + drho), jy / (1 + drho)};
}

}  // namespace sengen::lattice_boltzmann
