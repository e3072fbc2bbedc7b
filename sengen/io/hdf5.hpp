// SPDX-License-Identifier: Apache-2.0
// Hdf5File: datasets and attributes of one HDF5 file, RAII over the C interface, which works with
// the parallel and the serial library alike. Failures of reading are kInput, of writing kResource,
// with the library's own reason. Not atomic by itself (write through AtomicFile), and no defence
// against malicious files: the library's parser is its own.
#pragma once

#include <complex>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace sengen::io {

class AtomicFile;

// Complex numbers are compounds of two floats called r and i, as h5py and HDF5.jl write them.
enum class ElementType { kFloat32, kFloat64, kInt64, kUint8, kComplex64, kComplex128, kOther };
using Shape = std::vector<std::int64_t>;

// "float32", "float64", ...
const char* to_string(ElementType type) noexcept;

class Hdf5File {
 public:
  // How a dataset lies in the file: in one piece, or in chunks, which may carry checksums
  // (Fletcher-32) that are checked at every read.
  struct Layout {
    Shape chunk;
    bool checksum;
    Layout(Shape chunk_shape = {}, bool with_checksum = false)
        : chunk(std::move(chunk_shape)), checksum(with_checksum) {}
  };

  static Hdf5File create(const std::filesystem::path& path);
  // Writes the temporary file; messages name the final path. Close it before target.commit().
  static Hdf5File create(const AtomicFile& target);
  // Read only, without file locks (they fail on many parallel file systems).
  static Hdf5File open(const std::filesystem::path& path);
  Hdf5File(Hdf5File&&) noexcept;
  Hdf5File& operator=(Hdf5File&&) noexcept;
  ~Hdf5File();

  bool contains(const std::string& name) const;
  // Full names ("/group/data"), sorted.
  std::vector<std::string> datasets() const;
  // kInput when the file cannot hold what the dataset claims, so that callers may allocate by it.
  Shape shape(const std::string& name) const;
  ElementType element_type(const std::string& name) const;

  // Makes groups on the way.
  void create_dataset(const std::string& name, ElementType type, const Shape& shape,
                      const Layout& layout = {});
  // T: float, double, std::int64_t, std::uint8_t, std::complex<double>; numbers are converted to
  // the dataset's type, but never real ones to complex or complex ones to real.
  template <typename T>
  void write_block(const std::string& name, const Shape& offset, const Shape& count, const T* data);
  template <typename T>
  void read_block(const std::string& name, const Shape& offset, const Shape& count, T* data) const;
  // Creates the dataset and writes all of it.
  template <typename T>
  void write(const std::string& name, const Shape& shape, const T* data, const Layout& layout = {});
  // All of a dataset of numbers.
  template <typename T>
  std::vector<T> read(const std::string& name) const;

  // Attributes of a dataset or group; "/" for the file. Setting one again replaces it.
  void set_attribute(const std::string& object, const std::string& key, double value);
  void set_attribute(const std::string& object, const std::string& key, std::int64_t value);
  void set_attribute(const std::string& object, const std::string& key, const std::string& value);
  bool has_attribute(const std::string& object, const std::string& key) const;
  double attribute_double(const std::string& object, const std::string& key) const;
  std::int64_t attribute_int(const std::string& object, const std::string& key) const;
  std::string attribute_string(const std::string& object, const std::string& key) const;

  // Writes out what is buffered; kResource when the disk did not take all of it. The file cannot be
  // used after it, and without it nobody knows whether the file is whole.
  void close();

 private:
  struct State;
  explicit Hdf5File(std::unique_ptr<State> state);
  static Hdf5File create(const std::filesystem::path& path,
                         const std::filesystem::path& shown_path);
  std::unique_ptr<State> state_;
};

}  // namespace sengen::io
