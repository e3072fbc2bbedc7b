// SPDX-License-Identifier: Apache-2.0
// The header of a safetensors file (github.com/huggingface/safetensors, README, "Format"): 8 bytes
// with the little-endian length of a JSON object, the object itself, and then the bytes of all
// tensors without gaps. The object holds name -> {"dtype", "shape", "data_offsets"} and, under
// "__metadata__", texts by name. Bytes come from strangers: nothing is allocated by what they
// claim.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <sengen/io/dtype.hpp>
#include <sengen/io/hdf5.hpp>

namespace sengen::io {

using Metadata = std::map<std::string, std::string>;

struct TensorInfo {
  std::string name;
  DType type = DType::kF32;
  Shape shape;               // row-major
  std::uint64_t offset = 0;  // of its first byte from the first byte of all data
  std::uint64_t bytes = 0;
};

// The keys of our own files in the metadata: the version of this layout, and the checksum.
inline constexpr const char* kLayoutKey = "sengen";
inline constexpr const char* kChecksumKey = "xxh3";

struct SafetensorsHeader {
  std::vector<TensorInfo> tensors;  // in the order of the header
  Metadata metadata;                // all of it
  std::uint64_t data_offset = 0;    // from the beginning of the file
  // Where the 32 digits of the checksum begin, from the beginning of the file; 0 when there is
  // none.
  std::uint64_t checksum_offset = 0;
};

// Of the JSON object: what the format allows.
inline constexpr std::uint64_t kLargestSafetensorsHeader = 100'000'000;

// The length of the JSON object, from the first 8 bytes of a file of file_bytes. kInput when such a
// file cannot hold it.
std::uint64_t safetensors_header_bytes(std::span<const std::byte> bytes, std::uintmax_t file_bytes,
                                       const std::string& source);

// bytes: the beginning of a file, at least all of its header; file_bytes: the length of the whole
// file, which must hold exactly what the header claims. kInput naming tensor, expected and found.
SafetensorsHeader parse_safetensors_header(std::span<const std::byte> bytes,
                                           std::uintmax_t file_bytes, const std::string& source);

// The beginning of a file with these tensors one after the other (their offsets are not looked at):
// length and object, padded so that the data begin at a multiple of 8. Of the checksum there are
// zeros, at kOwnChecksumOffset. kInternal for names, keys and texts that cannot be written.
std::string format_safetensors_header(std::span<const TensorInfo> tensors,
                                      const Metadata& metadata);
inline constexpr std::uint64_t kOwnChecksumOffset = 8 + 38;

// A name of a file for messages: quoted, shortened, without bytes that a terminal would obey.
std::string shown_name(const std::string& name);

// Bytes of an array; nothing when there are more than 2^63 bits, or no whole number of bytes.
std::optional<std::uint64_t> bytes_of(DType type, const Shape& shape);

}  // namespace sengen::io
