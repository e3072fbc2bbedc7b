// SPDX-License-Identifier: Apache-2.0
#include <sengen/io/directory_lock.hpp>

#include <array>
#include <cerrno>
#include <fstream>
#include <sstream>
#include <string>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sengen/core/error.hpp>
#include <sengen/io/atomic_file.hpp>
#include <sengen/parallel/communicator.hpp>

namespace sengen::io {

namespace {

struct Owner {
  std::string host;
  pid_t process = 0;
  std::string started;  // clock ticks since boot: tells a reused process number
};

// Field 22 of /proc/<pid>/stat; empty when there is no such process, or only what a dead one left
// for its parent to collect.
std::string start_of(pid_t process) {
  std::ifstream file(fmt::format("/proc/{}/stat", process));
  std::string text;
  std::getline(file, text);
  const auto end_of_name = text.rfind(')');
  if (end_of_name == std::string::npos) return "";
  std::istringstream fields(text.substr(end_of_name + 1));
  std::string state;
  fields >> state;
  if (state == "Z" || state == "X") return "";
  std::string field;
  for (int i = 4; i <= 22; ++i) fields >> field;
  return field;
}

Owner myself() { return {parallel::host_name(), getpid(), start_of(getpid())}; }

Owner read_owner(int descriptor) {
  std::array<char, 512> buffer{};
  const ssize_t count = pread(descriptor, buffer.data(), buffer.size() - 1, 0);
  std::istringstream text(count > 0 ? buffer.data() : "");
  Owner owner;
  text >> owner.host >> owner.process >> owner.started;
  return owner;
}

bool is_alive_here(const Owner& owner) {
  const std::string started = start_of(owner.process);
  return !started.empty() && started == owner.started;
}

// The file may have been removed by its former owner between open and flock.
bool is_still_at(int descriptor, const std::filesystem::path& path) {
  struct stat opened{};
  struct stat named{};
  return fstat(descriptor, &opened) == 0 && ::stat(path.c_str(), &named) == 0 &&
         opened.st_ino == named.st_ino && opened.st_dev == named.st_dev;
}

[[noreturn]] void refuse(const std::filesystem::path& path, const Owner& owner) {
  throw Error(ErrorKind::kResource,
              owner.host.empty()  // it has not written its name yet
                  ? fmt::format("{} is in use by another process", path.parent_path().string())
                  : fmt::format("{} is in use by process {} on {}", path.parent_path().string(),
                                owner.process, owner.host),
              fmt::format("wait for it, choose another -o, or remove {} when you know that the "
                          "process is gone",
                          path.string()));
}

}  // namespace

DirectoryLock::DirectoryLock(const std::filesystem::path& directory) : path_(directory / ".lock") {
  const Owner me = myself();
  for (;;) {
    descriptor_ = ::open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (descriptor_ < 0) fail_writing(path_, errno);
    // Some file systems know no flock: there what the file says has to do.
    const bool locked = flock(descriptor_, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK;
    const Owner owner = read_owner(descriptor_);
    const bool foreign = !owner.host.empty() && owner.host != me.host;
    const bool in_use = !owner.host.empty() && !foreign && is_alive_here(owner);
    if (!locked || foreign || in_use) {
      ::close(descriptor_);
      refuse(path_, owner);
    }
    if (is_still_at(descriptor_, path_)) break;
    ::close(descriptor_);
  }
  const std::string text = fmt::format("{} {} {}\n", me.host, me.process, me.started);
  const auto length = static_cast<off_t>(text.size());
  if (pwrite(descriptor_, text.data(), text.size(), 0) != length ||
      ftruncate(descriptor_, length) != 0) {
    const int reason = errno;
    ::unlink(path_.c_str());
    ::close(descriptor_);
    fail_writing(path_, reason);
  }
}

DirectoryLock::~DirectoryLock() {
  ::unlink(path_.c_str());
  ::close(descriptor_);
}

}  // namespace sengen::io
