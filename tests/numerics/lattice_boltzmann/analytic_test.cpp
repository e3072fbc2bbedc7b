// SPDX-License-Identifier: Apache-2.0
// Flows with known solutions: order of convergence and exactness.
#include <cmath>
#include <numbers>

#include <gtest/gtest.h>

#include <sengen/solvers/lattice_boltzmann/solver.hpp>

namespace sengen::lattice_boltzmann {
namespace {

const parallel::Communicator kSelf = parallel::Communicator::self();

// Relative L2 error of the velocity of a Taylor-Green vortex after its speed has halved, with the
// step shrinking as the square of the cell (constant viscosity in lattice units).
double taylor_green_error(Index n, Precision precision) {
  FlowSetup setup;
  setup.nx = setup.ny = n;
  setup.viscosity = 0.06;
  const double k = 2 * std::numbers::pi / static_cast<double>(n);
  const double speed = 0.64 / static_cast<double>(n);
  const auto exact = [&](double x, double y, double decay) {
    const double a = k * (x + 0.5), b = k * (y + 0.5);
    const double u = speed * decay;
    return Macroscopic{1 - 0.75 * u * u * (std::cos(2 * a) + std::cos(2 * b)),
                       -u * std::cos(a) * std::sin(b), u * std::sin(a) * std::cos(b)};
  };
  auto solver = make_solver(
      kSelf, setup, precision, [&](double x, double y) { return exact(x, y, 1); }, true);
  const double rate = 2 * setup.viscosity * k * k;
  const auto steps = static_cast<std::int64_t>(std::lround(std::log(2.0) / rate));
  solver->advance(steps);
  const Fields f = solver->fields({0, 0, n, n, 1});
  double error = 0, norm = 0;
  for (Index y = 0; y < n; ++y) {
    for (Index x = 0; x < n; ++x) {
      const auto place = static_cast<std::size_t>(y * n + x);
      const Macroscopic m = exact(static_cast<double>(x), static_cast<double>(y),
                                  std::exp(-rate * static_cast<double>(steps)));
      error += std::pow(f.u[place] - m.u, 2) + std::pow(f.v[place] - m.v, 2);
      norm += m.u * m.u + m.v * m.v;
    }
  }
  return std::sqrt(error / norm);
}

TEST(TaylorGreen, ConvergesWithSecondOrder) {
  const double e32 = taylor_green_error(32, Precision::kDouble);
  const double e64 = taylor_green_error(64, Precision::kDouble);
  const double e128 = taylor_green_error(128, Precision::kDouble);
  EXPECT_GE(std::log2(e32 / e64), 1.9) << e32 << ' ' << e64;
  EXPECT_GE(std::log2(e64 / e128), 1.9) << e64 << ' ' << e128;
  EXPECT_LT(e64, 5e-4);
}

TEST(TaylorGreen, FloatIsAsGoodAsDouble) {
  EXPECT_NEAR(taylor_green_error(64, Precision::kFloat), taylor_green_error(64, Precision::kDouble),
              2e-4);
}

// Largest error of a Poiseuille flow driven by a body force, relative to its largest speed.
double poiseuille_error(bool along_x, double magic, double viscosity) {
  constexpr Index kHeight = 13;
  FlowSetup setup;
  setup.nx = along_x ? 4 : kHeight;
  setup.ny = along_x ? kHeight : 4;
  setup.viscosity = viscosity;
  setup.magic = magic;
  const double force = 1e-6;
  (along_x ? setup.force_x : setup.force_y) = force;
  (along_x ? setup.bottom : setup.left).kind = SideKind::kNoSlip;
  (along_x ? setup.top : setup.right).kind = SideKind::kNoSlip;
  auto solver = make_solver(kSelf, setup, Precision::kDouble, uniform_state(0, 0));
  solver->advance(static_cast<std::int64_t>(30 * 13 * 13 / viscosity / 9.8) * 1);
  const Fields f = solver->fields({0, 0, setup.nx, setup.ny, 1});
  double error = 0, largest = 0;
  for (Index k = 0; k < kHeight; ++k) {
    const double y = static_cast<double>(k) + 0.5;
    const double exact = force / (2 * viscosity) * y * (static_cast<double>(kHeight) - y);
    const auto place = static_cast<std::size_t>(along_x ? k * setup.nx + 1 : setup.nx + k);
    error = std::max(error, std::abs((along_x ? f.u : f.v)[place] - exact));
    largest = std::max(largest, exact);
  }
  return error / largest;
}

TEST(Poiseuille, IsExactWithWallsMidLink) {
  for (const bool along_x : {true, false}) {
    for (const double viscosity : {0.02, 0.2, 1.0}) {
      EXPECT_LT(poiseuille_error(along_x, 3.0 / 16, viscosity), 1e-10) << viscosity;
    }
  }
  // The same test sees that another magic number moves the wall.
  EXPECT_GT(poiseuille_error(true, 1.0 / 4, 0.2), 1e-3);
}

TEST(Poiseuille, WallShearBalancesTheForceOnASolidBlock) {
  // A channel in a periodic box, its walls a mask: the force on the mask is that on the fluid.
  FlowSetup setup;
  setup.nx = 8;
  setup.ny = 20;
  setup.viscosity = 0.1;
  setup.force_x = 1e-5;
  setup.measure_force = true;
  setup.mask.assign(160, 0);
  for (std::size_t k = 0; k < 24; ++k) setup.mask[k] = 1;
  for (const Precision precision : {Precision::kFloat, Precision::kDouble}) {
    auto solver = make_solver(kSelf, setup, precision, uniform_state(0, 0));
    solver->advance(20000);
    const double driving = setup.force_x * static_cast<double>(solver->fluid_cells());
    EXPECT_NEAR(solver->forces().back().x / driving, 1,
                precision == Precision::kDouble ? 1e-8 : 2e-3);
    EXPECT_NEAR(solver->forces().back().y, 0, 1e-6);
  }
}

}  // namespace
}  // namespace sengen::lattice_boltzmann
