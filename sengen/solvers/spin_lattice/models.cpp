// SPDX-License-Identifier: Apache-2.0
#include <sengen/solvers/spin_lattice/models.hpp>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>

#include <sengen/core/random.hpp>
#include <sengen/linalg/lanczos.hpp>

namespace sengen::spin_lattice {

namespace {

constexpr std::uint64_t kStartStream = 0x7370696e;  // "spin"

class BondList {
 public:
  explicit BondList(const Lattice& lattice) : lattice_(lattice) {}

  // From every site to the one that lies this far away, if it is there.
  void add(int columns, int rows, const Bond& couplings) {
    for (int y = 0; y < lattice_.rows; ++y) {
      for (int x = 0; x < lattice_.columns; ++x) add_pair(x, y, x + columns, y + rows, couplings);
    }
  }
  std::vector<Bond> bonds;

 private:
  void add_pair(int x, int y, int other_x, int other_y, const Bond& couplings) {
    const auto wrapped = [&](int& at, int extent) {
      const bool inside = at >= 0 && at < extent;
      at = (at + extent) % extent;
      return inside || lattice_.periodic;
    };
    if (!wrapped(other_x, lattice_.columns) || !wrapped(other_y, lattice_.rows)) return;
    Bond bond = couplings;
    const int from = x + lattice_.columns * y;
    const int to = other_x + lattice_.columns * other_y;
    bond.a = std::min(from, to);
    bond.b = std::max(from, to);
    if (bond.a == bond.b || std::find(bonds.begin(), bonds.end(), bond) != bonds.end()) return;
    bonds.push_back(bond);
  }
  const Lattice& lattice_;
};

// Does H exchange spins and keep their sum? One that is diagonal keeps it too, but has its ground
// state anywhere.
bool has_sector(const Hamiltonian& hamiltonian) {
  const auto exchanges = [](const Bond& bond) { return bond.jx != 0; };
  return hamiltonian.keeps_magnetisation() &&
         std::any_of(hamiltonian.bonds.begin(), hamiltonian.bonds.end(), exchanges);
}

// Sz = 0 or 1/2 where H has such a sector, else everything alike.
std::vector<double> start_vector(const Hamiltonian& hamiltonian, std::uint64_t seed) {
  const auto dimension = static_cast<std::uint64_t>(hamiltonian.dimension());
  if (!has_sector(hamiltonian)) return std::vector<double>(dimension, 1.0);
  std::vector<double> start(dimension);
  const Random random(seed, kStartStream);
  const int down = hamiltonian.sites / 2;
  for (std::uint64_t i = 0; i < dimension; ++i) {
    if (std::popcount(i) == down) start[i] = random.normal(i);
  }
  return start;
}

}  // namespace

Hamiltonian make_hamiltonian(Model model, const Lattice& lattice, double parameter) {
  Hamiltonian hamiltonian;
  hamiltonian.sites = lattice.sites();
  BondList list(lattice);
  Bond near{0, 0, 1, 1, 1};
  if (model == Model::kXy) near.jz = 0;
  // sz sz = 4 Sz Sz, sx = 2 Sx.
  if (model == Model::kTransverseIsing) near = {0, 0, 0, 0, -4};
  list.add(1, 0, near);
  list.add(0, 1, near);
  if (model == Model::kJ1J2 && parameter != 0) {
    const Bond far{0, 0, parameter, parameter, parameter};
    if (lattice.rows == 1) {
      list.add(2, 0, far);
    } else {
      list.add(1, 1, far);
      list.add(1, -1, far);
    }
  }
  hamiltonian.bonds = std::move(list.bonds);
  if (model == Model::kTransverseIsing) {
    for (int site = 0; site < hamiltonian.sites; ++site) {
      hamiltonian.fields.push_back({site, -2 * parameter, 0});
    }
  }
  return hamiltonian;
}

GroundState ground_state(const Hamiltonian& hamiltonian, std::uint64_t seed) {
  linalg::LanczosOptions options;
  options.start = start_vector(hamiltonian, seed);
  auto found = linalg::lowest_eigenpair(
      hamiltonian.dimension(),
      [&](std::span<const double> x, std::span<double> y) { apply(hamiltonian, x, y); }, options);
  return {found.eigenvalue, std::move(found.eigenvector), found.residual, found.steps};
}

bool is_unique(const Hamiltonian& hamiltonian, const GroundState& found, std::uint64_t seed) {
  if (!has_sector(hamiltonian)) return true;  // Perron and Frobenius, for h > 0
  const GroundState other = ground_state(hamiltonian, seed);
  return std::abs(linalg::blocked_dot(found.state, other.state)) > 1 - 1e-6;
}

std::uint64_t ground_state_bytes(int sites) {
  // The start vector and the result beside what Lanczos needs.
  const auto bytes = static_cast<std::uint64_t>(sizeof(double)) << sites;
  return linalg::lanczos_bytes(std::int64_t{1} << sites) + 2 * bytes;
}

}  // namespace sengen::spin_lattice
