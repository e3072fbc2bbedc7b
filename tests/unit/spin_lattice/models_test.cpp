// SPDX-License-Identifier: Apache-2.0
// ctest: timeout=900
// Check values: exact diagonalisation of small clusters (origin in tests/data/README.md), and the
// free fermions of the chains that have them.
#include <sengen/solvers/spin_lattice/models.hpp>

#include <bit>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <numbers>
#include <sstream>

#include <gtest/gtest.h>
#include <Eigen/Core>
#include <Eigen/Eigenvalues>
#include <Eigen/SVD>

#include <sengen/core/parallel_for.hpp>
#include <sengen/core/random.hpp>

namespace sengen::spin_lattice {
namespace {

using Eigen::MatrixXcd;
using Eigen::MatrixXd;
using std::numbers::pi;

Lattice chain(int sites, bool periodic = true) { return {sites, 1, periodic}; }

double energy_of(Model model, const Lattice& lattice, double parameter = 0) {
  const GroundState found = ground_state(make_hamiltonian(model, lattice, parameter));
  EXPECT_LE(found.residual, 2e-10);
  return found.energy;
}

MatrixXcd spin(char axis) {
  const std::complex<double> i(0, 1);
  MatrixXcd matrix(2, 2);
  if (axis == 'x') matrix << 0, 1, 1, 0;
  if (axis == 'y') matrix << 0, -i, i, 0;
  if (axis == 'z') matrix << 1, 0, 0, -1;
  return matrix / 2;
}

// One spin's matrix in the space of all; site 0 is the least significant.
MatrixXcd on_site(int site, int sites, char axis) {
  MatrixXcd all = MatrixXcd::Identity(1, 1);
  for (int s = sites; s-- > 0;) {
    const MatrixXcd part = s == site ? spin(axis) : MatrixXcd::Identity(2, 2);
    MatrixXcd next(all.rows() * 2, all.cols() * 2);
    for (Eigen::Index r = 0; r < all.rows(); ++r) {
      for (Eigen::Index c = 0; c < all.cols(); ++c)
        next.block(2 * r, 2 * c, 2, 2) = all(r, c) * part;
    }
    all = next;
  }
  return all;
}

MatrixXcd dense(const Hamiltonian& h) {
  MatrixXcd sum = MatrixXcd::Zero(h.dimension(), h.dimension());
  const auto pair = [&](const Bond& bond, char axis) {
    return MatrixXcd(on_site(bond.a, h.sites, axis) * on_site(bond.b, h.sites, axis));
  };
  for (const Bond& bond : h.bonds) {
    sum += bond.jx * pair(bond, 'x') + bond.jy * pair(bond, 'y') + bond.jz * pair(bond, 'z');
  }
  for (const Field& field : h.fields) {
    sum +=
        field.hx * on_site(field.site, h.sites, 'x') + field.hz * on_site(field.site, h.sites, 'z');
  }
  return sum;
}

TEST(SpinLattice, AppliesWhatTheTermsSay) {
  Hamiltonian h;
  h.sites = 5;
  h.bonds = {{0, 3, 0.3, -0.7, 1.1}, {1, 2, 1, 1, -0.5}, {0, 4, -0.2, 0.4, 0}};
  h.fields = {{2, 0.6, -0.9}, {4, 0, 0.35}};
  const MatrixXcd matrix = dense(h);
  EXPECT_EQ(matrix.imag().cwiseAbs().maxCoeff(), 0);
  std::vector<double> x(32);
  Random(4).fill_normal(x);
  std::vector<double> y(32);
  apply(h, x, y);
  const Eigen::Map<const Eigen::VectorXd> in(x.data(), 32);
  const Eigen::Map<const Eigen::VectorXd> out(y.data(), 32);
  EXPECT_LE((matrix.real() * in - out).cwiseAbs().maxCoeff(), 1e-14);
  EXPECT_NEAR(energy(h, std::span<const double>(x)), in.dot(out), 1e-12);
  std::vector<std::complex<double>> psi(32);
  for (std::size_t i = 0; i < psi.size(); ++i) psi[i] = {x[i], y[31 - i]};
  const Eigen::Map<const Eigen::VectorXcd> state(psi.data(), 32);
  EXPECT_NEAR(energy(h, psi), state.dot(matrix * state).real(), 1e-11);
  EXPECT_FALSE(h.keeps_magnetisation());
}

TEST(SpinLattice, HasTheBondsOfItsLattices) {
  const auto bonds = [](Model model, const Lattice& lattice, double parameter = 1) {
    return make_hamiltonian(model, lattice, parameter).bonds.size();
  };
  EXPECT_EQ(bonds(Model::kHeisenberg, chain(8)), 8U);
  EXPECT_EQ(bonds(Model::kHeisenberg, chain(8, false)), 7U);
  EXPECT_EQ(bonds(Model::kHeisenberg, chain(2)), 1U);
  EXPECT_EQ(bonds(Model::kHeisenberg, {4, 4, true}), 32U);
  EXPECT_EQ(bonds(Model::kHeisenberg, {3, 2, false}), 7U);
  EXPECT_EQ(bonds(Model::kJ1J2, chain(8)), 16U);
  EXPECT_EQ(bonds(Model::kJ1J2, chain(8, false)), 13U);
  EXPECT_EQ(bonds(Model::kJ1J2, chain(4)), 6U);
  EXPECT_EQ(bonds(Model::kJ1J2, {4, 4, true}), 64U);
  EXPECT_EQ(bonds(Model::kJ1J2, {3, 3, false}), 12U + 8U);
}

// model,lattice,boundary,J2_over_J1,energy_total,...
TEST(SpinLattice, AgreesWithTheTableOfExactEnergies) {
  const auto folder = std::filesystem::path(__FILE__).parent_path();
  std::ifstream file(folder / "../../data/spin_lattice_energies.csv");
  ASSERT_TRUE(file);
  int compared = 0;
  std::string line;
  std::getline(file, line);
  while (std::getline(file, line)) {
    std::istringstream cells(line);
    std::string model, lattice, boundary, j2, total;
    for (std::string* cell : {&model, &lattice, &boundary, &j2, &total}) {
      std::getline(cells, *cell, ',');
    }
    Lattice where;
    const std::string size = lattice.substr(lattice.rfind(' ') + 1);
    where.columns = std::stoi(size);
    if (size.find('x') != std::string::npos)
      where.rows = std::stoi(size.substr(size.find('x') + 1));
    where.periodic = boundary == "PBC";
    if (where.sites() > 16) continue;
    const Model kind = model == "XY" ? Model::kXy : Model::kJ1J2;
    EXPECT_NEAR(energy_of(kind, where, std::stod(j2)), std::stod(total), 2e-11) << line;
    ++compared;
  }
  EXPECT_EQ(compared, 18);
}

TEST(SpinLattice, HasTheEnergiesOfFreeFermions) {
  for (const int sites : {4, 8, 10}) {
    EXPECT_NEAR(energy_of(Model::kXy, chain(sites)), -1 / std::sin(pi / sites), 1e-11);
    for (const double h : {0.3, 1.0, 1.7}) {
      double ring = 0;
      for (int k = 0; k < sites; ++k) {
        ring -= std::sqrt(1 + h * h + 2 * h * std::cos((2 * k + 1) * pi / sites));
      }
      EXPECT_NEAR(energy_of(Model::kTransverseIsing, chain(sites), h), ring, 1e-11) << h;
      MatrixXd matrix = h * MatrixXd::Identity(sites, sites);
      matrix.diagonal(1).setOnes();
      const double open = -Eigen::JacobiSVD<MatrixXd>(matrix).singularValues().sum();
      EXPECT_NEAR(energy_of(Model::kTransverseIsing, chain(sites, false), h), open, 1e-11) << h;
    }
  }
}

TEST(SpinLattice, TakesTheEvenStateOfAFerromagnetWithoutField) {
  const GroundState found = ground_state(make_hamiltonian(Model::kTransverseIsing, chain(6), 0));
  EXPECT_NEAR(found.energy, -6, 1e-12);
  EXPECT_NEAR(found.state.front(), std::sqrt(0.5), 1e-10);
  EXPECT_NEAR(found.state.back(), std::sqrt(0.5), 1e-10);
}

TEST(SpinLattice, HoldsOddChainsToTheirMemberOfTheMultiplet) {
  // Open: a doublet, hence one state of Sz = 1/2. A ring: two momenta in that sector.
  const Hamiltonian open = make_hamiltonian(Model::kHeisenberg, chain(5, false));
  const GroundState found = ground_state(open);
  for (std::size_t i = 0; i < found.state.size(); ++i) {
    if (std::popcount(i) == 2) continue;
    EXPECT_EQ(found.state[i], 0) << i;
  }
  EXPECT_NEAR(found.energy,
              Eigen::SelfAdjointEigenSolver<MatrixXd>(dense(open).real()).eigenvalues()(0), 1e-11);
  EXPECT_TRUE(is_unique(open, found));
  const Hamiltonian ring = make_hamiltonian(Model::kHeisenberg, chain(5));
  EXPECT_FALSE(is_unique(ring, ground_state(ring)));
}

TEST(SpinLattice, KnowsADegenerateGroundState) {
  // Majumdar and Ghosh: two dimer states, -3/8 a site.
  const Hamiltonian dimers = make_hamiltonian(Model::kJ1J2, chain(10), 0.5);
  const GroundState found = ground_state(dimers);
  EXPECT_NEAR(found.energy, -3.75, 1e-11);
  EXPECT_FALSE(is_unique(dimers, found));
  EXPECT_EQ(ground_state(dimers).state, found.state);
  const Hamiltonian ring = make_hamiltonian(Model::kHeisenberg, chain(10));
  EXPECT_TRUE(is_unique(ring, ground_state(ring)));
}

TEST(SpinLattice, HasTheSameBitsForAnyNumberOfThreads) {
  const Hamiltonian h = make_hamiltonian(Model::kHeisenberg, chain(14));
  const GroundState one = ground_state(h);
  set_threads(3);
  const GroundState three = ground_state(h);
  const double sum = energy(h, std::span<const double>(one.state));
  set_threads(1);
  EXPECT_EQ(one.state, three.state);
  EXPECT_EQ(sum, energy(h, std::span<const double>(one.state)));
  EXPECT_NEAR(sum, -6.263549533547, 2e-11);
}

}  // namespace
}  // namespace sengen::spin_lattice
