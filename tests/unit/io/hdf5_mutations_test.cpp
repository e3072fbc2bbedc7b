// SPDX-License-Identifier: Apache-2.0
// Damaged HDF5 files. The library's parser is not ours and may crash on them; what we promise is
// that our reading reads or says "bad input", and that who reads in a child with limits lives on.
#include <array>
#include <cmath>
#include <cstdio>
#include <new>

#include <gtest/gtest.h>

#include <sengen/core/random.hpp>
#include <sengen/io/snapshots.hpp>

#include "io_test.hpp"

namespace sengen::io {
namespace {

constexpr std::uint64_t kSeed = 20240607;
constexpr int kMutations = 400;
enum Outcome { kRead, kRefused, kCrashed, kOtherError, kOutOfMemory, kOutcomes };
constexpr int kFirstCode = 40;  // of a child's end: a library that calls exit(1) is no outcome

void write_valid(const std::filesystem::path& path) {
  SnapshotInfo info;
  info.shape = {3, 4, 5, 2};
  info.times = {0, 0.5, 1};
  info.axes = {{0, 1, 2, 3}, {0, 1, 2, 3, 4}};
  info.components = {"u", "v"};
  info.solid.assign(20, 0);
  info.weights.assign(20, 1);
  SnapshotWriter writer(path, info);
  const std::vector<float> values(40, 1.5F);
  for (int i = 0; i < 3; ++i) writer.write(i, values.data());
  writer.commit();
}

// Cuts the file (one in eight), or flips 1 to 8 bits, every other time near its beginning, where
// most of what the parser goes by lies.
std::string mutate(std::string bytes, int number) {
  const Random random(kSeed, static_cast<std::uint64_t>(number));
  if (number % 8 == 0) return bytes.substr(0, random.below(bytes.size(), 0));
  const std::uint64_t flips = 1 + random.below(8, 1);
  for (std::uint64_t i = 0; i < flips; ++i) {
    const std::uint64_t range = number % 2 == 0 ? bytes.size() : 2048;
    const std::uint64_t bit = random.below(8 * range, 2 + i);
    bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << bit % 8));
  }
  return bytes;
}

void read_everything(const std::filesystem::path& path) {
  const SnapshotReader reader(path);
  const SnapshotInfo& info = reader.info();
  std::vector<double> field(static_cast<std::size_t>(info.cells() * info.component_count()));
  for (std::int64_t t = 0; t < info.snapshots(); ++t) {
    reader.read(t, 1, 0, info.rows(), field.data());
  }
  const Hdf5File file = Hdf5File::open(path);
  for (const std::string& name : file.datasets()) file.read<double>(name);
}

Outcome outcome_in_child(const std::filesystem::path& path) {
  const pid_t child = fork();
  if (child == 0) {
    const rlimit memory = {rlim_t{1} << 30, rlim_t{1} << 30};
    const rlimit seconds = {10, 10};
    const rlimit no_core = {0, 0};
    if (!kAddressSanitizer) setrlimit(RLIMIT_AS, &memory);  // its shadow alone is larger
    setrlimit(RLIMIT_CPU, &seconds);
    setrlimit(RLIMIT_CORE, &no_core);
    Outcome outcome = kRead;
    try {
      read_everything(path);
    } catch (const Error& error) {
      outcome = error.kind() == ErrorKind::kInput ? kRefused : kOtherError;
      if (outcome == kOtherError) std::fprintf(stderr, "%s\n", error.what());
    } catch (const std::bad_alloc&) {
      outcome = kOutOfMemory;
    } catch (...) {
      outcome = kOtherError;
    }
    _exit(kFirstCode + outcome);
  }
  int status = 0;
  waitpid(child, &status, 0);
  const int outcome = WIFEXITED(status) ? WEXITSTATUS(status) - kFirstCode : -1;
  return outcome >= 0 && outcome < kOutcomes ? static_cast<Outcome>(outcome) : kCrashed;
}

using Hdf5MutationsTest = ScratchTest;

TEST_F(Hdf5MutationsTest, AreReadOrRefusedAndHarmOnlyTheChild) {
  write_valid(folder / "valid.h5");
  const std::string valid = text_of(folder / "valid.h5");
  ASSERT_EQ(outcome_in_child(folder / "valid.h5"), kRead);
  std::array<int, kOutcomes> counts{};
  for (int number = 0; number < kMutations; ++number) {
    write_text(folder / "damaged.h5", mutate(valid, number));
    const Outcome outcome = outcome_in_child(folder / "damaged.h5");
    ++counts[outcome];
    EXPECT_LE(outcome, kCrashed) << "seed " << kSeed << ", mutation " << number;
  }
  std::printf("seed %llu: %d read, %d refused, %d crashed inside libhdf5\n",
              static_cast<unsigned long long>(kSeed), counts[kRead], counts[kRefused],
              counts[kCrashed]);
  EXPECT_GT(counts[kRefused], kMutations / 4);
}

TEST_F(Hdf5MutationsTest, AreRefusedWhenCutAtAnyLength) {
  write_valid(folder / "valid.h5");
  const std::string valid = text_of(folder / "valid.h5");
  for (std::size_t length = 0; length < valid.size(); length += 1 + valid.size() / 300) {
    write_text(folder / "cut.h5", valid.substr(0, length));
    expect_refused(ErrorKind::kInput, {"cut.h5"}, [&] { SnapshotReader(folder / "cut.h5"); });
  }
}

}  // namespace
}  // namespace sengen::io
