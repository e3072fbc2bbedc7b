// SPDX-License-Identifier: Apache-2.0
#include <sengen/solvers/lattice_boltzmann/setup.hpp>

#include <cmath>
#include <functional>
#include <limits>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sengen/core/error.hpp>
#include <sengen/solvers/lattice_boltzmann/geometry.hpp>
#include <sengen/solvers/lattice_boltzmann/solver.hpp>

namespace sengen::lattice_boltzmann {
namespace {

FlowSetup wake() {
  FlowSetup setup;
  setup.nx = 120;
  setup.ny = 60;
  setup.viscosity = 0.02;
  setup.circle = Circle{30, 29.5, 10};
  setup.left = {SideKind::kVelocity, 0.1, 0, {}};
  setup.right = {SideKind::kPressure, 0.1, 0, {}};
  setup.bottom = setup.top = {SideKind::kFreeStream, 0.1, 0, {}};
  return setup;
}

// The message of the usage error that validate() throws after this change of a good setup.
std::string refusal(const std::function<void(FlowSetup&)>& change, int ranks = 1) {
  FlowSetup setup = wake();
  validate(setup, Precision::kFloat, ranks);
  change(setup);
  try {
    validate(setup, Precision::kFloat, ranks);
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kUsage);
    return error.message();
  }
  return "accepted";
}

using testing::HasSubstr;

TEST(FlowSetup, RefusesARelaxationTimeNearOneHalf) {
  EXPECT_THAT(refusal([](FlowSetup& s) { s.viscosity = 1e-4; }),
              HasSubstr("relaxation time 0.5003"));
  EXPECT_THAT(refusal([](FlowSetup& s) { s.viscosity = -1; }), HasSubstr("relaxation time -2.5"));
  EXPECT_THAT(refusal([](FlowSetup& s) { s.viscosity = std::nan(""); }),
              HasSubstr("relaxation time"));
}

TEST(FlowSetup, RefusesAMachNumberAboveTheLimit) {
  EXPECT_THAT(refusal([](FlowSetup& s) { s.left.u = 0.18; }), HasSubstr("Mach number 0.3118"));
  EXPECT_THAT(refusal([](FlowSetup& s) { s.speed = 0.2; }), HasSubstr("Mach number"));
  EXPECT_THAT(refusal([](FlowSetup& s) { s.left.profile.assign(60, 0.25); }),
              HasSubstr("Mach number"));
}

TEST(FlowSetup, RefusesBodiesOutsideTheDomainOrTooNearToOpenSides) {
  EXPECT_THAT(refusal([](FlowSetup& s) { s.circle->x = 3; }), HasSubstr("cylinder at (3, 29.5)"));
  EXPECT_THAT(refusal([](FlowSetup& s) { s.circle->y = 58; }), HasSubstr("domain of 120 x 60"));
  EXPECT_THAT(refusal([](FlowSetup& s) { s.circle->x = 7; }), HasSubstr("3 cells off open sides"));
  EXPECT_THAT(refusal([](FlowSetup& s) { s.circle->diameter = 1; }), HasSubstr("diameter 1"));
  EXPECT_THAT(refusal([](FlowSetup& s) { s.mask.assign(100, 0); }),
              HasSubstr("mask has 100 cells"));
  EXPECT_THAT(refusal([](FlowSetup& s) {
                s.mask.assign(7200, 0);
                s.mask[120 * 5 + 1] = 1;
              }),
              HasSubstr("solid cell (1, 5)"));
}

TEST(FlowSetup, RefusesSidesThatDoNotFitTogether) {
  EXPECT_THAT(refusal([](FlowSetup& s) { s.left = {}; }), HasSubstr("periodic"));
  EXPECT_THAT(refusal([](FlowSetup& s) { s.top.kind = SideKind::kPressure; }), HasSubstr("corner"));
  EXPECT_THAT(refusal([](FlowSetup& s) { s.left.profile = {0.1, 0.1}; }),
              HasSubstr("left side: profile has 2 values, expected 60"));
  EXPECT_THAT(refusal([](FlowSetup& s) { s.top = {SideKind::kNoSlip, 0, 0.1, {}}; }),
              HasSubstr("top wall moves through itself"));
}

TEST(FlowSetup, RefusesTooManyRanksProbesOutsideAndOddNumbers) {
  EXPECT_THAT(refusal([](FlowSetup&) {}, 30), "accepted");
  EXPECT_THAT(refusal(
                  [](FlowSetup& s) {
                    s.ny = 59;
                    s.circle->y = 29;
                  },
                  30),
              HasSubstr("30 ranks"));
  EXPECT_THAT(refusal([](FlowSetup& s) { s.probes = {{120, 3}}; }), HasSubstr("probe (120, 3)"));
  EXPECT_THAT(refusal([](FlowSetup& s) { s.magic = 0; }), HasSubstr("magic number 0"));
  EXPECT_THAT(refusal([](FlowSetup& s) { s.sponge.left = -1; }), HasSubstr("sponge thickness -1"));
  EXPECT_THAT(refusal([](FlowSetup& s) { s.nx = 2; }), HasSubstr("2 x 60 cells"));
}

TEST(FlowSetup, RefusesMoreMemoryThanTheMachineHas) {
  FlowSetup setup = wake();
  setup.nx = setup.ny = 100000000;
  try {
    validate(setup, Precision::kDouble, 1);
    FAIL() << "accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kResource);
    EXPECT_THAT(error.message(), HasSubstr("GB"));
  }
}

TEST(FlowSetup, WarnsOfSidewaysSoundResonance) {
  FlowSetup setup = wake();
  EXPECT_TRUE(warnings(setup).empty());
  setup.bottom.kind = setup.top.kind = SideKind::kFreeSlip;
  setup.ny = 170;
  ASSERT_EQ(warnings(setup).size(), 1U);
  EXPECT_THAT(warnings(setup)[0], HasSubstr("resonance"));
}

// A block of solid cells in place of the disc.
FlowSetup block(Index left, Index right, Index bottom, Index top) {
  FlowSetup setup = wake();
  setup.circle.reset();
  setup.mask.assign(static_cast<std::size_t>(setup.nx * setup.ny), 0);
  for (Index y = bottom; y < top; ++y) {
    for (Index x = left; x < right; ++x) setup.mask[static_cast<std::size_t>(y * setup.nx + x)] = 1;
  }
  return setup;
}

TEST(FlowSetup, WarnsOfResonanceForMasksToo) {
  FlowSetup setup = block(30, 38, 26, 34);
  setup.ny = 136;  // 17 heights of the block
  setup.mask.resize(static_cast<std::size_t>(setup.nx * setup.ny), 0);
  EXPECT_TRUE(warnings(setup).empty());
  setup.bottom.kind = setup.top.kind = SideKind::kFreeSlip;
  ASSERT_EQ(warnings(setup).size(), 1U);
  EXPECT_THAT(warnings(setup)[0], HasSubstr("height 17 D"));
}

TEST(FlowSetup, WarnsOfASpongeAtTheBody) {
  for (FlowSetup setup : {wake(), block(25, 35, 25, 35)}) {
    setup.sponge.left = 24;
    EXPECT_TRUE(warnings(setup).empty());
    setup.sponge.left = 27;
    ASSERT_EQ(warnings(setup).size(), 1U);
    EXPECT_THAT(warnings(setup)[0], HasSubstr("a sponge reaches the body"));
  }
}

TEST(Geometry, KnowsWhatStandsInTheWay) {
  const auto disc = solid_extent(wake());
  ASSERT_TRUE(disc);
  const FlowSetup plain = block(20, 24, 10, 40);
  const auto wall = solid_extent(plain);
  ASSERT_TRUE(wall);
  EXPECT_EQ(wall->left, 20);
  EXPECT_EQ(wall->right, 24);
  EXPECT_EQ(wall->bottom, 10);
  EXPECT_EQ(wall->top, 40);
  EXPECT_EQ(wall->height, 30);
  FlowSetup none = wake();
  none.circle.reset();
  EXPECT_FALSE(solid_extent(none));
  const FlowSetup setup = wake();
  EXPECT_EQ(disc->height, setup.circle->diameter);
  for (Index x = disc->left - 1; x <= disc->right; ++x) {
    bool any = false;
    for (Index y = 0; y < setup.ny; ++y) any = any || is_solid(setup, x, y);
    const bool beyond = x < disc->left || x >= disc->right;
    const bool edge = x == disc->left || x == disc->right - 1;  // none where y falls between cells
    EXPECT_TRUE(any != beyond || edge) << x;
  }
}

TEST(FlowSetup, RefusesAProbeInsideTheBody) {
  EXPECT_THAT(refusal([](FlowSetup& s) { s.probes = {{30, 30}}; }), HasSubstr("inside the body"));
}

TEST(FlowSetup, RefusesMoreRanksThanRowsAllow) {
  EXPECT_THAT(refusal([](FlowSetup& s) { s.ny = 40; }, 21), HasSubstr("fewer than 2"));
}

TEST(FlowSetup, FingerprintNoticesEveryChange) {
  const auto original = fingerprint(wake());
  const std::vector<std::function<void(FlowSetup&)>> changes{
      [](FlowSetup& s) { s.nx += 1; },           [](FlowSetup& s) { s.viscosity *= 2; },
      [](FlowSetup& s) { s.top.u = 0; },         [](FlowSetup& s) { s.circle->x += 1; },
      [](FlowSetup& s) { s.mask = {1}; },        [](FlowSetup& s) { s.left.profile = {0.1}; },
      [](FlowSetup& s) { s.probes = {{1, 2}}; }, [](FlowSetup& s) { s.measure_force = true; },
      [](FlowSetup& s) { s.sponge.top = 3; },    [](FlowSetup& s) { s.force_x = 1; }};
  for (std::size_t k = 0; k < changes.size(); ++k) {
    FlowSetup setup = wake();
    changes[k](setup);
    EXPECT_NE(fingerprint(setup), original) << "change " << k;
  }
}

TEST(Window, MustLieInsideTheDomain) {
  const FlowSetup setup = wake();
  validate(Window{0, 0, 60, 30, 2}, setup);
  for (const Window& window : {Window{0, 0, 61, 30, 2}, Window{-1, 0, 5, 5, 1},
                               Window{0, 55, 5, 6, 1}, Window{0, 0, 0, 5, 1}}) {
    EXPECT_THROW(validate(window, setup), Error);
  }
}

TEST(Geometry, FindsTheExactWallOfADisc) {
  FlowSetup setup = wake();
  setup.circle = Circle{30.2, 29.7, 11.3};
  const Geometry geometry(setup, 0, setup.ny);
  std::size_t links = 0;
  for (Index y = 0; y < setup.ny; ++y) {
    for (const Link& link : geometry.links(y)) {
      ++links;
      const auto k = static_cast<std::size_t>(link.direction);
      EXPECT_FALSE(geometry.solid(link.x, y));
      EXPECT_TRUE(geometry.solid(link.x + kCx[k], y + kCy[k]));
      const double dx = static_cast<double>(link.x) + link.wall * kCx[k] - 30.2;
      const double dy = static_cast<double>(y) + link.wall * kCy[k] - 29.7;
      EXPECT_NEAR(std::hypot(dx, dy), 5.65, 1e-12);
    }
  }
  EXPECT_GT(links, 80U);
  const double area = static_cast<double>(setup.nx * setup.ny - geometry.fluid_cells());
  EXPECT_NEAR(area, M_PI * 5.65 * 5.65, 6);
}

TEST(Geometry, SlabsAreCutsOfTheWhole) {
  FlowSetup setup = wake();
  setup.mask.assign(static_cast<std::size_t>(setup.nx * setup.ny), 0);
  for (Index x = 60; x < 70; ++x) setup.mask[static_cast<std::size_t>(20 * setup.nx + x)] = 1;
  const Geometry whole(setup, 0, setup.ny);
  Index fluid = 0;
  for (const auto& [first, rows] : {std::pair<Index, Index>{0, 20}, {20, 13}, {33, 27}}) {
    const Geometry slab(setup, first, rows);
    fluid += slab.fluid_cells();
    for (Index y = 0; y < rows; ++y) {
      ASSERT_EQ(slab.links(y).size(), whole.links(first + y).size());
      for (std::size_t k = 0; k < slab.links(y).size(); ++k) {
        EXPECT_EQ(slab.links(y)[k].x, whole.links(first + y)[k].x);
        EXPECT_EQ(slab.links(y)[k].wall, whole.links(first + y)[k].wall);
      }
      ASSERT_EQ(slab.runs(y).size(), whole.runs(first + y).size());
    }
  }
  EXPECT_EQ(fluid, whole.fluid_cells());
}

TEST(Geometry, InterpolatesOnlyWhereThereIsFluidBehind) {
  FlowSetup setup = wake();
  setup.mask.assign(static_cast<std::size_t>(setup.nx * setup.ny), 0);
  for (Index y = 0; y < setup.ny; ++y) {
    if (y > 5 && y < 50) setup.mask[static_cast<std::size_t>(y * setup.nx + 24)] = 1;
  }
  const Geometry geometry(setup, 0, setup.ny);
  // Row 29: the disc begins at x = 25.5 .. , the mask stands at x = 24: no cell between has both.
  for (const Link& link : geometry.links(29)) {
    const auto k = static_cast<std::size_t>(link.direction);
    if (geometry.solid(link.x - kCx[k], 29 - kCy[k])) {
      EXPECT_EQ(link.wall, 0.5);
    }
  }
}

TEST(Vortex, BreaksTheSymmetryOfAnyStart) {
  const InitialState flow = with_vortex(uniform_state(0.1, 0), {0, 0, 10}, 0.02);
  EXPECT_EQ(flow(0, 0).u, 0.1) << "nothing is changed inside the disc";
  EXPECT_GT(std::abs(flow(20, 0).v), 0.015);
  EXPECT_NEAR(flow(-40, 0).v, 0, 1e-12);
  double fastest = 0;
  for (double y = -30; y <= 30; y += 0.25) {
    for (double x = 6; x <= 40; x += 0.25) {
      fastest = std::max(fastest, std::hypot(flow(x, y).u - 0.1, flow(x, y).v));
    }
  }
  EXPECT_NEAR(fastest, 0.02, 1e-4);
}

TEST(PotentialFlow, IsSymmetricWithoutAKickAndObeysBernoulli) {
  const InitialState flow = potential_flow({0, 0, 10}, 0.1, 0);
  EXPECT_NEAR(flow(0, 5.000001).u, 0.2, 1e-6);
  EXPECT_NEAR(flow(-5.000001, 0).u, 0, 1e-6);
  EXPECT_NEAR(flow(-5.000001, 0).rho, 1 + 1.5 * 0.01, 1e-6);
  EXPECT_DOUBLE_EQ(flow(7, 3).v, -flow(7, -3).v);
  EXPECT_NEAR(flow(1e6, 0).u, 0.1, 1e-9);
  const InitialState kicked = potential_flow({0, 0, 10}, 0.1, 0.2);
  EXPECT_GT(std::abs(kicked(20, 0).v - flow(20, 0).v), 0.015);
}

}  // namespace
}  // namespace sengen::lattice_boltzmann
