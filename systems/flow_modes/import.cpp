// SPDX-License-Identifier: Apache-2.0
// The verb import: an array of the user's own (NPY or a dataset of an HDF5 file) becomes a file of
// snapshots, checked number by number, in blocks that fit into memory.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <sengen/core/error.hpp>
#include <sengen/core/stop.hpp>
#include <sengen/io/snapshots.hpp>
#include <sengen/io/xdmf.hpp>

#include "snapshot_blocks.hpp"
#include "stages.hpp"

namespace sengen::flow_modes {

namespace {

// 32 MB in double, twice where the axes must be put in order.
constexpr std::int64_t kNumbersAtOnce = std::int64_t{1} << 22;

// NaN means solid, in every component and at all times; anything else must be finite.
class Finiteness {
 public:
  explicit Finiteness(const SnapshotBlocks& source) : source_(source) {
    const io::Shape& shape = source.shape();
    std::int64_t cells = 1;
    for (std::size_t axis = 1; axis + 1 < shape.size(); ++axis) cells *= shape[axis];
    solid_.resize(static_cast<std::size_t>(cells));
  }

  // Checks a block and puts 0 where it is solid. The first snapshot says where that is.
  void clean(const SnapshotBlock& block, std::vector<double>& values) {
    const std::int64_t components = source_.shape().back();
    io::Shape index(block.offset.size(), 0);
    for (auto value = values.begin(); value != values.end(); value += components) {
      clean_cell(block, index, &*value, components);
      for (std::size_t axis = index.size() - 1; axis-- > 0;) {
        if (++index[axis] < block.count[axis]) break;
        index[axis] = 0;
      }
    }
  }

  const std::vector<std::uint8_t>& solid() const { return solid_; }

 private:
  void clean_cell(const SnapshotBlock& block, const io::Shape& index, double* values,
                  std::int64_t components) {
    std::int64_t cell = 0;
    for (std::size_t axis = 1; axis + 1 < index.size(); ++axis) {
      cell = cell * source_.shape()[axis] + block.offset[axis] + index[axis];
    }
    std::uint8_t& solid = solid_[static_cast<std::size_t>(cell)];
    const bool first = block.offset[0] + index[0] == 0;
    if (first) solid = std::isnan(values[0]) ? 1 : 0;
    for (std::int64_t c = 0; c < components; ++c) {
      if (std::isinf(values[c])) refuse("an infinite value", block, index, c, "");
      const bool nan = std::isnan(values[c]);
      if (nan != (solid != 0)) {
        if (first) refuse("NaN in some components only", block, index, c, "");
        refuse(nan ? "NaN" : "a number where the first snapshot has NaN", block, index, c,
               "NaN marks solid cells and must be the same in all snapshots");
      }
      if (nan) values[c] = 0;
    }
  }

  [[noreturn]] void refuse(const std::string& what, const SnapshotBlock& block, io::Shape index,
                           std::int64_t component, const std::string& hint) const {
    for (std::size_t axis = 0; axis < index.size(); ++axis) index[axis] += block.offset[axis];
    index.back() = component;
    throw Error(ErrorKind::kInput,
                fmt::format("{}: {} at {}", source_.source().name, what, source_.place(index)),
                hint);
  }

  const SnapshotBlocks& source_;
  std::vector<std::uint8_t> solid_;
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
  const std::vector<std::string>& given = config.import.components;
  if (!given.empty() && std::ssize(given) != count) {
    throw Error(ErrorKind::kUsage, fmt::format("--components names {} ({}), the array has {}",
                                               given.size(), fmt::join(given, ", "), count));
  }
  if (!given.empty()) return given;
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
  const ArraySource source = open_array(config.import.weights);
  const auto refuse = [&](const std::string& what) {
    throw Error(ErrorKind::kInput, fmt::format("--weights {}: {}", source.name, what),
                "a weight is the volume of its cell");
  };
  if (source.shape != io::Shape(info.shape.begin() + 1, info.shape.end() - 1)) {
    refuse(fmt::format("has shape [{}], expected that of a snapshot's cells",
                       fmt::join(source.shape, ", ")));
  }
  const std::vector<double> weights = source.read_all();
  for (const double weight : weights) {
    if (!(weight >= 0) || !std::isfinite(weight)) {
      refuse(fmt::format("a weight is {}, expected a finite number >= 0", weight));
    }
  }
  if (*std::max_element(weights.begin(), weights.end()) == 0) refuse("all weights are 0");
  return weights;
}

io::SnapshotInfo describe(const Config& config, const SnapshotBlocks& source) {
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

// What is left when all is read must be worth a decomposition.
void check_fluid(const Config& config, const io::SnapshotInfo& info) {
  bool any = false;
  for (std::size_t cell = 0; cell < info.solid.size(); ++cell) {
    if (info.solid[cell] != 0) continue;
    any = true;
    if (info.weights[cell] > 0) return;
  }
  throw Error(
      ErrorKind::kInput,
      any ? fmt::format("--weights {}: every cell that is not solid weighs nothing",
                        config.import.weights)
          : fmt::format("{}: all values are NaN, every cell is solid", config.import.source));
}

std::filesystem::path target_of(const study::Context& context) {
  const std::filesystem::path& target = context.directory();
  if (target.extension() == ".h5" || target.extension() == ".hdf5") return target;
  throw Error(ErrorKind::kUsage,
              fmt::format("-o {}: expected a file that ends in .h5 or .hdf5", target.string()));
}

}  // namespace

// What can be seen without reading all numbers.
void check_import(const Config& config) {
  const SnapshotBlocks source(open_array(config.import.source), config.import.axes);
  io::SnapshotInfo info = describe(config, source);
  info.solid.assign(static_cast<std::size_t>(info.cells()), 0);
  info.check(config.import.source);
}

void import_data(const Config& config, study::Context& context) {
  const std::filesystem::path target = target_of(context);
  SnapshotBlocks source(open_array(config.import.source), config.import.axes);
  io::SnapshotInfo info = describe(config, source);
  Finiteness finiteness(source);
  info.solid = finiteness.solid();
  io::SnapshotWriter writer(target, info);
  const auto blocks = source.blocks(kNumbersAtOnce);
  Progress progress(context.log(), "import", std::ssize(blocks), "blocks");
  std::vector<double> values;
  std::int64_t done = 0;
  for (const SnapshotBlock& block : blocks) {
    if (context.should_stop()) {
      throw Error(ErrorKind::kStopped,
                  fmt::format("stopped by {}; {} was not written", stop_reason(), target.string()),
                  "the same command begins anew");
    }
    source.read(block, values);
    finiteness.clean(block, values);
    writer.write_block(block.offset, block.count, values.data());
    progress.update(++done);
  }
  info.solid = finiteness.solid();
  check_fluid(config, info);
  writer.write_solid(info.solid);
  writer.commit();
  auto xdmf = target;
  xdmf.replace_extension(".xdmf");
  io::write_xdmf(xdmf, target.filename().string(), io::xdmf_series(info));
  context.log().info("{}: {} snapshots of [{}], {} of {} cells solid", target.string(),
                     info.snapshots(), fmt::join(info.shape.begin() + 1, info.shape.end(), ", "),
                     std::count(info.solid.begin(), info.solid.end(), 1), info.cells());
}

}  // namespace sengen::flow_modes
