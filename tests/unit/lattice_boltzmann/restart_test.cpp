// SPDX-License-Identifier: Apache-2.0
// Restart files; tests/mpi has the same with several ranks.
#include <cmath>
#include <filesystem>
#include <fstream>
#include <string>

#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sengen/core/error.hpp>
#include <sengen/solvers/lattice_boltzmann/solver.hpp>

namespace sengen::lattice_boltzmann {
namespace {

namespace fs = std::filesystem;
const parallel::Communicator kSelf = parallel::Communicator::self();

FlowSetup wake() {
  FlowSetup setup;
  setup.nx = 60;
  setup.ny = 40;
  setup.viscosity = 0.02;
  setup.circle = Circle{20.2, 19.4, 9};
  setup.left = {SideKind::kVelocity, 0.1, 0, {}};
  setup.right = {SideKind::kPressure, 0.1, 0, {}};
  setup.bottom = setup.top = {SideKind::kFreeStream, 0.1, 0, {}};
  setup.measure_force = true;
  setup.probes = {{40, 20}, {45, 10}};
  return setup;
}

class Restart : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / ("sengen-restart-" + std::to_string(getpid()));
    fs::create_directories(folder_);
    file_ = folder_ / "restart.h5";
  }
  void TearDown() override { fs::remove_all(folder_); }

  std::unique_ptr<Solver> start(const FlowSetup& setup, Precision precision) const {
    return make_solver(kSelf, setup, precision, potential_flow({20.2, 19.4, 9}, 0.1, 0.2));
  }
  std::string refusal(const FlowSetup& setup, Precision precision) const {
    auto solver = start(setup, precision);
    try {
      solver->load(file_);
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kInput) << error.what();
      return error.message();
    }
    return "accepted";
  }

  fs::path folder_;
  fs::path file_;
};

TEST_F(Restart, GoesOnBitForBitFromEvenAndOddSteps) {
  for (const Precision precision : {Precision::kFloat, Precision::kDouble}) {
    for (const int first : {0, 20, 33}) {
      auto straight = start(wake(), precision);
      straight->advance(first + 41);
      auto before = start(wake(), precision);
      before->advance(first);
      before->save(file_);
      auto after = make_solver(kSelf, wake(), precision, uniform_state(0, 0));
      after->advance(7);  // what was there before is forgotten, even after an odd number of steps
      after->load(file_);
      EXPECT_EQ(after->step(), first);
      after->advance(41);
      const Window all{0, 0, 60, 40, 1};
      EXPECT_EQ(after->fields(all).u, straight->fields(all).u) << first;
      EXPECT_EQ(after->fields(all).rho, straight->fields(all).rho) << first;
      ASSERT_EQ(after->forces().size(), straight->forces().size());
      ASSERT_EQ(after->probes().size(), straight->probes().size());
      for (std::size_t n = 0; n < straight->forces().size(); ++n) {
        ASSERT_EQ(after->forces()[n].x, straight->forces()[n].x);
        ASSERT_EQ(after->forces()[n].y, straight->forces()[n].y);
        ASSERT_EQ(after->probes()[2 * n + 1].v, straight->probes()[2 * n + 1].v);
      }
    }
  }
}

TEST_F(Restart, WritesTheSameFileForTheSameStateWhateverTheStoredOrder) {
  auto a = start(wake(), Precision::kFloat);
  a->advance(21);
  a->save(file_);
  auto b = start(wake(), Precision::kFloat);
  b->load(file_);
  b->save(folder_ / "again.h5");
  const auto bytes = [](const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(in), {});
  };
  EXPECT_EQ(bytes(file_), bytes(folder_ / "again.h5"));
}

TEST_F(Restart, RefusesAnotherSetupNamingTheFirstDifference) {
  start(wake(), Precision::kFloat)->save(file_);
  EXPECT_EQ(refusal(wake(), Precision::kFloat), "accepted");
  FlowSetup other = wake();
  other.viscosity = 0.03;
  other.circle->x = 21;
  EXPECT_THAT(refusal(other, Precision::kFloat),
              testing::HasSubstr("viscosity is 0.02 there and 0.03 here"));
  EXPECT_THAT(refusal(wake(), Precision::kDouble), testing::HasSubstr("precision"));
}

TEST_F(Restart, RefusesDamagedAndForeignFiles) {
  EXPECT_NE(refusal(wake(), Precision::kFloat), "accepted") << "missing file";
  auto solver = start(wake(), Precision::kFloat);
  solver->advance(3);
  solver->save(file_);
  const auto size = fs::file_size(file_);
  // One byte in the middle of the populations: the checksum finds it.
  {
    std::fstream file(file_, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(static_cast<std::streamoff>(size / 2));
    const char old = static_cast<char>(file.get());
    file.seekp(static_cast<std::streamoff>(size / 2));
    file.put(static_cast<char>(old ^ 0x10));
  }
  EXPECT_NE(refusal(wake(), Precision::kFloat), "accepted") << "flipped bit";
  solver->save(file_);
  fs::resize_file(file_, size / 2);
  EXPECT_NE(refusal(wake(), Precision::kFloat), "accepted") << "truncated";
  std::ofstream(file_) << "not HDF5";
  EXPECT_NE(refusal(wake(), Precision::kFloat), "accepted") << "text";
}

TEST_F(Restart, LeavesNothingBehindWhenItCannotWrite) {
  auto solver = start(wake(), Precision::kFloat);
  try {
    solver->save(folder_ / "missing" / "restart.h5");
    FAIL() << "saved";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kResource);
  }
  EXPECT_TRUE(fs::is_empty(folder_));
}

}  // namespace
}  // namespace sengen::lattice_boltzmann
