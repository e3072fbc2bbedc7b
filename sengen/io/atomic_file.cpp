// SPDX-License-Identifier: Apache-2.0
#include <sengen/io/atomic_file.hpp>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <system_error>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <unistd.h>

#include <sengen/core/error.hpp>
#include <sengen/parallel/communicator.hpp>

namespace sengen::io {

namespace {

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

OutputFile AtomicFile::open() const {
  return OutputFile(temporary_, OutputFile::Start::kEmpty, final_);
}

void AtomicFile::commit() {
  sync_path(temporary_);
  if (std::rename(temporary_.c_str(), final_.c_str()) != 0) fail_writing(final_, errno);
  committed_ = true;
  sync_path(folder_of(final_));
}

void write_text_atomic(const std::filesystem::path& path, std::string_view text) {
  AtomicFile target(path);
  target.open().write(text);
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
