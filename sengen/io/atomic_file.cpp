// SPDX-License-Identifier: Apache-2.0
#include <sengen/io/atomic_file.hpp>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <system_error>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <sengen/core/error.hpp>
#include <sengen/parallel/communicator.hpp>

namespace sengen::io {

namespace {

// A file descriptor that closes itself.
class Descriptor {
 public:
  Descriptor(const std::filesystem::path& path, int flags)
      : number_(::open(path.c_str(), flags | O_CLOEXEC, 0666)) {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int number() const noexcept { return number_; }

 private:
  int number_;
};

void sync(const std::filesystem::path& path, int flags) {
  const Descriptor file(path, flags);
  if (file.number() < 0 || fsync(file.number()) != 0) fail_writing(path, errno);
}

std::filesystem::path folder_of(const std::filesystem::path& path) {
  return path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
}

std::filesystem::path temporary_name(const std::filesystem::path& path) {
  static std::atomic<int> number{0};
  return fmt::format("{}.{}.{}.{}.tmp", path.string(), parallel::host_name(), getpid(), number++);
}

}  // namespace

void fail_writing(const std::filesystem::path& path, int reason) {
  const bool full = reason == ENOSPC || reason == EDQUOT || reason == EFBIG;
  throw Error(ErrorKind::kResource,
              fmt::format("{} cannot be written: {}", path.string(), std::strerror(reason)),
              full ? "make room and run the same command again: it goes on where it was" : "");
}

AtomicFile::AtomicFile(std::filesystem::path final_path)
    : final_(std::move(final_path)), temporary_(temporary_name(final_)) {}

AtomicFile::~AtomicFile() {
  std::error_code ignored;
  if (!committed_) std::filesystem::remove(temporary_, ignored);
}

void AtomicFile::commit() {
  sync(temporary_, O_RDONLY);
  if (std::rename(temporary_.c_str(), final_.c_str()) != 0) fail_writing(final_, errno);
  committed_ = true;
  sync(folder_of(final_), O_RDONLY | O_DIRECTORY);
}

void write_text_atomic(const std::filesystem::path& path, std::string_view text) {
  AtomicFile target(path);
  {
    const Descriptor file(target.temporary(), O_WRONLY | O_CREAT | O_TRUNC);
    if (file.number() < 0) fail_writing(path, errno);
    while (!text.empty()) {
      const ssize_t wrote = ::write(file.number(), text.data(), text.size());
      if (wrote < 0 && errno == EINTR) continue;
      if (wrote <= 0) fail_writing(path, errno);
      text.remove_prefix(static_cast<std::size_t>(wrote));
    }
  }
  target.commit();
}

void remove_temporaries(const std::filesystem::path& folder) {
  const std::string mark = fmt::format(".{}.", parallel::host_name());
  std::vector<std::filesystem::path> found;
  std::error_code failed;
  std::filesystem::recursive_directory_iterator entry(folder, failed);
  for (; !failed && entry != std::filesystem::recursive_directory_iterator();
       entry.increment(failed)) {
    const std::string name = entry->path().filename().string();
    if (name.ends_with(".tmp") && name.find(mark) != std::string::npos) {
      found.push_back(entry->path());
    }
  }
  // Afterwards: what an iteration sees of a folder that changes is not defined.
  for (const auto& path : found) std::filesystem::remove(path, failed);
}

}  // namespace sengen::io
