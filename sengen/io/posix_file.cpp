// SPDX-License-Identifier: Apache-2.0
#include <sengen/io/posix_file.hpp>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sengen/core/error.hpp>
#include <sengen/io/atomic_file.hpp>

namespace sengen::io {

namespace {

constexpr std::uint64_t kBytesAtOnce = 1 << 20;

[[noreturn]] void fail_reading(const std::filesystem::path& path, const std::string& reason) {
  throw Error(ErrorKind::kInput, fmt::format("{} cannot be read: {}", path.string(), reason));
}

// What is no fault of the file must not be taken for one: it may be the only good checkpoint.
[[noreturn]] void fail_reading(const std::filesystem::path& path, int reason) {
  if (reason == EMFILE || reason == ENFILE || reason == ENOMEM) {
    throw Error(ErrorKind::kResource,
                fmt::format("{} cannot be read: {}", path.string(), std::strerror(reason)));
  }
  fail_reading(path, std::strerror(reason));
}

}  // namespace

OutputFile::OutputFile(const std::filesystem::path& path, Start start,
                       const std::filesystem::path& shown)
    : shown_(shown.empty() ? path : shown),
      descriptor_(::open(path.c_str(),
                         O_WRONLY | O_CREAT | O_CLOEXEC | (start == Start::kNew ? O_EXCL : O_TRUNC),
                         0666)) {
  if (descriptor_ < 0) fail_writing(shown_, errno);
}

OutputFile::~OutputFile() { ::close(descriptor_); }

void OutputFile::write(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t wrote = ::write(descriptor_, bytes.data(), bytes.size());
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote <= 0) fail_writing(shown_, errno);
    bytes = bytes.subspan(static_cast<std::size_t>(wrote));
  }
}

void OutputFile::sync() {
  if (fdatasync(descriptor_) != 0) fail_writing(shown_, errno);
}

InputFile::InputFile(std::filesystem::path path)
    : path_(std::move(path)), descriptor_(::open(path_.c_str(), O_RDONLY | O_CLOEXEC)) {
  struct stat status{};
  if (descriptor_ < 0 || fstat(descriptor_, &status) != 0) {
    const int reason = errno;
    if (descriptor_ >= 0) ::close(descriptor_);
    fail_reading(path_, reason);
  }
  if (!S_ISREG(status.st_mode)) {
    ::close(descriptor_);
    fail_reading(path_, S_ISDIR(status.st_mode) ? std::strerror(EISDIR) : "it is no file");
  }
  size_ = static_cast<std::uint64_t>(status.st_size);
}

InputFile::InputFile(InputFile&& other) noexcept
    : path_(std::move(other.path_)),
      descriptor_(std::exchange(other.descriptor_, -1)),
      size_(other.size_) {}

InputFile& InputFile::operator=(InputFile&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(descriptor_, other.descriptor_);
  std::swap(size_, other.size_);
  return *this;
}

InputFile::~InputFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

void InputFile::read(std::uint64_t offset, std::span<std::byte> target) const {
  std::size_t done = 0;
  while (done < target.size()) {
    const ssize_t count = ::pread(descriptor_, target.data() + done, target.size() - done,
                                  static_cast<off_t>(offset + done));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) fail_reading(path_, errno);
    if (count == 0) {
      fail_reading(path_, fmt::format("it ends at byte {}, expected {}", offset + done,
                                      offset + target.size()));
    }
    done += static_cast<std::size_t>(count);
  }
}

void hash_part(const InputFile& file, std::uint64_t begin, std::uint64_t end, Hasher& hasher) {
  std::vector<std::byte> buffer(std::min(kBytesAtOnce, end - begin));
  while (begin < end) {
    const auto piece = std::span(buffer).first(std::min<std::uint64_t>(buffer.size(), end - begin));
    file.read(begin, piece);
    hasher.update(piece);
    begin += piece.size();
  }
}

void sync_path(const std::filesystem::path& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) fail_writing(path, errno);
  const int reason = fsync(descriptor) == 0 ? 0 : errno;
  ::close(descriptor);
  if (reason != 0) fail_writing(path, reason);
}

}  // namespace sengen::io
