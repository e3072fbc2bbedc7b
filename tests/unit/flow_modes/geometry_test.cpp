// SPDX-License-Identifier: Apache-2.0
#include "systems/flow_modes/geometry.hpp"

#include <cmath>
#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sengen/core/error.hpp>
#include <sengen/io/npy.hpp>

#include "systems/flow_modes/stages.hpp"

namespace sengen::flow_modes {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

Config small() {
  Config config;
  config.domain.cells_per_diameter = 8;
  config.domain.length = 16;
  config.domain.height = 10;
  config.domain.body_x = 5;
  config.snapshots.x_min = -0.5;
  config.snapshots.length = 8;
  config.snapshots.height = 4;
  return config;
}

std::string refusal(const Config& config, int ranks = 1) {
  try {
    check_simulation(config, ranks);
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kUsage);
    return error.message();
  }
  return "accepted";
}

// A file with a block of ones, and a study that uses it.
class MaskTest : public ::testing::Test {
 protected:
  Config with_block(std::int64_t rows, std::int64_t columns) const {
    const std::vector<float> ones(static_cast<std::size_t>(rows * columns), 1);
    io::write_npy(path, {rows, columns}, ones.data());
    Config config = small();
    config.domain.mask = path.string();
    return config;
  }
  ~MaskTest() override { std::filesystem::remove(path); }
  const std::filesystem::path path =
      std::filesystem::path(testing::TempDir()) / "sengen_geometry_test.npy";
};

TEST(CheckSimulation, RefusesProbesInsideTheBody) {
  Config config = small();
  config.snapshots.probe_x = {3.0, 0.2};
  config.snapshots.probe_y = {0.5, 0.1};
  EXPECT_THAT(refusal(config), HasSubstr("probe 2 at (0.2, 0.1) D lies inside the body"));
  config.snapshots.probe_x = {3.0, 99};
  EXPECT_THAT(refusal(config), HasSubstr("probe 2 at (99, 0.1) D lies outside the domain"));
}

TEST(CheckSimulation, KnowsTheNumberOfRanks) {
  EXPECT_EQ(refusal(small(), 40), "accepted");
  EXPECT_THAT(refusal(small(), 41), HasSubstr("80 rows of cells are fewer than 2 for each of 41"));
}

TEST(InitialState, HasTheKickForEveryStart) {
  for (const char* start : {"potential", "uniform"}) {
    Config config = small();
    config.flow.start = start;
    const BodyCentre centre = body_centre(config);
    const auto upright = [&] { return initial_state(config)(centre.x + 16, centre.y).v; };
    EXPECT_GT(std::abs(upright()), 0.5 * config.flow.kick * config.flow.velocity) << start;
    config.flow.kick = 0;
    EXPECT_EQ(upright(), 0) << start;
  }
}

TEST_F(MaskTest, GivesBlockageOfItsOwnHeightAndAWarning) {
  EXPECT_NEAR(blockage(solver_setup(small())), 0.1, 1e-12);
  EXPECT_THAT(warnings(small(), solver_setup(small())), IsEmpty());
  const Config large = with_block(24, 20);
  EXPECT_NEAR(blockage(solver_setup(large)), 0.3, 1e-12);
  const auto told = warnings(large, solver_setup(large));
  ASSERT_EQ(told.size(), 1U);
  EXPECT_THAT(told[0], HasSubstr("24 cells high and 20 long, domain.cells_per_diameter is 8"));
  const Config fitting = with_block(8, 20);
  EXPECT_THAT(warnings(fitting, solver_setup(fitting)), IsEmpty());
  EXPECT_NEAR(blockage(solver_setup(fitting)), 0.1, 1e-12);
}

TEST_F(MaskTest, MayNotHideAProbe) {
  Config config = with_block(8, 8);
  config.snapshots.probe_x = {0.4};
  config.snapshots.probe_y = {0.4};
  EXPECT_THAT(refusal(config), HasSubstr("inside the body"));
}

}  // namespace
}  // namespace sengen::flow_modes
