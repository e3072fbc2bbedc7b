// SPDX-License-Identifier: Apache-2.0
#include <sengen/io/directory_lock.hpp>

#include <sengen/parallel/communicator.hpp>

#include "io_test.hpp"

namespace sengen::io {
namespace {

class DirectoryLockTest : public ScratchTest {
 protected:
  std::filesystem::path lock() const { return folder / ".lock"; }

  // A child that takes the lock, says so through a pipe, and holds it until it is killed.
  pid_t start_holder() const {
    int ready[2];
    EXPECT_EQ(pipe(ready), 0);
    const pid_t child = fork();
    if (child == 0) {
      const DirectoryLock held(folder);
      if (write(ready[1], "x", 1) != 1) _exit(1);
      for (;;) pause();
    }
    char byte = 0;
    EXPECT_EQ(read(ready[0], &byte, 1), 1);
    close(ready[0]);
    close(ready[1]);
    return child;
  }

  static void kill_and_wait(pid_t child) {
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
  }
};

TEST_F(DirectoryLockTest, NamesItsOwnerAndIsGoneAfterwards) {
  {
    const DirectoryLock held(folder);
    EXPECT_THAT(text_of(lock()), ::testing::StartsWith(parallel::host_name() + " " +
                                                       std::to_string(getpid()) + " "));
  }
  EXPECT_FALSE(std::filesystem::exists(lock()));
  const DirectoryLock again(folder);
}

TEST_F(DirectoryLockTest, IsRefusedTwiceInOneProcess) {
  const DirectoryLock held(folder);
  expect_refused(ErrorKind::kResource, {folder.string(), "in use"},
                 [&] { const DirectoryLock second(folder); });
  EXPECT_TRUE(std::filesystem::exists(lock()));
}

TEST_F(DirectoryLockTest, NamesTheLivingProcessThatHoldsIt) {
  const pid_t child = start_holder();
  expect_refused(ErrorKind::kResource,
                 {folder.string(), std::to_string(child), parallel::host_name()},
                 [&] { const DirectoryLock mine(folder); });
  kill_and_wait(child);
}

TEST_F(DirectoryLockTest, IsTakenOverFromAKilledProcess) {
  kill_and_wait(start_holder());
  ASSERT_TRUE(std::filesystem::exists(lock()));
  const DirectoryLock mine(folder);
  EXPECT_THAT(text_of(lock()), ::testing::HasSubstr(" " + std::to_string(getpid()) + " "));
}

// The same process number with another start: it was given out again.
TEST_F(DirectoryLockTest, KnowsAProcessNumberThatWasUsedAgain) {
  write_text(lock(), parallel::host_name() + " " + std::to_string(getpid()) + " 1\n");
  const DirectoryLock mine(folder);
}

TEST_F(DirectoryLockTest, RespectsAnotherHost) {
  write_text(lock(), "elsewhere 4711 99\n");
  expect_refused(ErrorKind::kResource, {"4711", "elsewhere"},
                 [&] { const DirectoryLock mine(folder); });
  EXPECT_EQ(text_of(lock()), "elsewhere 4711 99\n");
}

TEST_F(DirectoryLockTest, TakesALockFileThatNamesNobody) {
  write_text(lock(), "");
  const DirectoryLock mine(folder);
}

TEST_F(DirectoryLockTest, NamesAFolderThatIsNotThereAndAFullDisk) {
  expect_refused(ErrorKind::kResource, {(folder / "absent" / ".lock").string()},
                 [&] { const DirectoryLock mine(folder / "absent"); });
  EXPECT_EQ(kind_on_full_disk(0, [&] { const DirectoryLock mine(folder); }), kResourceCode);
  EXPECT_EQ(entries_of(folder), 0);
}

}  // namespace
}  // namespace sengen::io
