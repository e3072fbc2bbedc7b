// SPDX-License-Identifier: Apache-2.0
// Hamiltonians of spins 1/2 as lists of terms,
//   H = sum_bonds (jx Sx_a Sx_b + jy Sy_a Sy_b + jz Sz_a Sz_b) + sum_fields (hx Sx_s + hz Sz_s),
// S = sigma / 2, real symmetric in the basis of Sz. Site s is bit s of a state's index (site 0 the
// least significant), bit 0 is spin up. No matrix is stored: apply() walks over the terms.
#pragma once

#include <complex>
#include <cstdint>
#include <span>
#include <vector>

namespace sengen::spin_lattice {

// Of two different sites.
struct Bond {
  int a = 0;
  int b = 1;
  double jx = 0;
  double jy = 0;
  double jz = 0;
  friend bool operator==(const Bond&, const Bond&) = default;
};

struct Field {
  int site = 0;
  double hx = 0;
  double hz = 0;
};

struct Hamiltonian {
  int sites = 0;
  std::vector<Bond> bonds;
  std::vector<Field> fields;

  std::int64_t dimension() const { return std::int64_t{1} << sites; }
  // Does H keep the number of up spins?
  bool keeps_magnetisation() const;
};

// y = H x, both of 2^sites, on all threads; the bits do not depend on their number.
void apply(const Hamiltonian& hamiltonian, std::span<const double> x, std::span<double> y);

// <psi|H|psi> of a state of 2^sites amplitudes; not divided by <psi|psi>. The same on any number of
// threads.
double energy(const Hamiltonian& hamiltonian, std::span<const double> psi);
double energy(const Hamiltonian& hamiltonian, std::span<const std::complex<double>> psi);

}  // namespace sengen::spin_lattice
