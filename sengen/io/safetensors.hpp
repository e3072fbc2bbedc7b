// SPDX-License-Identifier: Apache-2.0
// safetensors: named arrays in one file, for trained models and the shards of checkpoints
// (safetensors_header.hpp has the format). Loading one never runs code. Files of our own carry an
// XXH3-128 of everything, so that no changed bit stays unseen; files of others are read as they
// are.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <vector>

#include <sengen/io/posix_file.hpp>
#include <sengen/io/safetensors_header.hpp>

namespace sengen::io {

// An array in somebody's memory: row-major, little-endian.
struct NamedArray {
  std::string name;
  DType type = DType::kF32;
  Shape shape;
  std::span<const std::byte> bytes;
};

// T: float, double, std::int64_t, std::uint8_t.
template <typename T>
NamedArray named_array(std::string name, Shape shape, std::span<const T> values) {
  return {std::move(name), dtype_of<T>(), std::move(shape), std::as_bytes(values)};
}

// Atomic; the arrays in the order given, the same bytes for the same arrays. metadata: texts for
// readers; the keys "sengen" and "xxh3" are ours. kInternal for names, texts or sizes that are
// impossible; kResource.
void write_safetensors(const std::filesystem::path& path, std::span<const NamedArray> arrays,
                       const Metadata& metadata = {});

// The same into a file that the caller has opened and makes to last.
struct WrittenFile {
  std::uint64_t bytes = 0;
  std::string xxh3;  // of the file as it lies on the disk
};
WrittenFile write_safetensors(OutputFile& file, std::span<const NamedArray> arrays,
                              const Metadata& metadata = {});

// kInternal when an array cannot be written, or two have one name.
void check_arrays(std::span<const NamedArray> arrays);

class SafetensorsReader {
 public:
  // kAll: opening reads the whole file and compares its checksum where it has one; kHeader: the
  // caller has done so by other means, or the file is too large for it.
  enum class Check { kAll, kHeader };
  // kInput when the file is damaged or no safetensors file.
  explicit SafetensorsReader(const std::filesystem::path& path, Check check = Check::kAll);

  // Without the keys of our own.
  const Metadata& metadata() const noexcept { return metadata_; }
  // In the order of the file's header, with names, types and shapes.
  const std::vector<TensorInfo>& tensors() const noexcept { return header_.tensors; }
  std::vector<std::string> names() const;
  bool contains(const std::string& name) const { return index_.contains(name); }
  // kInput when there is no such tensor.
  const TensorInfo& info(const std::string& name) const;
  // Whether the file carries a checksum.
  bool has_checksum() const noexcept { return has_checksum_; }

  // All of a tensor of just this type: float, double, std::int64_t, std::uint8_t. kInput naming
  // both types otherwise.
  template <typename T>
  std::vector<T> read(const std::string& name) const;
  // The bytes of a tensor from byte `first` on, as many as the target has; kInternal when it has
  // not so many.
  void read_bytes(const std::string& name, std::span<std::byte> target,
                  std::uint64_t first = 0) const;

 private:
  void check_content() const;
  // Of the file with zeros in place of the checksum's digits.
  std::string content_hash() const;

  InputFile file_;
  SafetensorsHeader header_;
  Metadata metadata_;
  bool has_checksum_ = false;
  std::map<std::string, std::size_t> index_;
};

}  // namespace sengen::io
