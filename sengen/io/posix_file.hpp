// SPDX-License-Identifier: Apache-2.0
// OutputFile and InputFile: files by the calls of POSIX. Unlike a stream each of them tells why a
// call failed, can be made to last, and never reads or writes less than was asked for. Not atomic
// by itself: write through AtomicFile, or into a folder that is renamed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string_view>

#include <sengen/core/hash.hpp>

namespace sengen::io {

class OutputFile {
 public:
  // kEmpty: makes the file, or empties the one that is there; kNew: kResource when it is there.
  enum class Start { kEmpty, kNew };
  // kResource naming path and reason; shown: the path for messages, of a file to be renamed.
  explicit OutputFile(const std::filesystem::path& path, Start start = Start::kEmpty,
                      const std::filesystem::path& shown = {});
  ~OutputFile();
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  // Appends all of it. kResource.
  void write(std::span<const std::byte> bytes);
  void write(std::string_view text) { write(std::as_bytes(std::span(text))); }
  // Returns when what was written is on the disk. kResource.
  void sync();

 private:
  std::filesystem::path shown_;
  int descriptor_;
};

class InputFile {
 public:
  // kInput when it cannot be read or is no file, kResource when too many are open.
  explicit InputFile(std::filesystem::path path);
  InputFile(InputFile&& other) noexcept;
  InputFile& operator=(InputFile&& other) noexcept;
  ~InputFile();

  const std::filesystem::path& path() const noexcept { return path_; }
  // When it was opened.
  std::uint64_t size() const noexcept { return size_; }
  // Fills the target from this place on; kInput when the file ends before.
  void read(std::uint64_t offset, std::span<std::byte> target) const;

 private:
  std::filesystem::path path_;
  int descriptor_;
  std::uint64_t size_ = 0;
};

// Adds the bytes [begin, end) of a file to a hash.
void hash_part(const InputFile& file, std::uint64_t begin, std::uint64_t end, Hasher& hasher);

// Returns when what a file holds, or what was made or renamed in a folder, is on the disk.
// kResource.
void sync_path(const std::filesystem::path& path);

}  // namespace sengen::io
