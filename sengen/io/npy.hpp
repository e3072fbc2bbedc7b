// SPDX-License-Identifier: Apache-2.0
// NPY (format versions 1 to 3 of NumPy's numpy.lib.format): arrays of real numbers, little-endian,
// in C order; complex ones where the caller asks for them. Big-endian, Fortran-order and object
// arrays are refused with the line of Python that mends them.
#pragma once

#include <complex>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <span>
#include <string>
#include <vector>

#include <sengen/io/hdf5.hpp>

namespace sengen::io {

// What a caller can use: real numbers (integers and truth values among them), or complex ones too.
enum class NpyNumbers { kReal, kAny };

// What stands before the numbers.
struct NpyHeader {
  Shape shape;
  std::string descriptor;  // "<f4"
  std::size_t item_bytes = 0;
  std::size_t data_offset = 0;  // from the beginning of the file
  std::int64_t items() const;
  bool is_complex() const { return descriptor.starts_with("<c"); }
};

// bytes: the beginning of a file, at least all of its header; file_bytes: the length of the whole
// file, which must hold exactly what the header claims. kInput naming what is wrong.
NpyHeader parse_npy_header(std::span<const std::byte> bytes, std::uintmax_t file_bytes,
                           const std::string& source, NpyNumbers numbers = NpyNumbers::kReal);

// A whole array in memory.
struct NpyArray {
  Shape shape;
  bool is_complex = false;
  std::vector<double> values;  // of a complex array real, imaginary, real, imaginary, ...
};

// bytes: a whole NPY file. kInput naming what is wrong.
NpyArray parse_npy(std::span<const std::byte> bytes, const std::string& source,
                   NpyNumbers numbers = NpyNumbers::kAny);

// Streams an array from a file.
class NpyReader {
 public:
  explicit NpyReader(const std::filesystem::path& path, NpyNumbers numbers = NpyNumbers::kReal);
  const NpyHeader& header() const noexcept { return header_; }
  // Items [first, first + count) in the order of the file, converted. T: float or double; of a
  // complex array each item is a pair of them, real part first.
  template <typename T>
  void read(std::int64_t first, std::int64_t count, T* values);
  // The same with real items as complex numbers without imaginary part.
  void read(std::int64_t first, std::int64_t count, std::complex<double>* values);

 private:
  std::filesystem::path path_;
  std::ifstream file_;
  NpyHeader header_;
};

// Atomic, version 1.0. T: float, double or std::complex<double>. kResource.
template <typename T>
void write_npy(const std::filesystem::path& path, const Shape& shape, const T* values);

}  // namespace sengen::io
