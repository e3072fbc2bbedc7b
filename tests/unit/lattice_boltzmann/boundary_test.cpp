// SPDX-License-Identifier: Apache-2.0
// Every kind of side alone, through the solver.
#include <cmath>
#include <functional>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sengen/core/error.hpp>
#include <sengen/core/parallel_for.hpp>
#include <sengen/solvers/lattice_boltzmann/solver.hpp>

namespace sengen::lattice_boltzmann {
namespace {

const parallel::Communicator kSelf = parallel::Communicator::self();

FlowSetup box(Index nx, Index ny) {
  FlowSetup setup;
  setup.nx = nx;
  setup.ny = ny;
  setup.viscosity = 0.05;
  return setup;
}

Fields whole(Solver& solver) {
  return solver.fields({0, 0, solver.setup().nx, solver.setup().ny, 1});
}

double at(const std::vector<double>& field, const Fields& fields, Index x, Index y) {
  return field[static_cast<std::size_t>(y * fields.nx + x)];
}

// A vortex and a bump of pressure off the centre.
Macroscopic blob(double x, double y) {
  const double shape = std::exp(-((x - 9) * (x - 9) + (y - 6) * (y - 6)) / 8);
  return {1 + 0.01 * shape, -0.01 * (y - 6) * shape, 0.01 * (x - 9) * shape};
}

TEST(Periodic, TranslatedStartGivesTranslatedFlowBitForBit) {
  const FlowSetup setup = box(24, 20);
  const auto shifted = [](double x, double y) {
    return blob(std::fmod(x + 7, 24.0), std::fmod(y + 11, 20.0));
  };
  for (const auto precision : {Precision::kFloat, Precision::kDouble}) {
    auto a = make_solver(kSelf, setup, precision, blob);
    auto b = make_solver(kSelf, setup, precision, shifted);
    a->advance(31);
    b->advance(31);
    const Fields fa = whole(*a);
    const Fields fb = whole(*b);
    for (Index y = 0; y < 20; ++y) {
      for (Index x = 0; x < 24; ++x) {
        ASSERT_EQ(at(fb.u, fb, x, y), at(fa.u, fa, (x + 7) % 24, (y + 11) % 20));
        ASSERT_EQ(at(fb.rho, fb, x, y), at(fa.rho, fa, (x + 7) % 24, (y + 11) % 20));
      }
    }
  }
}

TEST(FreeSlip, IsTheMirrorOfADoubledPeriodicDomain) {
  FlowSetup half = box(16, 12);
  half.bottom.kind = half.top.kind = half.left.kind = half.right.kind = SideKind::kFreeSlip;
  FlowSetup doubled = box(32, 24);
  const auto mirrored = [](double x, double y) {
    const bool right = x > 15.5, up = y > 11.5;
    Macroscopic m = blob(right ? 31 - x : x, up ? 23 - y : y);
    if (right) m.u = -m.u;
    if (up) m.v = -m.v;
    return m;
  };
  auto a = make_solver(kSelf, half, Precision::kDouble, blob);
  auto b = make_solver(kSelf, doubled, Precision::kDouble, mirrored);
  for (const int steps : {1, 60}) {
    a->advance(steps);
    b->advance(steps);
    const Fields fa = whole(*a);
    const Fields fb = whole(*b);
    for (Index y = 0; y < 12; ++y) {
      for (Index x = 0; x < 16; ++x) {
        ASSERT_NEAR(at(fb.u, fb, x, y), at(fa.u, fa, x, y), 1e-15) << x << ' ' << y;
        ASSERT_NEAR(at(fb.v, fb, x, y), at(fa.v, fa, x, y), 1e-15) << x << ' ' << y;
        ASSERT_NEAR(at(fb.rho, fb, x, y), at(fa.rho, fa, x, y), 1e-14) << x << ' ' << y;
      }
    }
  }
}

TEST(FreeSlip, WorksBesidePeriodicSidesToo) {
  for (const bool along_x : {true, false}) {
    FlowSetup half = along_x ? box(20, 12) : box(12, 20);
    (along_x ? half.bottom : half.left).kind = SideKind::kFreeSlip;
    (along_x ? half.top : half.right).kind = SideKind::kFreeSlip;
    const double slide_u = along_x ? 0.05 : 0;
    const double slide_v = along_x ? 0 : 0.05;
    auto solver = make_solver(kSelf, half, Precision::kDouble, uniform_state(slide_u, slide_v));
    solver->advance(50);
    const Fields f = whole(*solver);
    for (const double u : f.u) ASSERT_NEAR(u, slide_u, 1e-14);
    for (const double v : f.v) ASSERT_NEAR(v, slide_v, 1e-14);
  }
}

TEST(ClosedBoxes, KeepTheirMass) {
  for (const SideKind kind : {SideKind::kNoSlip, SideKind::kFreeSlip, SideKind::kPeriodic}) {
    FlowSetup setup = box(20, 16);
    setup.left.kind = setup.right.kind = setup.bottom.kind = setup.top.kind = kind;
    setup.mask.assign(320, 0);
    setup.mask[8 * 20 + 10] = setup.mask[8 * 20 + 11] = setup.mask[9 * 20 + 10] = 1;
    auto solver = make_solver(kSelf, setup, Precision::kDouble, blob);
    const double before = solver->excess_mass();
    solver->advance(301);
    EXPECT_NEAR(solver->excess_mass(), before, 1e-11) << static_cast<int>(kind);
    EXPECT_GT(before, 0.1);
  }
}

TEST(NoSlip, MovingWallDrivesAnExactCouetteFlow) {
  for (const bool along_x : {true, false}) {
    FlowSetup setup = along_x ? box(6, 10) : box(10, 6);
    setup.viscosity = 1.0 / 6;
    (along_x ? setup.bottom : setup.left).kind = SideKind::kNoSlip;
    Side& lid = along_x ? setup.top : setup.right;
    lid.kind = SideKind::kNoSlip;
    (along_x ? lid.u : lid.v) = 0.1;
    auto solver = make_solver(kSelf, setup, Precision::kDouble, uniform_state(0, 0));
    solver->advance(6000);
    const Fields f = whole(*solver);
    for (Index k = 0; k < 10; ++k) {
      const double expected = 0.1 * (static_cast<double>(k) + 0.5) / 10;
      ASSERT_NEAR(along_x ? at(f.u, f, 3, k) : at(f.v, f, k, 3), expected, 1e-12);
    }
  }
}

// A channel between slip walls in each of four directions: what goes in is the given flux.
TEST(VelocityAndPressure, CarryTheGivenFluxInEveryDirection) {
  for (int turn = 0; turn < 4; ++turn) {
    const bool along_x = turn % 2 == 0;
    const double speed = turn < 2 ? 0.08 : -0.08;
    FlowSetup setup = along_x ? box(16, 10) : box(10, 16);
    setup.viscosity = 0.2;  // sound between the two ends dies in some hundred steps
    const Side in{SideKind::kVelocity, along_x ? speed : 0, along_x ? 0 : speed, {}};
    const Side out{SideKind::kPressure, 0, 0, {}};
    Side& low = along_x ? setup.left : setup.bottom;
    Side& high = along_x ? setup.right : setup.top;
    low = speed > 0 ? in : out;
    high = speed > 0 ? out : in;
    (along_x ? setup.bottom : setup.left).kind = SideKind::kFreeSlip;
    (along_x ? setup.top : setup.right).kind = SideKind::kFreeSlip;
    auto solver = make_solver(kSelf, setup, Precision::kDouble, uniform_state(0, 0));
    solver->advance(20000);
    const Fields f = whole(*solver);
    for (std::size_t k = 0; k < f.u.size(); ++k) {
      ASSERT_NEAR(f.u[k], along_x ? speed : 0, 1e-8) << "turn " << turn;
      ASSERT_NEAR(f.v[k], along_x ? 0 : speed, 1e-8) << "turn " << turn;
      ASSERT_NEAR(f.rho[k], 1, 1e-8) << "turn " << turn;
    }
  }
}

TEST(Velocity, CarriesAProfileThroughAChannelWithWalls) {
  constexpr double kSpeed = 0.05, kViscosity = 0.1;
  FlowSetup setup = box(80, 20);
  setup.viscosity = kViscosity;
  const auto parabola = [](double y) { return kSpeed * 4 * (y + 0.5) / 20 * (1 - (y + 0.5) / 20); };
  setup.left.kind = SideKind::kVelocity;
  for (Index y = 0; y < 20; ++y) setup.left.profile.push_back(parabola(static_cast<double>(y)));
  setup.right.kind = SideKind::kPressure;
  setup.bottom.kind = setup.top.kind = SideKind::kNoSlip;
  const double slope = -3 * 8 * kViscosity * kSpeed / 400;  // of density: rho = 3 p
  const auto start = [&](double x, double y) {
    return Macroscopic{1 + slope * (x - 79), parabola(y), 0};
  };
  auto solver = make_solver(kSelf, setup, Precision::kDouble, start);
  solver->advance(20000);
  const Fields f = whole(*solver);
  double in = 0, out = 0;
  for (Index y = 0; y < 20; ++y) {
    in += at(f.rho, f, 1, y) * at(f.u, f, 1, y);
    out += at(f.rho, f, 78, y) * at(f.u, f, 78, y);
    const double expected = setup.left.profile[static_cast<std::size_t>(y)];
    EXPECT_NEAR(at(f.u, f, 0, y), expected, 1e-12);
    EXPECT_NEAR(at(f.u, f, 40, y), expected, 0.02 * kSpeed);
  }
  EXPECT_NEAR(out / in, 1, 1e-4);
  EXPECT_NEAR((at(f.rho, f, 60, 10) - at(f.rho, f, 20, 10)) / 40 / slope, 1, 0.03);
}

TEST(FreeStream, LetsSoundOut) {
  // What is left of a pressure pulse after it has crossed the domain, against a closed box.
  const auto left_over = [](SideKind kind) {
    FlowSetup setup = box(60, 60);
    const Side side{kind, 0, 0, {}};
    setup.left = setup.right = setup.bottom = setup.top = side;
    const auto pulse = [](double x, double y) {
      const double r = (x - 29.5) * (x - 29.5) + (y - 29.5) * (y - 29.5);
      return Macroscopic{1 + 0.01 * std::exp(-r / 20), 0, 0};
    };
    auto solver = make_solver(kSelf, setup, Precision::kDouble, pulse);
    solver->advance(180);
    double sum = 0;
    for (const double rho : whole(*solver).rho) sum += (rho - 1) * (rho - 1);
    return std::sqrt(sum);
  };
  EXPECT_LT(left_over(SideKind::kFreeStream), 0.2 * left_over(SideKind::kNoSlip));
}

TEST(FreeStream, KeepsAUniformFlow) {
  FlowSetup setup = box(20, 20);
  setup.left = setup.right = setup.bottom = setup.top = {SideKind::kFreeStream, 0.08, -0.03, {}};
  auto solver = make_solver(kSelf, setup, Precision::kDouble, uniform_state(0.08, -0.03));
  solver->advance(200);
  const Fields f = whole(*solver);
  for (const double u : f.u) ASSERT_NEAR(u, 0.08, 1e-14);
  for (const double v : f.v) ASSERT_NEAR(v, -0.03, 1e-14);
}

TEST(Solids, MayTouchWallsAndCrossPeriodicSides) {
  // A block on the wall is the same as the channel cut there; a block across the periodic side the
  // same as one in the middle.
  FlowSetup middle = box(24, 16);
  middle.force_x = 1e-5;
  middle.bottom.kind = middle.top.kind = SideKind::kNoSlip;
  middle.measure_force = true;
  FlowSetup across = middle;
  middle.mask.assign(24 * 16, 0);
  across.mask.assign(24 * 16, 0);
  for (Index y = 0; y < 5; ++y) {
    for (Index x = 10; x < 14; ++x) {
      middle.mask[static_cast<std::size_t>(y * 24 + x)] = 1;
      across.mask[static_cast<std::size_t>(y * 24 + (x + 12) % 24)] = 1;
    }
  }
  auto a = make_solver(kSelf, middle, Precision::kDouble, uniform_state(0, 0));
  auto b = make_solver(kSelf, across, Precision::kDouble, uniform_state(0, 0));
  a->advance(400);
  b->advance(400);
  const Fields fa = whole(*a);
  const Fields fb = whole(*b);
  for (Index y = 0; y < 16; ++y) {
    for (Index x = 0; x < 24; ++x) {
      ASSERT_EQ(at(fa.u, fa, x, y), at(fb.u, fb, (x + 12) % 24, y));
    }
  }
  EXPECT_EQ(a->forces().back().x, b->forces().back().x);
  EXPECT_GT(a->forces().back().x, 0);
}

TEST(Fields, BoxAveragesLeaveSolidCellsOut) {
  FlowSetup setup = box(32, 24);
  setup.circle = Circle{16, 12, 9};
  setup.probes = {{5, 7}, {20, 6}};
  auto solver = make_solver(kSelf, setup, Precision::kDouble, blob);
  solver->advance(3);
  const Fields fine = solver->fields({4, 4, 24, 18, 1});
  const Fields coarse = solver->fields({4, 4, 8, 6, 3});
  const auto solid = solver->solid({4, 4, 8, 6, 3});
  int empty = 0;
  for (Index y = 0; y < 6; ++y) {
    for (Index x = 0; x < 8; ++x) {
      double sum = 0;
      int count = 0;
      for (Index k = 0; k < 9; ++k) {
        const double rho = at(fine.rho, fine, 3 * x + k % 3, 3 * y + k / 3);
        if (rho == 0) continue;
        sum += at(fine.u, fine, 3 * x + k % 3, 3 * y + k / 3);
        ++count;
      }
      empty += count == 0;
      EXPECT_EQ(solid[static_cast<std::size_t>(y * 8 + x)], count == 0);
      EXPECT_NEAR(at(coarse.u, coarse, x, y), count == 0 ? 0 : sum / count, 1e-16);
    }
  }
  EXPECT_GT(empty, 0);
  const auto& probes = solver->probes();
  ASSERT_EQ(probes.size(), 6U);
  EXPECT_EQ(probes[4].u, at(fine.u, fine, 1, 3));
  EXPECT_EQ(probes[5].u, at(fine.u, fine, 16, 2));
}

TEST(Threads, DoNotChangeABit) {
  FlowSetup setup = box(70, 41);
  setup.circle = Circle{30, 20.3, 11};
  setup.left = {SideKind::kVelocity, 0.1, 0, {}};
  setup.right = {SideKind::kPressure, 0.1, 0, {}};
  setup.bottom = {SideKind::kFreeStream, 0.1, 0, {}};
  setup.top = {SideKind::kFreeSlip, 0, 0, {}};
  setup.sponge = {10, 20, 5, 5, 0.1};
  setup.measure_force = true;
  std::vector<Fields> results;
  std::vector<Force> forces;
  for (const int count : {1, 2, 3}) {
    set_threads(count);
    auto solver =
        make_solver(kSelf, setup, Precision::kFloat, potential_flow(*setup.circle, 0.1, 0.1));
    solver->advance(501);
    results.push_back(whole(*solver));
    forces.push_back(solver->forces().back());
  }
  set_threads(1);
  for (std::size_t k = 1; k < results.size(); ++k) {
    EXPECT_EQ(results[k].u, results[0].u);
    EXPECT_EQ(results[k].rho, results[0].rho);
    EXPECT_EQ(forces[k].x, forces[0].x);
    EXPECT_EQ(forces[k].y, forces[0].y);
  }
  EXPECT_NE(forces[0].y, 0);
}

}  // namespace
}  // namespace sengen::lattice_boltzmann
