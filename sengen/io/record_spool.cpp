// SPDX-License-Identifier: Apache-2.0
#include <sengen/io/record_spool.hpp>

#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sengen/core/error.hpp>

namespace sengen::io {

RecordSpool::RecordSpool(std::filesystem::path path, std::size_t record_bytes, std::int64_t keep)
    : path_(std::move(path)),
      record_bytes_(record_bytes),
      records_(keep),
      descriptor_(::open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666)) {
  if (descriptor_ < 0) fail("opened");
  struct stat status{};
  const auto kept_bytes = static_cast<off_t>(record_bytes_) * static_cast<off_t>(keep);
  if (fstat(descriptor_, &status) != 0) fail("examined");
  if (status.st_size < kept_bytes) {
    const auto found = status.st_size;
    ::close(descriptor_);
    throw Error(
        ErrorKind::kInput,
        fmt::format("{} is truncated: {} bytes, expected {}", path_.string(), found, kept_bytes),
        "remove the folder 'partial' to start from the beginning");
  }
  if (ftruncate(descriptor_, kept_bytes) != 0) fail("cut to length");
}

RecordSpool::~RecordSpool() { ::close(descriptor_); }

void RecordSpool::fail(const char* what) const {
  const int reason = errno;
  if (descriptor_ >= 0) ::close(descriptor_);
  throw Error(ErrorKind::kResource,
              fmt::format("{} cannot be {}: {}", path_.string(), what, std::strerror(reason)));
}

void RecordSpool::append(std::span<const std::byte> record) {
  std::size_t done = 0;
  while (done < record.size()) {
    const off_t at =
        static_cast<off_t>(records_) * static_cast<off_t>(record_bytes_) + static_cast<off_t>(done);
    const ssize_t wrote = ::pwrite(descriptor_, record.data() + done, record.size() - done, at);
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote <= 0) {
      throw Error(ErrorKind::kResource,
                  fmt::format("{} cannot be written: {}", path_.string(), std::strerror(errno)));
    }
    done += static_cast<std::size_t>(wrote);
  }
  ++records_;
}

void RecordSpool::sync() {
  if (fdatasync(descriptor_) != 0) {
    throw Error(ErrorKind::kResource,
                fmt::format("{} cannot be synced: {}", path_.string(), std::strerror(errno)));
  }
}

void RecordSpool::read(std::int64_t index, std::span<std::byte> record) const {
  std::size_t done = 0;
  while (done < record.size()) {
    const off_t at =
        static_cast<off_t>(index) * static_cast<off_t>(record_bytes_) + static_cast<off_t>(done);
    const ssize_t count = ::pread(descriptor_, record.data() + done, record.size() - done, at);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) {
      throw Error(ErrorKind::kInput,
                  fmt::format("{}: record {} cannot be read", path_.string(), index));
    }
    done += static_cast<std::size_t>(count);
  }
}

}  // namespace sengen::io
