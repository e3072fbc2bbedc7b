// SPDX-License-Identifier: Apache-2.0
// Snapshots: a series of fields on one rectilinear grid in one HDF5 file, the form in which solvers
// and importers hand data to the rest.
//   /field   float32|float64 [t, (z,) y, x, c]    /time [t]    /x /y (/z) cell centres
//   /solid   uint8 [(z,) y, x], 1 = no fluid      /weight [(z,) y, x] cell volumes
//   attributes of "/": format, format_version, components ("u,v"), unit, length_unit, time_unit,
//   source
// Values in solid cells are 0. Files appear complete or not at all.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <sengen/io/atomic_file.hpp>
#include <sengen/io/hdf5.hpp>

namespace sengen::io {

struct SnapshotInfo {
  Shape shape;  // [t, (z,) y, x, c]
  ElementType type = ElementType::kFloat32;
  std::vector<double> times;
  std::vector<std::vector<double>> axes;  // cell centres of (z,) y, x
  std::vector<std::string> components;
  std::string unit = "1";         // of the values
  std::string length_unit = "1";  // of the axes
  std::string time_unit = "1";    // of the times
  std::string source;             // who made it, in words
  std::vector<std::uint8_t> solid;
  std::vector<double> weights;

  std::int64_t snapshots() const { return shape.front(); }
  std::int64_t component_count() const { return shape.back(); }
  // Cells of one snapshot, and of one row of the slowest space axis (what slabs are made of).
  std::int64_t cells() const;
  // Cells times components.
  std::int64_t numbers() const { return cells() * component_count(); }
  std::int64_t rows() const { return shape[1]; }
  std::int64_t cells_per_row() const { return cells() / rows(); }
  // Mean distance in time of neighbouring snapshots.
  double time_step() const;
  // kInput naming what does not fit: lengths of axes and lists, times that do not grow evenly.
  void check(const std::string& file) const;
};

class SnapshotWriter {
 public:
  // Writes everything but the field. kResource when it cannot.
  SnapshotWriter(const std::filesystem::path& path, const SnapshotInfo& info);
  // Snapshot number `index`: cells x components values.
  template <typename T>
  void write(std::int64_t index, const T* values);
  // A block of the field, whose axes are those of info.shape.
  template <typename T>
  void write_block(const Shape& offset, const Shape& count, const T* values);
  // Where the mask is known only when all is read: in place of info.solid.
  void write_solid(const std::vector<std::uint8_t>& solid);
  // Makes the file appear under its name.
  void commit();

 private:
  AtomicFile target_;
  Hdf5File file_;
  Shape shape_;
};

class SnapshotReader {
 public:
  // Reads and checks everything but the field; kInput naming the file and what is wrong.
  explicit SnapshotReader(const std::filesystem::path& path);

  const SnapshotInfo& info() const noexcept { return info_; }
  // Snapshots [first, first + count) of rows [row, row + rows): count x rows x cells_per_row x c.
  template <typename T>
  void read(std::int64_t first, std::int64_t count, std::int64_t row, std::int64_t rows,
            T* values) const;
  // The numbers [begin, end) of snapshots [first, first + count), counted as they lie in a
  // snapshot: count x (end - begin) values. No other number is read.
  template <typename T>
  void read_run(std::int64_t first, std::int64_t count, std::int64_t begin, std::int64_t end,
                T* values) const;

 private:
  std::filesystem::path path_;
  Hdf5File file_;
  SnapshotInfo info_;
};

}  // namespace sengen::io
