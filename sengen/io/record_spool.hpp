// SPDX-License-Identifier: Apache-2.0
// RecordSpool: a flat file of records of one size, appended while a long run goes on. Unlike an
// HDF5 file under construction it survives a kill: what was synced is there, and opening it again
// cuts off whatever came after the last record that the caller knows of.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>

namespace sengen::io {

class RecordSpool {
 public:
  // Opens or makes the file and keeps its first `keep` records. kInput when it holds fewer;
  // kResource when it cannot be written.
  RecordSpool(std::filesystem::path path, std::size_t record_bytes, std::int64_t keep);
  ~RecordSpool();
  RecordSpool(const RecordSpool&) = delete;
  RecordSpool& operator=(const RecordSpool&) = delete;

  std::int64_t records() const noexcept { return records_; }
  // Appends one record; kResource when the disk is full.
  void append(std::span<const std::byte> record);
  // Returns when everything appended so far is on the disk.
  void sync();
  void read(std::int64_t index, std::span<std::byte> record) const;

 private:
  [[noreturn]] void fail(const char* what) const;

  std::filesystem::path path_;
  std::size_t record_bytes_;
  std::int64_t records_;
  int descriptor_;
};

}  // namespace sengen::io
