// SPDX-License-Identifier: Apache-2.0
// Flows that diverge are told in time: a cell near the place where it began, finite numbers, the
// cause.
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sengen/core/error.hpp>
#include <sengen/solvers/lattice_boltzmann/solver.hpp>

namespace sengen::lattice_boltzmann {
namespace {

const parallel::Communicator kSelf = parallel::Communicator::self();

FlowSetup box(Index nx, Index ny) {
  FlowSetup setup;
  setup.nx = nx;
  setup.ny = ny;
  return setup;
}

TEST(Divergence, IsFoundAndNamesCellStepAndCause) {
  FlowSetup setup = box(64, 64);
  setup.viscosity = 2.5e-4;
  setup.check_interval = 50;
  const auto rough = [](double x, double y) {
    return Macroscopic{1, 0.45 * std::sin(1.9 * x + 0.3 * y), 0.45 * std::cos(2.3 * y + x * y)};
  };
  auto solver = make_solver(kSelf, setup, Precision::kFloat, rough);
  try {
    solver->advance(20000);
    FAIL() << "did not diverge";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kNumerics);
    EXPECT_THAT(error.message(), testing::HasSubstr("in cell ("));
    EXPECT_THAT(error.message(), testing::ContainsRegex("at step [1-9] "));
    EXPECT_THAT(error.hint(), testing::HasSubstr("relaxation time"));
  }
}

// The cell that a diverging flow's message names, in its words.
std::string place_of_divergence(const FlowSetup& setup, const InitialState& start,
                                std::string& hint) {
  auto solver = make_solver(kSelf, setup, Precision::kFloat, start);
  try {
    solver->advance(20000);
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kNumerics);
    hint = error.hint();
    const std::string text = error.message();
    EXPECT_EQ(text.find("nan"), std::string::npos) << text;
    EXPECT_EQ(text.find("inf"), std::string::npos) << text;
    return text.substr(text.find(" in cell (") + 10);
  }
  return "nowhere";
}

TEST(Divergence, IsNamedWhereItBegan) {
  FlowSetup setup = box(128, 96);
  setup.viscosity = 2.5e-4;
  // Calm but for a storm about (90, 31).
  const auto storm = [](double x, double y) {
    const double near = std::exp(-((x - 90) * (x - 90) + (y - 31) * (y - 31)) / 18);
    return Macroscopic{1, 0.02 + 0.55 * near * std::sin(1.9 * x), 0.5 * near * std::cos(2.3 * y)};
  };
  std::string hint;
  int x = 0, y = 0;
  const std::string place = place_of_divergence(setup, storm, hint);
  ASSERT_EQ(std::sscanf(place.c_str(), "%d, %d", &x, &y), 2) << place;
  EXPECT_NEAR(x, 90, 8);
  EXPECT_NEAR(y, 31, 8);
}

// The smoke study at 8 cells a diameter and Reynolds number 1000, by blocks of 8 cells.
FlowSetup coarse_wake() {
  FlowSetup setup;
  setup.nx = 128;
  setup.ny = 80;
  setup.viscosity = 0.1 * 8 / 1000;
  setup.circle = Circle{39.5, 39.5, 8};
  setup.left = {SideKind::kVelocity, 0.1, 0, {}};
  setup.right = {SideKind::kPressure, 0, 0, {}};
  setup.bottom = setup.top = {SideKind::kFreeStream, 0.1, 0, {}};
  return setup;
}

TEST(Divergence, OfAWakeIsNamedBehindTheBodyAndOfAnInletThere) {
  FlowSetup setup = coarse_wake();
  const InitialState start = potential_flow(*setup.circle, 0.1, 0.1);
  std::string hint;
  std::string place = place_of_divergence(setup, start, hint);
  EXPECT_THAT(hint, testing::HasSubstr("the inlet has no sponge"));
  int x = 0, y = 0;
  ASSERT_EQ(std::sscanf(place.c_str(), "%d, %d", &x, &y), 2) << place;
  EXPECT_LE(x, 12);
  EXPECT_THAT(place, testing::HasSubstr(" D before and "));

  setup.sponge = {12, 24, 0, 0, 0.1};
  place = place_of_divergence(setup, start, hint);
  EXPECT_THAT(hint, testing::HasSubstr("relaxation time is near 1/2"));
  ASSERT_EQ(std::sscanf(place.c_str(), "%d, %d", &x, &y), 2) << place;
  EXPECT_NEAR(x, 44, 10) << "the body's rear";
  EXPECT_NEAR(y, 36, 10);
  EXPECT_THAT(place, testing::HasSubstr("the body's centre at step 3"));
}

TEST(Divergence, IsNotTakenIntoARestartFile) {
  FlowSetup setup = coarse_wake();
  setup.check_interval = 1 << 20;  // nobody looks in time
  auto solver = make_solver(kSelf, setup, Precision::kFloat, uniform_state(0.1, 0));
  const auto path = std::filesystem::path(testing::TempDir()) / "sengen_diverged_restart.h5";
  std::filesystem::remove(path);
  solver->save(path);
  const auto bytes = std::filesystem::file_size(path);
  solver->advance(2000);
  EXPECT_THROW(solver->save(path), Error);
  EXPECT_EQ(std::filesystem::file_size(path), bytes);
  std::filesystem::remove(path);
}

}  // namespace
}  // namespace sengen::lattice_boltzmann
