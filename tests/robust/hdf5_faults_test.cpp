// SPDX-License-Identifier: Apache-2.0
// A disk that refuses one call of an HDF5 file's making: that is an error, or the file is whole
// nevertheless. The library keeps small blocks back, and would lose them without a word.
#include <sengen/io/snapshots.hpp>

#include <cstdio>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <sengen/core/error.hpp>

#include "faults/faults.hpp"

namespace sengen::io {
namespace {

namespace fs = std::filesystem;

float value_of(std::int64_t time, std::int64_t cell) {
  return static_cast<float>(100 * time + cell);
}

void write_snapshots(const fs::path& path) {
  SnapshotInfo info;
  info.shape = {6, 4, 5, 2};
  info.times = {0, 1, 2, 3, 4, 5};
  info.axes = {{0, 1, 2, 3}, {0, 1, 2, 3, 4}};
  info.components = {"u", "v"};
  info.solid.assign(20, 0);
  info.weights.assign(20, 1);
  SnapshotWriter writer(path, info);
  std::vector<float> values(40);
  for (std::int64_t time = 0; time < 6; ++time) {
    for (std::size_t cell = 0; cell < 40; ++cell) {
      values[cell] = value_of(time, static_cast<std::int64_t>(cell));
    }
    writer.write(time, values.data());
  }
  writer.commit();
}

bool is_whole(const fs::path& path) {
  const SnapshotReader reader(path);
  std::vector<float> values(6 * 40);
  reader.read(0, 6, 0, 4, values.data());
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto place = static_cast<std::int64_t>(i);
    if (values[i] != value_of(place / 40, place % 40)) return false;
  }
  return reader.info().weights == std::vector<double>(20, 1) &&
         reader.info().times == std::vector<double>{0, 1, 2, 3, 4, 5};
}

TEST(Hdf5Faults, RefusedAtAnyCallAreAnErrorOrHarmless) {
  const fs::path folder =
      fs::path(testing::TempDir()) / ("sengen-hdf5-faults-" + std::to_string(getpid()));
  const std::string part = folder.filename().string();
  long errors = 0;
  long number = 1;
  for (bool was_struck = true; was_struck; ++number) {
    SCOPED_TRACE(number);
    fs::remove_all(folder);
    fs::create_directories(folder);
    const pid_t child = fork();
    if (child == 0) {
      sengen_fault_arm((part + ":" + std::to_string(number) + ":EIO").c_str());
      bool failed = false;
      try {
        write_snapshots(folder / "data.h5");
      } catch (const Error& error) {
        failed = error.kind() == ErrorKind::kResource;
      }
      const bool struck = sengen_fault_count() >= number;
      _exit((failed ? 1 : 0) + (struck ? 2 : 0));  // not by exit(), where the library may crash
    }
    int status = 0;
    waitpid(child, &status, 0);
    ASSERT_TRUE(WIFEXITED(status));
    const bool failed = (WEXITSTATUS(status) & 1) != 0;
    was_struck = (WEXITSTATUS(status) & 2) != 0;
    errors += failed ? 1 : 0;
    const bool is_there = fs::exists(folder / "data.h5");
    EXPECT_TRUE(failed || is_there);
    EXPECT_TRUE(!is_there || is_whole(folder / "data.h5"));
  }
  fs::remove_all(folder);
  std::printf("%ld calls, %ld errors\n", number - 2, errors);
  EXPECT_GE(errors, 12);
}

}  // namespace
}  // namespace sengen::io
