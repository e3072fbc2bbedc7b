// SPDX-License-Identifier: Apache-2.0
// The verb import: an array of the user's own (NPY or a dataset of an HDF5 file) becomes a file of
// snapshots, checked number by number.
#include <algorithm>
#include <cmath>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <sengen/core/error.hpp>
#include <sengen/core/stop.hpp>
#include <sengen/io/npy.hpp>
#include <sengen/io/snapshots.hpp>

#include "stages.hpp"

namespace sengen::flow_modes {

namespace {

// The order in which a file of snapshots has its axes; a plane has no z.
constexpr std::string_view kOrder = "tzyxc";

// An array in a file, read in runs of its own order.
struct Source {
  std::string name;
  io::Shape shape;
  io::ElementType type = io::ElementType::kFloat32;
  // Items [first, first + count) in the order of the file.
  std::function<void(std::int64_t first, std::int64_t count, double* values)> read;
};

Source open_npy(const std::string& name) {
  auto reader = std::make_shared<io::NpyReader>(name);
  const bool is_double =
      reader->header().descriptor == "<f8" || reader->header().descriptor == "<i8";
  return {name, reader->header().shape,
          is_double ? io::ElementType::kFloat64 : io::ElementType::kFloat32,
          [reader](std::int64_t first, std::int64_t count, double* values) {
            reader->read(first, count, values);
          }};
}

// Blocks of the first axis are what HDF5 hands out; an item run must be whole rows of it.
Source open_hdf5(const std::string& name, const std::string& file, const std::string& dataset) {
  auto reader = std::make_shared<io::Hdf5File>(io::Hdf5File::open(file));
  if (!reader->contains(dataset)) {
    throw Error(ErrorKind::kInput, fmt::format("{}: no dataset {}", file, dataset),
                fmt::format("it has: {}", fmt::join(reader->datasets(), ", ")));
  }
  const io::Shape shape = reader->shape(dataset);
  const auto type = reader->element_type(dataset);
  return {name, shape, type == io::ElementType::kFloat64 ? type : io::ElementType::kFloat32,
          [reader, dataset, shape](std::int64_t first, std::int64_t count, double* values) {
            std::int64_t row = 1;
            for (std::size_t axis = 1; axis < shape.size(); ++axis) row *= shape[axis];
            io::Shape offset(shape.size(), 0);
            io::Shape extent = shape;
            offset[0] = first / row;
            extent[0] = count / row;
            reader->read_block(dataset, offset, extent, values);
          }};
}

Source open_source(const std::string& name) {
  if (name.ends_with(".npy")) return open_npy(name);
  const auto colon = name.rfind(":/");
  if (colon != std::string::npos)
    return open_hdf5(name, name.substr(0, colon), name.substr(colon + 1));
  if (name.ends_with(".h5") || name.ends_with(".hdf5")) {
    const auto datasets = io::Hdf5File::open(name).datasets();
    throw Error(ErrorKind::kUsage, fmt::format("{}: name the dataset as well", name),
                fmt::format("{}:PATH with PATH one of {}", name, fmt::join(datasets, ", ")));
  }
  throw Error(ErrorKind::kUsage, fmt::format("{}: neither FILE.npy nor FILE.h5:/dataset", name));
}

// Where each axis of kOrder lies in the user's array; nothing for an axis it does not have.
struct AxisOrder {
  std::vector<std::optional<std::size_t>> place;

  AxisOrder(const std::string& axes, const Source& source) {
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
    for (const char axis : kOrder) {
      const auto at = axes.find(axis);
      place.push_back(at == std::string::npos ? std::nullopt : std::optional(at));
      if (!place.back() && (axis == 't' || axis == 'y' || axis == 'x')) {
        throw Error(ErrorKind::kUsage, fmt::format("--axes '{}': '{}' is missing", axes, axis));
      }
    }
  }

  bool is_natural() const {
    std::size_t next = 0;
    for (const auto& at : place) {
      if (at && *at != next) return false;
      if (at) ++next;
    }
    return true;
  }
};

// Hands out snapshots in the order (z,) y, x, c.
class SnapshotSource {
 public:
  SnapshotSource(Source source, const std::string& axes)
      : source_(std::move(source)), order_(axes, source_) {
    for (std::size_t axis = 0; axis < kOrder.size(); ++axis) {
      const std::optional<std::size_t>& place = order_.place[axis];
      const bool is_missing_z = axis == 1 && !place;
      if (is_missing_z) continue;
      shape_.push_back(place ? source_.shape[*place] : 1);
    }
    items_ = 1;
    for (std::size_t axis = 1; axis < shape_.size(); ++axis) items_ *= shape_[axis];
    if (items_ < 1 || shape_[0] < 2) {
      throw Error(ErrorKind::kInput, fmt::format("{}: shape [{}] holds fewer than two snapshots",
                                                 source_.name, fmt::join(source_.shape, ", ")));
    }
    if (!order_.is_natural()) whole_ = rearranged();
  }

  const io::Shape& shape() const { return shape_; }
  const Source& source() const { return source_; }
  std::int64_t items() const { return items_; }

  void read(std::int64_t t, std::vector<double>& values) {
    values.resize(static_cast<std::size_t>(items_));
    if (whole_.empty()) {
      source_.read(t * items_, items_, values.data());
    } else {
      std::copy_n(whole_.begin() + t * items_, items_, values.begin());
    }
  }

  // "t 3, y 10, x 4, c 0"
  std::string place_of(std::int64_t t, std::int64_t item) const {
    std::string text;
    const std::string names = shape_.size() == 5 ? "zyxc" : "yxc";
    for (std::size_t axis = shape_.size() - 1; axis >= 1; --axis) {
      text = fmt::format(", {} {}", names[axis - 1], item % shape_[axis]) + text;
      item /= shape_[axis];
    }
    return fmt::format("t {}{}", t, text);
  }

 private:
  // Any other order of axes is brought into ours in memory.
  std::vector<double> rearranged() const {
    std::vector<std::int64_t> stride(source_.shape.size(), 1);
    for (std::size_t axis = source_.shape.size(); axis-- > 1;) {
      stride[axis - 1] = stride[axis] * source_.shape[axis];
    }
    const std::int64_t total = stride[0] * source_.shape[0];
    std::vector<double> raw(static_cast<std::size_t>(total));
    source_.read(0, total, raw.data());
    std::vector<std::int64_t> extents;
    std::vector<std::int64_t> steps;
    for (const auto& at : order_.place) {
      if (!at) continue;
      extents.push_back(source_.shape[*at]);
      steps.push_back(stride[*at]);
    }
    std::vector<double> values;
    values.reserve(raw.size());
    std::vector<std::int64_t> index(extents.size(), 0);
    std::int64_t at = 0;
    for (std::int64_t n = 0; n < total; ++n) {
      values.push_back(raw[static_cast<std::size_t>(at)]);
      for (std::size_t axis = extents.size(); axis-- > 0;) {
        at += steps[axis];
        if (++index[axis] < extents[axis]) break;
        at -= steps[axis] * extents[axis];
        index[axis] = 0;
      }
    }
    return values;
  }

  Source source_;
  AxisOrder order_;
  io::Shape shape_;
  std::int64_t items_ = 0;
  std::vector<double> whole_;  // empty when the file's order is ours
};

// NaN means solid, in every component and at all times; anything else must be finite.
class Finiteness {
 public:
  Finiteness(const SnapshotSource& source, std::vector<double>& first) : source_(source) {
    for (const double value : first) nan_.push_back(std::isnan(value));
  }

  // Checks a snapshot and puts 0 where it is solid.
  void clean(std::int64_t t, std::vector<double>& values) const {
    for (std::size_t i = 0; i < values.size(); ++i) {
      const auto item = static_cast<std::int64_t>(i);
      if (std::isinf(values[i])) refuse("an infinite value", t, item, "");
      if (std::isnan(values[i]) != nan_[i]) {
        refuse(nan_[i] ? "a number where the first snapshot has NaN" : "NaN", t, item,
               "NaN marks solid cells and must be the same in all snapshots");
      }
      if (nan_[i]) values[i] = 0;
    }
  }

  std::vector<std::uint8_t> solid() const {
    const auto components = static_cast<std::size_t>(source_.shape().back());
    std::vector<std::uint8_t> mask;
    for (std::size_t cell = 0; cell < nan_.size() / components; ++cell) {
      const auto begin = nan_.begin() + static_cast<std::ptrdiff_t>(cell * components);
      const auto count = std::count(begin, begin + static_cast<std::ptrdiff_t>(components), true);
      if (count != 0 && count != static_cast<std::ptrdiff_t>(components)) {
        refuse("NaN in some components only", 0, static_cast<std::int64_t>(cell * components), "");
      }
      mask.push_back(count != 0 ? 1 : 0);
    }
    return mask;
  }

 private:
  [[noreturn]] void refuse(const std::string& what, std::int64_t t, std::int64_t item,
                           const std::string& hint) const {
    throw Error(ErrorKind::kInput,
                fmt::format("{}: {} at {}", source_.source().name, what, source_.place_of(t, item)),
                hint);
  }

  const SnapshotSource& source_;
  std::vector<bool> nan_;
};

// One number for every space axis from one for all, or one each.
std::vector<double> for_each_axis(const std::vector<double>& given, std::size_t axes,
                                  double otherwise, const char* flag) {
  if (given.empty()) return std::vector<double>(axes, otherwise);
  if (given.size() == 1) return std::vector<double>(axes, given.front());
  if (given.size() != axes) {
    throw Error(ErrorKind::kUsage,
                fmt::format("{} has {} numbers, expected 1 or {}", flag, given.size(), axes));
  }
  return given;
}

std::vector<std::string> component_names(const Config& config, std::int64_t count) {
  if (!config.import.components.empty()) return config.import.components;
  if (count == 1) return {"value"};
  std::vector<std::string> names;
  for (std::int64_t c = 0; c < count; ++c) {
    names.push_back(c < 3 ? std::string(1, "uvw"[c]) : fmt::format("c{}", c + 1));
  }
  return names;
}

std::vector<double> cell_weights(const Config& config, const io::SnapshotInfo& info,
                                 double uniform) {
  if (config.import.weights.empty()) {
    return std::vector<double>(static_cast<std::size_t>(info.cells()), uniform);
  }
  const Source source = open_source(config.import.weights);
  if (source.shape != io::Shape(info.shape.begin() + 1, info.shape.end() - 1)) {
    throw Error(ErrorKind::kInput,
                fmt::format("{} has shape [{}], expected that of a snapshot's cells", source.name,
                            fmt::join(source.shape, ", ")));
  }
  std::vector<double> weights(static_cast<std::size_t>(info.cells()));
  source.read(0, info.cells(), weights.data());
  return weights;
}

io::SnapshotInfo describe(const Config& config, const SnapshotSource& source) {
  const ImportConfig& import = config.import;
  io::SnapshotInfo info;
  info.shape = source.shape();
  info.type = source.source().type;
  for (std::int64_t t = 0; t < info.snapshots(); ++t) {
    info.times.push_back(static_cast<double>(t) * import.time_step);
  }
  const std::size_t axes = info.shape.size() - 2;
  const auto spacing = for_each_axis(import.spacing, axes, 1, "--spacing");
  const auto origin = for_each_axis(import.origin, axes, 0, "--origin");
  double volume = 1;
  for (std::size_t axis = 0; axis < axes; ++axis) {
    volume *= spacing[axis];
    auto& centres = info.axes.emplace_back();
    for (std::int64_t i = 0; i < info.shape[axis + 1]; ++i) {
      centres.push_back(origin[axis] + static_cast<double>(i) * spacing[axis]);
    }
  }
  info.components = component_names(config, info.component_count());
  info.unit = import.unit;
  info.length_unit = import.length_unit;
  info.time_unit = import.time_unit;
  info.source = fmt::format("imported from {}", source.source().name);
  info.weights = cell_weights(config, info, volume);
  return info;
}

}  // namespace

void import_data(const Config& config, study::Context& context) {
  const std::filesystem::path& target = context.directory();
  if (target.extension() != ".h5") {
    throw Error(ErrorKind::kUsage,
                fmt::format("-o {}: expected a file that ends in .h5", target.string()));
  }
  SnapshotSource source(open_source(config.import.source), config.import.axes);
  std::vector<double> values;
  source.read(0, values);
  const Finiteness finiteness(source, values);
  io::SnapshotInfo info = describe(config, source);
  info.solid = finiteness.solid();
  io::SnapshotWriter writer(target, info);
  Progress progress(context.log(), "import", info.snapshots(), "snapshots");
  for (std::int64_t t = 0; t < info.snapshots(); ++t) {
    if (context.should_stop()) {
      throw Error(ErrorKind::kStopped,
                  fmt::format("stopped by {}; {} was not written", stop_reason(), target.string()),
                  "the same command begins anew");
    }
    source.read(t, values);
    finiteness.clean(t, values);
    writer.write(t, values.data());
    progress.update(t + 1);
  }
  writer.commit();
  context.log().info("{}: {} snapshots of [{}], {} of {} cells solid", target.string(),
                     info.snapshots(), fmt::join(info.shape.begin() + 1, info.shape.end(), ", "),
                     std::count(info.solid.begin(), info.solid.end(), 1), info.cells());
}

}  // namespace sengen::flow_modes
