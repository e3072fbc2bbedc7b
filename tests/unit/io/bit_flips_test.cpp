// SPDX-License-Identifier: Apache-2.0
// R4: single flipped bits anywhere in a checkpoint and in a model are seen, or harm nothing.
// SENGEN_FLIPS=N: other than 10 000 of them; SEED=N: others.
#include <cstdio>
#include <cstdlib>
#include <random>

#include <fcntl.h>

#include <sengen/core/random.hpp>
#include <sengen/io/checkpoint_store.hpp>

#include "checkpoint_test.hpp"
#include "io_test.hpp"

namespace sengen::io {
namespace {

namespace fs = std::filesystem;

std::uint64_t number_from(const char* variable, std::uint64_t otherwise) {
  const char* text = std::getenv(variable);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

void flip(const fs::path& path, std::uint64_t bit) {
  const int file = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
  unsigned char byte = 0;
  const auto at = static_cast<off_t>(bit / 8);
  ASSERT_EQ(pread(file, &byte, 1, at), 1);
  byte = static_cast<unsigned char>(byte ^ (1U << bit % 8));
  ASSERT_EQ(pwrite(file, &byte, 1, at), 1);
  ::close(file);
}

bool is_whole_model(const fs::path& path) {
  const SafetensorsReader reader(path);
  const State state(5);
  return reader.read<float>("weight") == state.weight &&
         reader.read<double>("moment") == state.moment &&
         reader.read<std::int64_t>("position") == state.position &&
         reader.metadata() == Metadata{{"unit", "m/s"}};
}

using BitFlipsTest = ScratchTest;

TEST_F(BitFlipsTest, AreSeenOrHarmless) {
  const std::uint64_t flips = number_from("SENGEN_FLIPS", 10'000);
  const std::uint64_t seed = number_from("SEED", std::random_device()());
  std::printf("seed %llu\n", static_cast<unsigned long long>(seed));
  CheckpointStore store(folder / "checkpoints", parallel::Communicator::self());
  save_state(store, 5, true);
  write_safetensors(folder / "model", State(5).arrays(), {{"unit", "m/s"}});
  const fs::path checkpoint = folder / "checkpoints" / "step-0000005";
  const std::vector<fs::path> files = {checkpoint / shard_file(0), checkpoint / kManifestFile,
                                       folder / "model"};
  std::uint64_t seen = 0;
  std::uint64_t harmless = 0;
  for (std::uint64_t i = 0; i < flips; ++i) {
    const Random random(seed, i);
    const fs::path file =
        i % 50 == 0 ? folder / "checkpoints" / "LATEST" : files[random.below(files.size(), 0)];
    // Every other one where what the parsers go by lies.
    const std::uint64_t bytes = fs::file_size(file);
    const std::uint64_t bit =
        random.below(8 * (i % 2 == 0 ? bytes : std::min<std::uint64_t>(bytes, 400)), 1);
    flip(file, bit);
    bool is_whole = false;
    try {
      auto found = store.load_newest();
      is_whole = found && is_whole_state(*found) && is_whole_model(folder / "model");
      ++harmless;
      EXPECT_EQ(file.filename(), "LATEST") << "bit " << bit << " of " << file << " was not seen";
    } catch (const Error& error) {
      is_whole = error.kind() == ErrorKind::kInput;
      ++seen;
    }
    ASSERT_TRUE(is_whole) << "seed " << seed << ", flip " << i << ": bit " << bit << " of " << file;
    flip(file, bit);
  }
  std::printf("%llu flips: %llu seen, %llu harmless (LATEST is for people)\n",
              static_cast<unsigned long long>(flips), static_cast<unsigned long long>(seen),
              static_cast<unsigned long long>(harmless));
  EXPECT_GE(seen, flips * 49 / 50);
  EXPECT_TRUE(is_whole_model(folder / "model")) << "the flips were not undone";
}

}  // namespace
}  // namespace sengen::io
