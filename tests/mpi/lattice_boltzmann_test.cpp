// SPDX-License-Identifier: Apache-2.0
// The flow over all ranks against the same flow on one: equal bit for bit.
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <string>
#include <vector>

#include <unistd.h>

#include <gtest/gtest.h>

#include <sengen/core/error.hpp>
#include <sengen/solvers/lattice_boltzmann/solver.hpp>

#include "mpi_main.hpp"

namespace sengen::lattice_boltzmann {
namespace {

using parallel::Communicator;

FlowSetup wake() {
  FlowSetup setup;
  setup.nx = 70;
  setup.ny = 43;
  setup.viscosity = 0.02;
  setup.circle = Circle{25.3, 20.8, 11};  // rows 15..26: on slab edges of 2, 3 and 4 ranks
  setup.left = {SideKind::kVelocity, 0.1, 0, {}};
  setup.right = {SideKind::kPressure, 0.1, 0, {}};
  setup.bottom = {SideKind::kFreeStream, 0.1, 0, {}};
  setup.top = {SideKind::kFreeSlip, 0, 0, {}};
  setup.sponge = {10, 15, 4, 6, 0.1};
  setup.probes = {{40, 20}, {50, 32}, {60, 2}};
  setup.measure_force = true;
  setup.check_interval = 40;
  return setup;
}

// A box with periodic or wall sides, solids across the slab edges, and a body force.
FlowSetup porous(SideKind columns, SideKind rows) {
  FlowSetup setup;
  setup.nx = 40;
  setup.ny = 31;
  setup.viscosity = 0.05;
  setup.force_x = 1e-5;
  setup.force_y = 2e-6;
  setup.left.kind = setup.right.kind = columns;
  setup.bottom.kind = setup.top.kind = rows;
  setup.mask.assign(40 * 31, 0);
  for (Index y = 6; y < 28; ++y) {
    for (Index x = 8; x < 30; ++x) {
      if ((x * 7 + y * 13) % 11 < 3) setup.mask[static_cast<std::size_t>(y * 40 + x)] = 1;
    }
  }
  setup.measure_force = true;
  return setup;
}

Macroscopic start(double x, double y) {
  return {1 + 1e-3 * std::sin(0.3 * x + 0.7 * y), 0.06 + 0.02 * std::cos(0.2 * y),
          0.02 * std::sin(0.4 * x)};
}

void expect_equal(Solver& all, Solver& one, const std::string& what) {
  const FlowSetup& setup = all.setup();
  for (const Window& window : {Window{0, 0, setup.nx, setup.ny, 1}, Window{3, 2, 11, 9, 3}}) {
    const Fields a = all.fields(window);
    const Fields b = one.fields(window);
    if (Communicator::world().is_root()) {
      EXPECT_EQ(a.rho, b.rho) << what;
      EXPECT_EQ(a.u, b.u) << what;
      EXPECT_EQ(a.v, b.v) << what;
      EXPECT_GT(*std::max_element(a.u.begin(), a.u.end()), 1e-3) << what;
    }
    EXPECT_EQ(all.solid(window), one.solid(window));
  }
  ASSERT_EQ(all.forces().size(), one.forces().size());
  for (std::size_t n = 0; n < all.forces().size(); ++n) {
    ASSERT_EQ(all.forces()[n].x, one.forces()[n].x) << what << ", step " << n;
    ASSERT_EQ(all.forces()[n].y, one.forces()[n].y) << what << ", step " << n;
  }
  ASSERT_EQ(all.probes().size(), one.probes().size());
  for (std::size_t n = 0; n < all.probes().size(); ++n) {
    ASSERT_EQ(all.probes()[n].u, one.probes()[n].u) << what;
    ASSERT_EQ(all.probes()[n].v, one.probes()[n].v) << what;
  }
  EXPECT_EQ(all.excess_mass(), one.excess_mass()) << what;
  EXPECT_EQ(all.fluid_cells(), one.fluid_cells());
}

TEST(LatticeBoltzmann, IsBitwiseEqualForAnyNumberOfRanks) {
  const Communicator world = Communicator::world();
  const Communicator self = Communicator::self();
  std::vector<std::pair<std::string, FlowSetup>> cases{{"wake", wake()}};
  for (const SideKind columns : {SideKind::kPeriodic, SideKind::kNoSlip, SideKind::kFreeSlip}) {
    for (const SideKind rows : {SideKind::kPeriodic, SideKind::kNoSlip, SideKind::kFreeStream}) {
      cases.emplace_back("sides " + std::to_string(static_cast<int>(columns)) + " and " +
                             std::to_string(static_cast<int>(rows)),
                         porous(columns, rows));
    }
  }
  for (const auto& [name, setup] : cases) {
    for (const Precision precision : {Precision::kFloat, Precision::kDouble}) {
      auto all = make_solver(world, setup, precision, start);
      auto one = make_solver(self, setup, precision, start);
      for (const int steps : {1, 120}) {
        all->advance(steps);
        one->advance(steps);
        expect_equal(*all, *one, name);
      }
    }
  }
}

TEST(LatticeBoltzmann, DivergesAlikeOnEveryRank) {
  const Communicator world = Communicator::world();
  FlowSetup setup;
  setup.nx = setup.ny = 40;
  setup.viscosity = 0.01;
  setup.check_interval = 10;
  auto solver = make_solver(world, setup, Precision::kFloat, [](double x, double y) {
    return Macroscopic{x > 20 && x < 24 && y > 30 ? 9.0 : 1.0, 0, 0};
  });
  std::string message = "no error";
  try {
    solver->advance(100);
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kNumerics);
    message = error.what();
  }
  EXPECT_NE(message, "no error");
  EXPECT_EQ(message, world.broadcast(message));
}

TEST(LatticeBoltzmann, GoesOnFromARestartFileWithAnotherNumberOfRanks) {
  const Communicator world = Communicator::world();
  const Communicator self = Communicator::self();
  const std::string folder = world.broadcast(
      (std::filesystem::temp_directory_path() / ("sengen-lbm-" + std::to_string(getpid())))
          .string());
  if (world.is_root()) std::filesystem::create_directories(folder);
  world.barrier();
  const std::filesystem::path shared = std::filesystem::path(folder) / "all.h5";
  const std::filesystem::path own =
      std::filesystem::path(folder) / ("rank" + std::to_string(world.rank()) + ".h5");
  const FlowSetup setup = wake();
  auto reference = make_solver(self, setup, Precision::kFloat, start);
  reference->advance(77);

  auto all = make_solver(world, setup, Precision::kFloat, start);
  all->advance(40);
  all->save(shared);
  auto one = make_solver(self, setup, Precision::kFloat, uniform_state(0, 0));
  one->load(shared);
  EXPECT_EQ(one->step(), 40);
  one->advance(11);
  one->save(own);
  // Every rank reads rank 0's file: all are the same.
  auto again = make_solver(world, setup, Precision::kFloat, uniform_state(0, 0));
  world.barrier();
  again->load(std::filesystem::path(folder) / "rank0.h5");
  again->advance(26);
  EXPECT_EQ(again->step(), 77);
  expect_equal(*again, *reference, "restarted twice");

  FlowSetup other = setup;
  other.viscosity = 0.03;
  auto stranger = make_solver(world, other, Precision::kFloat, start);
  std::string message = "accepted";
  try {
    stranger->load(shared);
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kInput);
    message = error.message();
  }
  EXPECT_NE(message.find("viscosity is 0.02 there and 0.03 here"), std::string::npos) << message;
  world.barrier();
  if (world.is_root()) std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace sengen::lattice_boltzmann
