// SPDX-License-Identifier: Apache-2.0
#include "pod_file.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <sengen/io/hyperslabs.hpp>
#include <sengen/io/xdmf.hpp>

namespace sengen::flow_modes {

namespace {

using parallel::Range;

// The shape [n, (z,) y, x, c] of n fields on the grid of the snapshots.
io::Shape field_shape(const io::SnapshotInfo& info, std::int64_t count) {
  io::Shape shape = info.shape;
  shape.front() = count;
  return shape;
}

void write_grid(io::Hdf5File& file, const io::SnapshotInfo& info) {
  constexpr std::array<const char*, 3> kAxes = {"/z", "/y", "/x"};
  const std::size_t dimensions = info.axes.size();
  for (std::size_t axis = 0; axis < dimensions; ++axis) {
    file.write(kAxes[3 - dimensions + axis], {std::ssize(info.axes[axis])}, info.axes[axis].data());
  }
  const io::Shape space(info.shape.begin() + 1, info.shape.end() - 1);
  file.write("/solid", space, info.solid.data());
  file.write("/weight", space, info.weights.data());
  file.write("/time", {info.snapshots()}, info.times.data());
}

// The modes by their number, the mean beside every one of them.
io::XdmfSeries series(const io::SnapshotInfo& info, std::int64_t modes) {
  const auto named = [&](const std::string& prefix) {
    io::XdmfField field{.dataset = "/" + prefix, .type = io::ElementType::kFloat64, .names = {}};
    for (const std::string& name : info.components) field.names.push_back(prefix + " " + name);
    return field;
  };
  io::XdmfSeries result;
  result.axes = info.axes;
  if (modes == 0) {
    result.times = {0};
    result.field = named("mean");
    return result;
  }
  for (std::int64_t k = 1; k <= modes; ++k) result.times.push_back(static_cast<double>(k));
  result.field = named("modes");
  result.fixed = {named("mean")};
  return result;
}

void write_attributes(io::Hdf5File& file, const io::SnapshotInfo& info) {
  file.set_attribute("/", "format", std::string("sengen pod"));
  file.set_attribute("/", "components", fmt::format("{}", fmt::join(info.components, ",")));
  file.set_attribute("/", "unit", info.unit);
  file.set_attribute("/", "length_unit", info.length_unit);
  file.set_attribute("/", "time_unit", info.time_unit);
  file.set_attribute("/", "source", info.source);
}

}  // namespace

PodFile::PodFile(const std::filesystem::path& path, const io::SnapshotInfo& info,
                 std::int64_t modes, const parallel::Communicator& comm)
    : path_(path), info_(info), comm_(comm), modes_(modes) {
  if (!comm_.is_root()) return;
  target_.emplace(path);
  file_.emplace(io::Hdf5File::create(target_->temporary()));
  file_->create_dataset("/modes", io::ElementType::kFloat64, field_shape(info, modes));
  file_->create_dataset("/mean", io::ElementType::kFloat64, field_shape(info, 1));
  write_grid(*file_, info);
  write_attributes(*file_, info);
}

void PodFile::write_modes(Range points, std::span<const double> values) {
  write("/modes", modes_, points, values);
}

void PodFile::write_mean(Range points, std::span<const double> values) {
  write("/mean", 1, points, values);
}

void PodFile::write_coefficients(const linalg::Pod& pod) {
  if (!file_) return;
  file_->write("/coefficients", {pod.modes, pod.times}, pod.coefficients.data());
  file_->write("/singular_values", {std::ssize(pod.singular_values)}, pod.singular_values.data());
}

void PodFile::write(const std::string& name, std::int64_t fields, Range points,
                    std::span<const double> values) {
  std::array<std::int64_t, 2> range = {points.begin, points.end};
  if (!comm_.is_root()) {
    comm_.send(std::as_bytes(std::span(range)), 0);
    if (points.size() > 0) comm_.send(std::as_bytes(values), 0);
    return;
  }
  write_here(name, fields, points, values);
  std::vector<double> received;
  for (int rank = 1; rank < comm_.size(); ++rank) {
    comm_.receive(std::as_writable_bytes(std::span(range)), rank);
    if (range[0] == range[1]) continue;
    received.resize(static_cast<std::size_t>(fields * (range[1] - range[0])));
    comm_.receive(std::as_writable_bytes(std::span(received)), rank);
    write_here(name, fields, {range[0], range[1]}, received);
  }
}

void PodFile::write_here(const std::string& name, std::int64_t fields, Range points,
                         std::span<const double> values) {
  if (!file_) return;
  const io::Shape space(info_.shape.begin() + 1, info_.shape.end());
  std::vector<double> piece;
  std::ptrdiff_t done = 0;
  for (const io::Hyperslab& slab : io::hyperslabs(space, points.begin, points.end)) {
    const std::ptrdiff_t items = slab.items();
    piece.resize(static_cast<std::size_t>(fields * items));
    for (std::ptrdiff_t k = 0; k < fields; ++k) {
      std::copy_n(values.data() + k * points.size() + done, items, piece.data() + k * items);
    }
    done += items;
    io::Shape offset = slab.offset;
    io::Shape extent = slab.count;
    offset.insert(offset.begin(), 0);
    extent.insert(extent.begin(), fields);
    file_->write_block(name, offset, extent, piece.data());
  }
}

void PodFile::commit() {
  if (!file_ || !target_) return;
  file_->close();
  target_->commit();
  auto xdmf = path_;
  io::write_xdmf(xdmf.replace_extension(".xdmf"), path_.filename().string(), series(info_, modes_));
}

}  // namespace sengen::flow_modes
