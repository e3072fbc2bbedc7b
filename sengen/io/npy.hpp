// SPDX-License-Identifier: Apache-2.0
// NPY (format versions 1 to 3 of NumPy's numpy.lib.format): arrays of real numbers, little-endian,
// in C order. Big-endian, Fortran-order, complex and object arrays are refused with the line of
// Python that mends them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <span>
#include <string>

#include <sengen/io/hdf5.hpp>

namespace sengen::io {

// What stands before the numbers.
struct NpyHeader {
  Shape shape;
  std::string descriptor;  // "<f4"
  std::size_t item_bytes = 0;
  std::size_t data_offset = 0;  // from the beginning of the file
  std::int64_t items() const;
};

// bytes: the beginning of a file, at least all of its header; file_bytes: the length of the whole
// file, which must hold exactly what the header claims. kInput naming what is wrong.
NpyHeader parse_npy_header(std::span<const std::byte> bytes, std::uintmax_t file_bytes,
                           const std::string& source);

// Streams an array from a file.
class NpyReader {
 public:
  explicit NpyReader(const std::filesystem::path& path);
  const NpyHeader& header() const noexcept { return header_; }
  // Items [first, first + count) in the order of the file, converted. T: float or double.
  template <typename T>
  void read(std::int64_t first, std::int64_t count, T* values);

 private:
  std::filesystem::path path_;
  std::ifstream file_;
  NpyHeader header_;
};

// Atomic, version 1.0. T: float or double. kResource.
template <typename T>
void write_npy(const std::filesystem::path& path, const Shape& shape, const T* values);

}  // namespace sengen::io
