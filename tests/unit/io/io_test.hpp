// SPDX-License-Identifier: Apache-2.0
// What the tests of io share: files in a scratch folder and a disk that is full.
#pragma once

#include <csignal>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include <gtest/gtest.h>
#include <malloc.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <sengen/core/error.hpp>

#include "../scratch.hpp"

namespace sengen::io {

inline std::string text_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// A new file each time: some file systems sync one that is emptied and written again.
inline void write_text(const std::filesystem::path& path, const std::string& text) {
  std::error_code absent;
  std::filesystem::remove(path, absent);
  std::ofstream(path, std::ios::binary) << text;
}

inline int entries_of(const std::filesystem::path& folder) {
  int count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) count += entry.exists();
  return count;
}

// Runs action in a child that may write no file longer than `bytes`: a full disk, with EFBIG in
// place of ENOSPC. The child ends with the kind of the error, 0 when there was none, 1 for any
// other exception; it leaves by _exit, so nothing of the parent's is written twice.
template <typename Action>
int kind_on_full_disk(rlim_t bytes, const Action& action) {
  const pid_t child = fork();
  if (child == 0) {
    std::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit = {bytes, bytes};
    setrlimit(RLIMIT_FSIZE, &limit);
    int code = 0;
    try {
      action();
    } catch (const Error& error) {
      code = static_cast<int>(error.kind());
    } catch (...) {
      code = 1;
    }
    _exit(code);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

#if defined(__SANITIZE_ADDRESS__)
inline constexpr bool kAddressSanitizer = true;
#elif defined(__has_feature)
inline constexpr bool kAddressSanitizer = __has_feature(address_sanitizer);
#else
inline constexpr bool kAddressSanitizer = false;
#endif

// How many bytes of memory this process holds now, or held at most since forget_peak().
inline std::int64_t memory_of_process(const std::string& what) {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;) {
    std::int64_t kilobytes = 0;
    if (word == what + ":" && status >> kilobytes) return 1024 * kilobytes;
  }
  return 0;
}
inline void forget_peak() {
  malloc_trim(0);  // what is free already is no memory that somebody takes
  std::ofstream("/proc/self/clear_refs") << "5";
}

// What an action took at most, in a child, above what was there before; 0 when that cannot be told.
template <typename Action>
std::int64_t peak_memory_of(const Action& action) {
  int ends[2] = {};
  if (pipe(ends) != 0) return 0;
  const pid_t child = fork();
  if (child == 0) {
    forget_peak();
    const std::int64_t before = memory_of_process("VmRSS");
    action();
    const std::int64_t peak = memory_of_process("VmHWM") - before;
    const ssize_t wrote = write(ends[1], &peak, sizeof peak);
    _exit(wrote == sizeof peak ? 0 : 1);
  }
  std::int64_t peak = 0;
  close(ends[1]);
  if (read(ends[0], &peak, sizeof peak) != sizeof peak) peak = 0;
  close(ends[0]);
  waitpid(child, nullptr, 0);
  return kAddressSanitizer ? 0 : peak;
}

inline constexpr int kResourceCode = static_cast<int>(ErrorKind::kResource);

}  // namespace sengen::io
