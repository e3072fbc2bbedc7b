// SPDX-License-Identifier: Apache-2.0
// Several processes at once on one file, and on one directory.
#include <functional>
#include <vector>

#include <fcntl.h>
#include <gtest/gtest.h>

#include <sengen/io/atomic_file.hpp>
#include <sengen/io/directory_lock.hpp>

#include "io_test.hpp"

namespace sengen::io {
namespace {

constexpr int kWriters = 6;

// Runs action(number) in as many children and returns how many ended with code 0.
int succeed_in_children(const std::function<bool(int)>& action) {
  std::vector<pid_t> children;
  for (int number = 0; number < kWriters; ++number) {
    const pid_t child = fork();
    if (child == 0) {
      bool fine = false;
      try {
        fine = action(number);
      } catch (...) {
      }
      _exit(fine ? 0 : 1);
    }
    children.push_back(child);
  }
  int fine = 0;
  for (const pid_t child : children) {
    int status = 0;
    waitpid(child, &status, 0);
    fine += status == 0 ? 1 : 0;
  }
  return fine;
}

using ConcurrentWritersTest = ScratchTest;

TEST_F(ConcurrentWritersTest, NeverShowAMixtureOfTwoFiles) {
  const auto path = folder / "data";
  constexpr std::size_t kLength = 100000;
  write_text(path, std::string(kLength, 'z'));
  const int fine = succeed_in_children([&](int number) {
    bool whole = true;
    for (int i = 0; i < 20; ++i) {
      write_text_atomic(path, std::string(kLength, static_cast<char>('a' + number)));
      const std::string text = text_of(path);
      whole = whole && text == std::string(kLength, text.empty() ? '?' : text.front());
    }
    return whole;
  });
  EXPECT_EQ(fine, kWriters);
  EXPECT_EQ(entries_of(folder), 1);
}

enum Attempt { kHeld, kFault, kInUse };

// Takes the lock, makes sure that nobody else has it, and ends: properly, or leaving the lock file
// behind as a killed process does.
Attempt hold_for_a_moment(const std::filesystem::path& folder, bool killed) {
  try {
    const DirectoryLock lock(folder);
    const auto inside = folder / "inside";
    const int alone = ::open(inside.c_str(), O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (alone < 0) return kFault;
    ::close(alone);
    usleep(100);
    std::filesystem::remove(inside);
    if (killed) _exit(kHeld);
    return kHeld;
  } catch (const Error& error) {
    return error.kind() == ErrorKind::kResource ? kInUse : kFault;
  }
}

TEST_F(ConcurrentWritersTest, HoldADirectoryOneAfterTheOther) {
  const int fine = succeed_in_children([&](int) {
    int held = 0;
    for (int attempt = 0; held < 20 && attempt < 100000; ++attempt) {
      const pid_t holder = fork();
      if (holder == 0) _exit(hold_for_a_moment(folder, held % 2 == 0));
      int status = 0;
      waitpid(holder, &status, 0);
      if (!WIFEXITED(status) || WEXITSTATUS(status) == kFault) return false;
      held += WEXITSTATUS(status) == kHeld ? 1 : 0;
    }
    return held == 20;
  });
  EXPECT_EQ(fine, kWriters);
  const DirectoryLock free_afterwards(folder);
}

}  // namespace
}  // namespace sengen::io
