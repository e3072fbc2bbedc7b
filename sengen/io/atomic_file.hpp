// SPDX-License-Identifier: Apache-2.0
// AtomicFile: a file that appears complete or not at all. It is written under a name of its own
// beside the final one, synced, renamed, and the folder synced: neither a kill nor a full disk
// leaves half a file under the final name or harms what was there.
#pragma once

#include <filesystem>
#include <string_view>

#include <sengen/io/posix_file.hpp>

namespace sengen::io {

class AtomicFile {
 public:
  explicit AtomicFile(std::filesystem::path final_path);
  // Removes what was not committed.
  ~AtomicFile();
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;

  // Where to write: "<name>.<host>.<pid>.<number>.tmp". Close it before commit().
  const std::filesystem::path& temporary() const noexcept { return temporary_; }
  // The temporary file, open for writing; its messages name the final path.
  OutputFile open() const;
  // What it will be called.
  const std::filesystem::path& path() const noexcept { return final_; }
  // kResource naming path and reason when it cannot be made to last.
  void commit();

 private:
  std::filesystem::path final_;
  std::filesystem::path temporary_;
  bool committed_ = false;
};

// The whole of a small file. kResource.
void write_text_atomic(const std::filesystem::path& path, std::string_view text);

// Removes temporary files that killed writers left in the folder and below. Only for the one who
// holds the folder's lock.
void remove_temporaries(const std::filesystem::path& folder);

// The kResource error of a path that could not be written, from errno.
[[noreturn]] void fail_writing(const std::filesystem::path& path, int reason);

}  // namespace sengen::io
