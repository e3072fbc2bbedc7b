// SPDX-License-Identifier: Apache-2.0
#include <sengen/io/snapshots.hpp>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <sstream>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <sengen/core/error.hpp>
#include <sengen/io/file_kind.hpp>
#include <sengen/io/hyperslabs.hpp>

namespace sengen::io {

namespace {

constexpr const char* kField = "/field";
constexpr const char* kFormat = "sengen snapshots";
constexpr std::int64_t kFormatVersion = 1;
// Names of the space axes, slowest first; a plane has the last two.
constexpr const char* kAxisNames[] = {"/z", "/y", "/x"};

std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> words;
  std::istringstream stream(text);
  for (std::string word; std::getline(stream, word, ',');) words.push_back(word);
  return words;
}

[[noreturn]] void refuse(const std::string& file, const std::string& what) {
  throw Error(ErrorKind::kInput, fmt::format("{}: {}", file, what),
              "'sengen flow-modes import' makes such a file from NPY or HDF5 arrays");
}

// An array of one's own is the likeliest thing to be taken for a file of snapshots.
Hdf5File open_snapshots(const std::filesystem::path& path) {
  if (file_kind(path) == FileKind::kNpy) {
    refuse(path.string(), "is an NPY array, expected a file of snapshots");
  }
  return Hdf5File::open(path);
}

Shape space_shape(const SnapshotInfo& info) {
  return {info.shape.begin() + 1, info.shape.end() - 1};
}

const char* axis_name(std::size_t dimensions, std::size_t axis) {
  return kAxisNames[3 - dimensions + axis];
}

}  // namespace

std::int64_t SnapshotInfo::cells() const {
  return std::accumulate(shape.begin() + 1, shape.end() - 1, std::int64_t{1}, std::multiplies<>());
}

double SnapshotInfo::time_step() const {
  if (times.size() < 2) return 0;
  return (times.back() - times.front()) / static_cast<double>(times.size() - 1);
}

void SnapshotInfo::check(const std::string& file) const {
  if (shape.size() != 4 && shape.size() != 5) {
    refuse(file, fmt::format("field has shape [{}], expected [t, y, x, c] or [t, z, y, x, c]",
                             fmt::join(shape, ", ")));
  }
  for (const std::int64_t extent : shape) {
    if (extent < 1)
      refuse(file, fmt::format("field has an empty axis: [{}]", fmt::join(shape, ", ")));
  }
  const auto expect = [&](const char* name, std::size_t found, std::int64_t expected) {
    if (found != static_cast<std::size_t>(expected)) {
      refuse(file, fmt::format("{} has {} entries, expected {}", name, found, expected));
    }
  };
  expect("time", times.size(), snapshots());
  expect("the list of components", components.size(), component_count());
  expect("the list of axes", axes.size(), static_cast<std::int64_t>(shape.size()) - 2);
  for (std::size_t axis = 0; axis < axes.size(); ++axis) {
    expect(axis_name(axes.size(), axis), axes[axis].size(), shape[axis + 1]);
  }
  // After the axes: a product of extents that a damaged file merely claims may overflow.
  expect("solid", solid.size(), cells());
  expect("weight", weights.size(), cells());
  const double step = time_step();
  for (std::size_t i = 1; i < times.size(); ++i) {
    if (!(std::abs(times[i] - times[i - 1] - step) <= 1e-6 * std::abs(step)) || !(step > 0)) {
      refuse(file, fmt::format("time does not grow evenly: time[{}] = {}, time[{}] = {}", i - 1,
                               times[i - 1], i, times[i]));
    }
  }
  for (const double weight : weights) {
    if (!(weight >= 0) || !std::isfinite(weight)) {
      refuse(file, fmt::format("a weight is {}, expected a finite number >= 0", weight));
    }
  }
}

SnapshotWriter::SnapshotWriter(const std::filesystem::path& path, const SnapshotInfo& info)
    : target_(path), file_(Hdf5File::create(target_)), shape_(info.shape) {
  info.check(path.string());
  file_.set_attribute("/", "format", std::string(kFormat));
  file_.set_attribute("/", "format_version", kFormatVersion);
  file_.set_attribute("/", "components", fmt::format("{}", fmt::join(info.components, ",")));
  file_.set_attribute("/", "unit", info.unit);
  file_.set_attribute("/", "length_unit", info.length_unit);
  file_.set_attribute("/", "time_unit", info.time_unit);
  file_.set_attribute("/", "source", info.source);
  file_.write("/time", {info.snapshots()}, info.times.data());
  for (std::size_t axis = 0; axis < info.axes.size(); ++axis) {
    file_.write(axis_name(info.axes.size(), axis), {info.shape[axis + 1]}, info.axes[axis].data());
  }
  file_.write("/solid", space_shape(info), info.solid.data());
  file_.write("/weight", space_shape(info), info.weights.data());
  file_.create_dataset(kField, info.type, info.shape);
}

template <typename T>
void SnapshotWriter::write(std::int64_t index, const T* values) {
  Shape offset(shape_.size(), 0);
  offset.front() = index;
  Shape count = shape_;
  count.front() = 1;
  write_block(offset, count, values);
}
template void SnapshotWriter::write(std::int64_t, const float*);
template void SnapshotWriter::write(std::int64_t, const double*);

template <typename T>
void SnapshotWriter::write_block(const Shape& offset, const Shape& count, const T* values) {
  file_.write_block(kField, offset, count, values);
}
template void SnapshotWriter::write_block(const Shape&, const Shape&, const float*);
template void SnapshotWriter::write_block(const Shape&, const Shape&, const double*);

void SnapshotWriter::write_solid(const std::vector<std::uint8_t>& solid) {
  const Shape space(shape_.begin() + 1, shape_.end() - 1);
  file_.write_block("/solid", Shape(space.size(), 0), space, solid.data());
}

void SnapshotWriter::commit() {
  file_.close();
  target_.commit();
}

SnapshotReader::SnapshotReader(const std::filesystem::path& path)
    : path_(path), file_(open_snapshots(path)) {
  const std::string name = path.string();
  for (const char* dataset : {kField, "/time", "/solid", "/weight"}) {
    if (!file_.contains(dataset)) refuse(name, fmt::format("has no dataset {}", dataset));
  }
  if (!file_.has_attribute("/", "format") || file_.attribute_string("/", "format") != kFormat) {
    refuse(name, fmt::format("is no file of snapshots: attribute 'format' is not '{}'", kFormat));
  }
  const std::int64_t version = file_.attribute_int("/", "format_version");
  if (version != kFormatVersion) {
    refuse(name,
           fmt::format("has format version {}, this program reads {}", version, kFormatVersion));
  }
  info_.shape = file_.shape(kField);
  info_.type = file_.element_type(kField);
  if (info_.type != ElementType::kFloat32 && info_.type != ElementType::kFloat64) {
    refuse(name, "field holds no floating-point numbers");
  }
  if (info_.shape.size() != 4 && info_.shape.size() != 5) info_.check(name);
  info_.times = file_.read<double>("/time");
  const std::size_t dimensions = info_.shape.size() - 2;
  for (std::size_t axis = 0; axis < dimensions; ++axis) {
    info_.axes.push_back(file_.read<double>(axis_name(dimensions, axis)));
  }
  info_.components = split(file_.attribute_string("/", "components"));
  info_.unit = file_.attribute_string("/", "unit");
  info_.length_unit = file_.attribute_string("/", "length_unit");
  info_.time_unit = file_.attribute_string("/", "time_unit");
  info_.source = file_.attribute_string("/", "source");
  info_.solid = file_.read<std::uint8_t>("/solid");
  info_.weights = file_.read<double>("/weight");
  info_.check(name);
}

template <typename T>
void SnapshotReader::read(std::int64_t first, std::int64_t count, std::int64_t row,
                          std::int64_t rows, T* values) const {
  Shape offset(info_.shape.size(), 0);
  Shape extent = info_.shape;
  offset[0] = first;
  extent[0] = count;
  offset[1] = row;
  extent[1] = rows;
  file_.read_block(kField, offset, extent, values);
}
template void SnapshotReader::read(std::int64_t, std::int64_t, std::int64_t, std::int64_t,
                                   float*) const;
template void SnapshotReader::read(std::int64_t, std::int64_t, std::int64_t, std::int64_t,
                                   double*) const;

template <typename T>
void SnapshotReader::read_run(std::int64_t first, std::int64_t count, std::int64_t begin,
                              std::int64_t end, T* values) const {
  const Shape snapshot(info_.shape.begin() + 1, info_.shape.end());
  const auto slabs = hyperslabs(snapshot, begin, end);
  const auto read_slab = [&](const Hyperslab& slab, T* into) {
    Shape offset = slab.offset;
    Shape extent = slab.count;
    offset.insert(offset.begin(), first);
    extent.insert(extent.begin(), count);
    file_.read_block(kField, offset, extent, into);
  };
  if (slabs.size() == 1) return read_slab(slabs.front(), values);
  // A piece has all its times together, the run all its pieces of one time.
  std::vector<T> piece;
  std::int64_t done = 0;
  for (const Hyperslab& slab : slabs) {
    const std::int64_t items = slab.items();
    piece.resize(static_cast<std::size_t>(count * items));
    read_slab(slab, piece.data());
    for (std::int64_t t = 0; t < count; ++t) {
      std::copy_n(piece.data() + t * items, items, values + t * (end - begin) + done);
    }
    done += items;
  }
}
template void SnapshotReader::read_run(std::int64_t, std::int64_t, std::int64_t, std::int64_t,
                                       float*) const;
template void SnapshotReader::read_run(std::int64_t, std::int64_t, std::int64_t, std::int64_t,
                                       double*) const;

}  // namespace sengen::io
