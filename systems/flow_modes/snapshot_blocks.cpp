// SPDX-License-Identifier: Apache-2.0
#include "snapshot_blocks.hpp"

#include <algorithm>
#include <functional>
#include <numeric>
#include <string_view>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <sengen/core/error.hpp>

namespace sengen::flow_modes {

namespace {

// The order in which a file of snapshots has its axes; a plane has no z.
constexpr std::string_view kOrder = "tzyxc";

std::int64_t product(const io::Shape& shape) {
  return std::accumulate(shape.begin(), shape.end(), std::int64_t{1}, std::multiplies<>());
}

void check_axes(const std::string& axes, const ArraySource& source) {
  if (axes.size() != source.shape.size()) {
    throw Error(ErrorKind::kInput,
                fmt::format("{} has shape [{}], but --axes '{}' names {} axes", source.name,
                            fmt::join(source.shape, ", "), axes, axes.size()),
                "for example --axes tyxc: time, y, x, component");
  }
  for (const char axis : axes) {
    if (kOrder.find(axis) == std::string_view::npos ||
        std::count(axes.begin(), axes.end(), axis) != 1) {
      throw Error(ErrorKind::kUsage,
                  fmt::format("--axes '{}': '{}' is unknown or twice", axes, axis),
                  "each of t, z, y, x, c at most once");
    }
  }
  for (const char axis : std::string_view("tyx")) {
    if (axes.find(axis) == std::string::npos) {
      throw Error(ErrorKind::kUsage, fmt::format("--axes '{}': '{}' is missing", axes, axis));
    }
  }
}

}  // namespace

std::int64_t SnapshotBlock::items() const { return product(count); }

SnapshotBlocks::SnapshotBlocks(ArraySource source, const std::string& axes)
    : source_(std::move(source)) {
  check_axes(axes, source_);
  for (const char axis : kOrder) {
    const auto at = axes.find(axis);
    if (at == std::string::npos && axis == 'z') continue;
    shape_.push_back(at == std::string::npos ? 1 : source_.shape[at]);
    place_.push_back(at == std::string::npos ? std::nullopt : std::optional(at));
  }
  if (product(shape_) / std::max<std::int64_t>(1, shape_[0]) < 1 || shape_[0] < 2) {
    throw Error(ErrorKind::kInput, fmt::format("{}: shape [{}] holds fewer than two snapshots",
                                               source_.name, fmt::join(source_.shape, ", ")));
  }
  const auto time = axes.find('t');
  for (const char axis : std::string_view("zyx")) {
    const auto at = axes.find(axis);
    if (at != std::string::npos && at < time) time_first_ = false;
  }
  std::string ordered;
  for (const char axis : kOrder) {
    if (axes.find(axis) != std::string::npos) ordered += axis;
  }
  natural_ = ordered == axes;
}

std::vector<SnapshotBlock> SnapshotBlocks::blocks(std::int64_t numbers) const {
  // Axes in which blocks are cut, the first before the next: components stay together.
  std::vector<std::size_t> cuts;
  for (std::size_t axis = 1; axis + 1 < shape_.size(); ++axis) cuts.push_back(axis);
  cuts.insert(time_first_ ? cuts.begin() : cuts.end() - 1, 0);
  io::Shape extent = shape_;
  for (const std::size_t axis : cuts) {
    const std::int64_t others = product(extent) / extent[axis];
    extent[axis] = std::clamp<std::int64_t>(numbers / others, 1, extent[axis]);
  }
  std::vector<SnapshotBlock> found;
  SnapshotBlock block{io::Shape(shape_.size(), 0), extent};
  for (bool more = true; more;) {
    for (std::size_t axis = 0; axis < shape_.size(); ++axis) {
      block.count[axis] = std::min(extent[axis], shape_[axis] - block.offset[axis]);
    }
    found.push_back(block);
    more = false;
    for (std::size_t axis = shape_.size(); axis-- > 0 && !more;) {
      block.offset[axis] += extent[axis];
      more = block.offset[axis] < shape_[axis];
      if (!more) block.offset[axis] = 0;
    }
  }
  return found;
}

void SnapshotBlocks::read(const SnapshotBlock& block, std::vector<double>& values) {
  io::Shape offset(source_.shape.size(), 0);
  io::Shape count(source_.shape.size(), 1);
  for (std::size_t axis = 0; axis < shape_.size(); ++axis) {
    const std::optional<std::size_t>& at = place_[axis];
    if (!at) continue;
    offset[*at] = block.offset[axis];
    count[*at] = block.count[axis];
  }
  values.resize(static_cast<std::size_t>(block.items()));
  if (natural_) return source_.read(offset, count, values.data());
  raw_.resize(values.size());
  source_.read(offset, count, raw_.data());
  // Steps in raw_ for one step along each of our axes.
  io::Shape steps(shape_.size(), 0);
  for (std::size_t axis = 0; axis < shape_.size(); ++axis) {
    const std::optional<std::size_t>& at = place_[axis];
    if (!at) continue;
    steps[axis] = product({count.begin() + static_cast<std::ptrdiff_t>(*at) + 1, count.end()});
  }
  io::Shape index(shape_.size(), 0);
  std::int64_t at = 0;
  for (double& value : values) {
    value = raw_[static_cast<std::size_t>(at)];
    for (std::size_t axis = shape_.size(); axis-- > 0;) {
      at += steps[axis];
      if (++index[axis] < block.count[axis]) break;
      at -= steps[axis] * block.count[axis];
      index[axis] = 0;
    }
  }
}

std::string SnapshotBlocks::place(const io::Shape& index) const {
  const std::string names = shape_.size() == 5 ? "tzyxc" : "tyxc";
  std::string text;
  for (std::size_t axis = 0; axis < index.size(); ++axis) {
    text += fmt::format("{}{} {}", axis == 0 ? "" : ", ", names[axis], index[axis]);
  }
  return text;
}

}  // namespace sengen::flow_modes
