// SPDX-License-Identifier: Apache-2.0
// The program on checkpoints, whole and damaged: what it shows, what it names, and how it ends.
#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../unit/io/checkpoint_test.hpp"

namespace sengen::io {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

struct Outcome {
  int code = -1;
  std::string text;
};

Outcome outcome_of(const std::string& words) {
  const char* program = std::getenv("SENGEN");
  std::FILE* pipe = popen(("'" + std::string(program) + "' " + words + " 2>&1").c_str(), "r");
  Outcome outcome;
  std::array<char, 4096> buffer;
  while (const std::size_t count = std::fread(buffer.data(), 1, buffer.size(), pipe)) {
    outcome.text.append(buffer.data(), count);
  }
  const int status = pclose(pipe);
  outcome.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return outcome;
}

TEST(CheckpointDamage, IsNamedByTheProgram) {
  if (std::getenv("SENGEN") == nullptr) GTEST_SKIP() << "SENGEN names the program";
  const fs::path folder =
      fs::path(testing::TempDir()) / ("sengen-damage-" + std::to_string(getpid()));
  CheckpointStore store(folder, parallel::Communicator::self(), {3});
  save_state(store, 7, true);
  save_state(store, 8);
  const Outcome all = outcome_of("inspect " + folder.string());
  EXPECT_EQ(all.code, 0);
  EXPECT_THAT(all.text, HasSubstr("step-0000007     save 1        1 ranks"));
  EXPECT_THAT(all.text, HasSubstr("bytes, the best\n"));
  const fs::path checkpoint = folder / "step-0000008";
  const Outcome one = outcome_of("inspect " + checkpoint.string());
  EXPECT_EQ(one.code, 0);
  EXPECT_THAT(one.text, HasSubstr("checkpoint of step 8, save 2, by 1 ranks of sengen "));
  EXPECT_THAT(one.text, HasSubstr("weight                   F32      [100, 3]\n"));
  EXPECT_THAT(one.text, HasSubstr("config: of step 8\n"));
  EXPECT_EQ(outcome_of("verify " + folder.string()).code, 0);
  const fs::path shard = checkpoint / shard_file(0);
  const Outcome file = outcome_of("inspect " + shard.string());
  EXPECT_EQ(file.code, 0);
  EXPECT_THAT(file.text, HasSubstr("safetensors 3 tensors, checksum right\n"));
  fs::resize_file(shard, 500);
  for (const std::string& words : {"inspect " + checkpoint.string(), "verify " + folder.string(),
                                   "inspect " + shard.string()}) {
    const Outcome damaged = outcome_of(words);
    EXPECT_EQ(damaged.code, 3) << words;
    EXPECT_THAT(damaged.text, HasSubstr(shard.string() + ": 500 bytes, expected "));
  }
  fs::remove_all(folder);
}

}  // namespace
}  // namespace sengen::io
