// SPDX-License-Identifier: Apache-2.0
// DirectoryLock: one writer for a directory. The file `.lock` names host, process and its start,
// and an flock on it decides on one host. A lock whose process is gone is taken over; one of
// another host is respected, since nobody here can see that host's processes.
#pragma once

#include <filesystem>

namespace sengen::io {

class DirectoryLock {
 public:
  // kResource naming host and process of the present owner, or why the file cannot be made.
  explicit DirectoryLock(const std::filesystem::path& directory);
  // Removes the lock.
  ~DirectoryLock();
  DirectoryLock(const DirectoryLock&) = delete;
  DirectoryLock& operator=(const DirectoryLock&) = delete;

 private:
  std::filesystem::path path_;
  int descriptor_ = -1;
};

}  // namespace sengen::io
