// SPDX-License-Identifier: Apache-2.0
// The models of the field on chains and rectangles, periodic or open. Every pair of sites counts
// once: a ring of two sites has one bond, and so has a pair that two ways round the ring join.
//   Heisenberg  H = sum_<ij> S_i . S_j
//   XY          H = sum_<ij> (Sx_i Sx_j + Sy_i Sy_j)
//   J1-J2       H = sum_<ij> S_i . S_j + J2 sum_<<ij>> S_i . S_j; second neighbours: two sites on
//               along a chain, the diagonals of a rectangle
//   TFIM        H = -J sum_<ij> sz_i sz_j - h sum_i sx_i, in Pauli matrices (not S), J = 1
// Site x + columns * y of a rectangle lies in column x of row y.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <sengen/solvers/spin_lattice/hamiltonian.hpp>

namespace sengen::spin_lattice {

struct Lattice {
  int columns = 1;  // sites of a chain
  int rows = 1;
  bool periodic = true;
  int sites() const { return columns * rows; }
};

enum class Model { kHeisenberg, kXy, kTransverseIsing, kJ1J2 };

// parameter: h of TFIM, J2 of J1-J2 (J1 = 1), no meaning otherwise.
Hamiltonian make_hamiltonian(Model model, const Lattice& lattice, double parameter = 0);

struct GroundState {
  double energy = 0;
  std::vector<double> state;  // norm 1, largest component positive
  double residual = 0;        // |H psi - E psi|
  int steps = 0;
};

// By Lanczos. Where H exchanges spins and keeps the magnetisation the search is held to Sz = 0 (1/2
// for an odd number of spins): of the multiplet of an odd Heisenberg chain it takes that member.
// Otherwise it begins at the uniform state, which has a part along the ground state of a
// ferromagnet in a transverse field, and along the even one of the two at h = 0. Where the ground
// state is still degenerate (odd rings, the chain at J2 = 1/2) the seed chooses one, the same every
// time. kNumerics when it does not converge.
GroundState ground_state(const Hamiltonian& hamiltonian, std::uint64_t seed = 1);

// Is the lowest energy of the sector that ground_state searches one state's alone? A second search
// from another seed must find the same state.
bool is_unique(const Hamiltonian& hamiltonian, const GroundState& found, std::uint64_t seed = 2);

// Bytes that ground_state takes.
std::uint64_t ground_state_bytes(int sites);

}  // namespace sengen::spin_lattice
