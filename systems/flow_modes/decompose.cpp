// SPDX-License-Identifier: Apache-2.0
// The stage pod: proper orthogonal decomposition of the snapshots on slabs of space.
#include <algorithm>
#include <optional>
#include <span>

#include <fmt/format.h>

#include <sengen/core/error.hpp>
#include <sengen/io/csv.hpp>
#include <sengen/io/snapshots.hpp>
#include <sengen/linalg/pod.hpp>

#include "stages.hpp"

namespace sengen::flow_modes {

namespace {

using parallel::Range;

// Errors of this many modes are always reported: what papers tabulate.
constexpr int kReportedModes = 20;

// The rows of space of one rank as a reader of points (cell x component) for linalg.
class Slab {
 public:
  Slab(const io::SnapshotReader& reader, const parallel::Communicator& comm)
      : reader_(reader),
        rows_(parallel::block_range(reader.info().rows(), comm.size(), comm.rank())),
        points_per_row_(reader.info().cells_per_row() * reader.info().component_count()) {}

  const Range& rows() const { return rows_; }
  std::ptrdiff_t points() const { return rows_.size() * points_per_row_; }
  std::ptrdiff_t points_per_row() const { return points_per_row_; }

  // Solid cells weigh nothing.
  std::vector<double> weights() const {
    const auto& info = reader_.info();
    const std::ptrdiff_t components = info.component_count();
    std::vector<double> weights;
    weights.reserve(static_cast<std::size_t>(points()));
    const std::ptrdiff_t first = rows_.begin * info.cells_per_row();
    const std::ptrdiff_t last = rows_.end * info.cells_per_row();
    for (std::ptrdiff_t cell = first; cell < last; ++cell) {
      const auto index = static_cast<std::size_t>(cell);
      const double weight = info.solid[index] != 0 ? 0.0 : info.weights[index];
      weights.insert(weights.end(), static_cast<std::size_t>(components), weight);
    }
    return weights;
  }

  // Whole rows are read, since a part of a row is no hyperslab, and the points picked out.
  template <typename T>
  void read(Range points, std::span<T> values) const {
    const std::ptrdiff_t first_row = points.begin / points_per_row_;
    const std::ptrdiff_t end_row = (points.end + points_per_row_ - 1) / points_per_row_;
    const std::ptrdiff_t times = reader_.info().snapshots();
    const std::ptrdiff_t stride = (end_row - first_row) * points_per_row_;
    const std::ptrdiff_t skip = points.begin - first_row * points_per_row_;
    if (stride == points.size()) {
      reader_.read(0, times, rows_.begin + first_row, end_row - first_row, values.data());
      return;
    }
    std::vector<T> whole(static_cast<std::size_t>(times * stride));
    reader_.read(0, times, rows_.begin + first_row, end_row - first_row, whole.data());
    for (std::ptrdiff_t t = 0; t < times; ++t) {
      std::copy_n(whole.data() + t * stride + skip, points.size(),
                  values.data() + t * points.size());
    }
  }

 private:
  const io::SnapshotReader& reader_;
  Range rows_;
  std::ptrdiff_t points_per_row_;
};

linalg::Snapshots as_snapshots(const Slab& slab, const io::SnapshotInfo& info) {
  linalg::Snapshots data;
  data.points = slab.points();
  data.times = info.snapshots();
  data.weights = slab.weights();
  if (info.type == io::ElementType::kFloat64) {
    data.read = linalg::BlockReader<double>(
        [&slab](Range points, std::span<double> values) { slab.read(points, values); });
  } else {
    data.read = linalg::BlockReader<float>(
        [&slab](Range points, std::span<float> values) { slab.read(points, values); });
  }
  return data;
}

// Hands the rows of every rank to the root in turn: write(rows, values of those rows).
template <typename Write>
void for_each_slab(const parallel::Communicator& comm, const io::SnapshotInfo& info,
                   std::vector<double> own, std::ptrdiff_t values_per_row, const Write& write) {
  for (int rank = 0; rank < comm.size(); ++rank) {
    const Range rows = parallel::block_range(info.rows(), comm.size(), rank);
    if (rank == comm.rank() && rank != 0) comm.send(std::as_bytes(std::span(own)), 0);
    if (!comm.is_root()) continue;
    if (rank != 0) {
      own.resize(static_cast<std::size_t>(rows.size() * values_per_row));
      comm.receive(std::as_writable_bytes(std::span(own)), rank);
    }
    write(rows, own);
  }
}

// The shape [n, (z,) y, x, c] of n fields on the grid of the snapshots.
io::Shape field_shape(const io::SnapshotInfo& info, std::int64_t count) {
  io::Shape shape = info.shape;
  shape.front() = count;
  return shape;
}

void write_pod_file(const linalg::Pod& pod, const linalg::Snapshots& data, const Slab& slab,
                    const linalg::PodOptions& options, const io::SnapshotInfo& info,
                    const study::Context& context) {
  std::vector<double> modes(static_cast<std::size_t>(pod.modes * slab.points()));
  linalg::write_modes(data, pod, options, [&](Range points, std::span<const double> values) {
    for (std::ptrdiff_t mode = 0; mode < pod.modes; ++mode) {
      std::copy_n(values.data() + mode * points.size(), points.size(),
                  modes.data() + mode * slab.points() + points.begin);
    }
  });
  std::optional<io::AtomicFile> target;
  std::optional<io::Hdf5File> file;
  if (context.comm().is_root()) {
    target.emplace(context.file(kPodFile));
    file.emplace(io::Hdf5File::create(target->temporary()));
    file->create_dataset("/modes", io::ElementType::kFloat64, field_shape(info, pod.modes));
    file->create_dataset("/mean", io::ElementType::kFloat64, field_shape(info, 1));
    file->write("/coefficients", {pod.modes, pod.times}, pod.coefficients.data());
    file->write("/singular_values", {static_cast<std::int64_t>(pod.singular_values.size())},
                pod.singular_values.data());
    file->write("/time", {info.snapshots()}, info.times.data());
    file->set_attribute("/", "format", std::string("sengen pod"));
    file->set_attribute("/", "unit", info.unit);
    file->set_attribute("/", "time_unit", info.time_unit);
  }
  const auto write_rows = [&](const std::string& name, std::int64_t count) {
    return [&, name, count](Range rows, const std::vector<double>& values) {
      io::Shape offset(info.shape.size(), 0);
      io::Shape extent = field_shape(info, count);
      offset[1] = rows.begin;
      extent[1] = rows.size();
      if (rows.size() > 0) file->write_block(name, offset, extent, values.data());
    };
  };
  for_each_slab(context.comm(), info, std::move(modes), pod.modes * slab.points_per_row(),
                write_rows("/modes", pod.modes));
  for_each_slab(context.comm(), info, pod.mean, slab.points_per_row(), write_rows("/mean", 1));
  if (file && target) {
    file->close();
    target->commit();
  }
}

void write_tables(const linalg::Pod& pod, const io::SnapshotInfo& info,
                  const study::Context& context) {
  io::CsvTable energies;
  energies.columns = {"mode", "singular_value", "energy_share", "error_after"};
  const double total = pod.total_energy();
  for (std::size_t k = 0; k < pod.singular_values.size(); ++k) {
    const double sigma = pod.singular_values[k];
    energies.rows.push_back({static_cast<double>(k + 1), sigma, sigma * sigma / total,
                             pod.error_after(static_cast<std::ptrdiff_t>(k + 1))});
  }
  io::write_csv(context.file(kPodTable), energies);

  io::CsvTable series;
  series.columns = {"time"};
  for (std::ptrdiff_t k = 0; k < pod.modes; ++k)
    series.columns.push_back(fmt::format("a{}", k + 1));
  for (std::ptrdiff_t t = 0; t < pod.times; ++t) {
    std::vector<double> row = {info.times[static_cast<std::size_t>(t)]};
    for (std::ptrdiff_t k = 0; k < pod.modes; ++k) {
      row.push_back(pod.coefficients[static_cast<std::size_t>(k * pod.times + t)]);
    }
    series.rows.push_back(std::move(row));
  }
  io::write_csv(context.file(kCoefficientsFile), series);
}

}  // namespace

std::filesystem::path data_path(const Config& config, const study::Context& context) {
  return config.data.file.empty() ? context.file(kDataFile)
                                  : std::filesystem::path(config.data.file);
}

void decompose(const Config& config, study::Context& context) {
  const io::SnapshotReader reader(data_path(config, context));
  const io::SnapshotInfo& info = reader.info();
  const Slab slab(reader, context.comm());
  const linalg::Snapshots data = as_snapshots(slab, info);
  linalg::PodOptions options;
  options.modes = static_cast<int>(config.pod.modes);
  options.block_bytes = config.pod.block_megabytes << 20;
  const linalg::Pod pod = linalg::decompose(data, options, context.comm());
  if (!pod.note.empty()) context.log().info("pod: {}", pod.note);

  write_pod_file(pod, data, slab, options, info, context);
  if (context.comm().is_root()) write_tables(pod, info, context);
  for (int m = 1; m <= kReportedModes; ++m) {
    context.metric(fmt::format("pod_error_{}", m),
                   {.value = pod.error_after(m),
                    .source = "relative L2 of the fluctuations over the data given"});
  }
}

}  // namespace sengen::flow_modes
