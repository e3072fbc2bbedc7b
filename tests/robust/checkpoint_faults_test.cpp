// SPDX-License-Identifier: Apache-2.0
// A store of checkpoints that is killed at each of the calls by which it changes the disk, and one
// whose disk refuses each of them once: a whole checkpoint is always there, with just what was
// saved, and never more than one save behind.
#include <sengen/io/checkpoint_store.hpp>

#include <cstdio>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <sengen/core/error.hpp>

#include "../unit/io/checkpoint_test.hpp"
#include "faults/faults.hpp"

namespace sengen::io {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kSaves = 5;
constexpr std::int64_t kBest = 2;

class CheckpointFaultsTest : public testing::Test {
 protected:
  void SetUp() override { start_anew(); }
  void TearDown() override {
    sengen_fault_arm(nullptr);
    fs::remove_all(folder);
  }
  void start_anew() const {
    fs::remove_all(folder);
    fs::create_directories(folder);
  }
  CheckpointStore store() const { return {checkpoints(), parallel::Communicator::self()}; }
  fs::path checkpoints() const { return folder / "checkpoints"; }
  std::string fault(long number, const std::string& action) const {
    return folder.filename().string() + ":" + std::to_string(number) + ":" + action;
  }

  // The calls of kSaves saves in a new folder.
  long calls() const {
    sengen_fault_arm(fault(0, "kill").c_str());
    CheckpointStore writer = store();
    for (std::int64_t step = 1; step <= kSaves; ++step) save_state(writer, step, step == kBest);
    const long count = sengen_fault_count();
    sengen_fault_arm(nullptr);
    start_anew();
    return count;
  }

  // In a child that the fault kills: the step whose save it was in.
  std::int64_t killed_in_step(const std::string& what) const {
    int ends[2] = {};
    EXPECT_EQ(pipe(ends), 0);
    const pid_t child = fork();
    if (child == 0) {
      sengen_fault_arm(what.c_str());
      CheckpointStore writer = store();
      for (std::int64_t step = 1; step <= kSaves; ++step) {
        if (write(ends[1], &step, sizeof step) != sizeof step) _exit(1);
        save_state(writer, step, step == kBest);
      }
      _exit(0);
    }
    close(ends[1]);
    std::int64_t step = 0;
    for (std::int64_t next = 0; read(ends[0], &next, sizeof next) == sizeof next;) step = next;
    close(ends[0]);
    int status = 0;
    waitpid(child, &status, 0);
    EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    return step;
  }

  // Whatever has the name of a checkpoint is one, and the last is at most one save older than the
  // step that was begun.
  void expect_whole(std::int64_t begun) const {
    EXPECT_THAT(verify_checkpoints(checkpoints()), testing::IsEmpty());
    CheckpointStore reader = store();
    auto newest = reader.load_newest();
    ASSERT_TRUE(newest || begun == 1);
    if (newest) {
      EXPECT_TRUE(newest->step() == begun || newest->step() == begun - 1) << newest->step();
      EXPECT_TRUE(is_whole_state(*newest));
      EXPECT_TRUE(newest->warnings().empty());
    }
    auto best = reader.load_best();
    ASSERT_TRUE(best || begun <= kBest);
    if (best) {
      EXPECT_EQ(best->step(), kBest);
      EXPECT_TRUE(is_whole_state(*best));
    }
  }

  bool has_unfinished() const {
    if (!fs::exists(checkpoints())) return false;
    for (const auto& entry : fs::directory_iterator(checkpoints())) {
      if (entry.path().filename().string().find(".tmp") != std::string::npos) return true;
    }
    return false;
  }

  // In memory where that can be had: thousands of syncs cost nothing there, and for what a killed
  // process leaves it makes no difference.
  fs::path folder = fs::path(fs::exists("/dev/shm") ? "/dev/shm" : testing::TempDir()) /
                    ("sengen-faults-" + std::to_string(getpid()));
};

TEST_F(CheckpointFaultsTest, KilledAtEveryCallLeaveTheLastOne) {
  const long count = calls();
  std::printf("%ld calls in %ld saves\n", count, static_cast<long>(kSaves));
  ASSERT_GE(count, 30);
  int kills = 0;
  for (const std::string action : {"kill", "tear"}) {
    for (long number = 1; number <= count; ++number) {
      SCOPED_TRACE(fault(number, action));
      start_anew();
      const std::int64_t begun = killed_in_step(fault(number, action));
      ++kills;
      expect_whole(begun);
      // The next program goes on and tidies up.
      CheckpointStore writer = store();
      save_state(writer, kSaves + 1);
      auto newest = writer.load_newest();
      ASSERT_TRUE(newest && is_whole_state(*newest));
      EXPECT_EQ(newest->step(), kSaves + 1);
      EXPECT_FALSE(has_unfinished());
      EXPECT_THAT(verify_checkpoints(checkpoints()), testing::IsEmpty());
      if (HasFailure()) return;
    }
  }
  std::printf("%d kills, no checkpoint lost\n", kills);
}

// A program that is killed, and the next one, too, while it removes what the first one left.
TEST_F(CheckpointFaultsTest, KilledWhileTheyTidyUpLeaveTheLastOne) {
  bool has_ended = false;
  for (long number = 1; !has_ended; ++number) {
    SCOPED_TRACE(number);
    start_anew();
    CheckpointStore writer = store();
    for (std::int64_t step = 1; step < kSaves; ++step) save_state(writer, step, step == kBest);
    for (const std::string name : {"step-0000005.tmp.x.1", "step-0000003.tmp.x.2"}) {
      fs::create_directories(checkpoints() / name);
      std::ofstream(checkpoints() / name / shard_file(0)) << "half";
    }
    std::ofstream(checkpoints() / "LATEST.x.1.0.tmp") << "half";
    const pid_t child = fork();
    if (child == 0) {
      sengen_fault_arm(fault(number, "kill").c_str());
      save_state(writer, kSaves);
      _exit(0);
    }
    int status = 0;
    waitpid(child, &status, 0);
    has_ended = WIFEXITED(status);
    expect_whole(kSaves);
    save_state(writer, kSaves + 1);
    EXPECT_FALSE(has_unfinished());
    ASSERT_FALSE(HasFailure());
    ASSERT_LE(number, 1000);
    EXPECT_TRUE(!has_ended || number >= 25) << "most of it was not hit";
  }
}

TEST_F(CheckpointFaultsTest, RefusedOneCallFailAndGoOn) {
  const long count = calls();
  int refusals = 0;
  for (const std::string action : {"ENOSPC", "EIO", "EDQUOT", "EMFILE"}) {
    for (long number = 1; number <= count; ++number) {
      SCOPED_TRACE(fault(number, action));
      start_anew();
      sengen_fault_arm(fault(number, action).c_str());
      CheckpointStore writer = store();
      int failures = 0;
      for (std::int64_t step = 1; step <= kSaves; ++step) {
        try {
          save_state(writer, step, step == kBest);
        } catch (const Error& error) {
          ++failures;
          EXPECT_EQ(error.kind(), ErrorKind::kResource) << error.message();
          EXPECT_THAT(error.message(), testing::HasSubstr(folder.string()));
          sengen_fault_arm(nullptr);
          expect_whole(step);
          const auto newest = writer.load_newest();
          EXPECT_TRUE(!has_unfinished() || (newest && newest->step() == step))
              << "only what is being removed may be left, never what was being written";
          save_state(writer, step, step == kBest);
        }
      }
      sengen_fault_arm(nullptr);
      EXPECT_EQ(failures, 1) << "a call that fails is an error";
      refusals += failures;
      expect_whole(kSaves);
      EXPECT_FALSE(has_unfinished());
      if (HasFailure()) return;
    }
  }
  std::printf("%d refused calls, no checkpoint lost\n", refusals);
}

// "N call path" for each call of an action.
std::vector<std::string> lines_of(const fs::path& path) {
  std::ifstream file(path);
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  return lines;
}

// What a kill cannot show, since the system's memory outlives a process: each file and each folder
// is synced before the next thing depends on it, and nothing goes before the new one is safe.
TEST_F(CheckpointFaultsTest, SyncBeforeTheyRenameAndRenameBeforeTheyRemove) {
  CheckpointStore writer = store();
  for (const std::int64_t step : {1, 2}) save_state(writer, step);
  const fs::path trace = folder / "trace";
  const pid_t child = fork();
  if (child == 0) {
    sengen_fault_trace(trace.c_str());
    sengen_fault_arm(fault(0, "kill").c_str());
    save_state(writer, 3);
    _exit(0);
  }
  waitpid(child, nullptr, 0);
  std::string calls;
  for (const std::string& line : lines_of(trace)) {
    const std::string call = line.substr(line.find(' ') + 1);
    const auto path = fs::path(call.substr(call.find(' ') + 1));
    calls += call.substr(0, call.find(' ')) + " ";
    std::string name = path.filename().string();
    if (const auto at = name.find(".tmp."); at != std::string::npos) name.resize(at + 4);
    if (name.starts_with("LATEST.")) name = "LATEST.tmp";
    calls += name + "\n";
  }
  EXPECT_THAT(calls, testing::StartsWith("mkdir step-0000003.tmp\n"
                                         "open shard-0.safetensors\n"
                                         "write shard-0.safetensors\n"
                                         "write shard-0.safetensors\n"
                                         "write shard-0.safetensors\n"
                                         "write shard-0.safetensors\n"
                                         "fdatasync shard-0.safetensors\n"
                                         "open MANIFEST.json\n"
                                         "write MANIFEST.json\n"
                                         "fdatasync MANIFEST.json\n"
                                         "fsync step-0000003.tmp\n"
                                         "rename step-0000003\n"
                                         "fsync checkpoints\n"
                                         "open LATEST.tmp\n"
                                         "write LATEST.tmp\n"
                                         "fsync LATEST.tmp\n"
                                         "rename LATEST\n"
                                         "fsync checkpoints\n"
                                         "rename step-0000001.tmp\n"
                                         "unlinkat "));
}

}  // namespace
}  // namespace sengen::io
