// SPDX-License-Identifier: Apache-2.0
// The stage pod: proper orthogonal decomposition of the snapshots on slabs of space.
#include <algorithm>

#include <fmt/format.h>

#include <sengen/core/error.hpp>
#include <sengen/io/csv.hpp>
#include <sengen/io/snapshots.hpp>
#include <sengen/linalg/pod.hpp>

#include "pod_file.hpp"
#include "slab.hpp"
#include "stages.hpp"

namespace sengen::flow_modes {

namespace {

// Errors of this many modes are always reported: what papers tabulate.
constexpr int kReportedModes = 20;

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

void check_data(const Config& config) {
  if (config.data.file.empty()) return;
  const io::SnapshotInfo info = io::SnapshotReader(config.data.file).info();
  if (info.snapshots() < 2) {
    throw Error(
        ErrorKind::kInput,
        fmt::format("{} holds 1 snapshot, at least 2 are needed to have modes", config.data.file));
  }
  for (std::size_t cell = 0; cell < info.solid.size(); ++cell) {
    if (info.solid[cell] == 0 && info.weights[cell] > 0) return;
  }
  throw Error(ErrorKind::kInput,
              fmt::format("{}: every cell is solid or weighs nothing", config.data.file));
}

void decompose(const Config& config, study::Context& context) {
  const io::SnapshotReader reader(data_path(config, context));
  const io::SnapshotInfo& info = reader.info();
  const Slab slab(reader, context.comm());
  const linalg::Snapshots data = slab.snapshots();
  linalg::PodOptions options;
  options.modes = static_cast<int>(config.pod.modes);
  options.block_bytes = config.pod.block_megabytes << 20;
  options.after_block = [&context] {
    if (context.should_stop()) context.stop("the decomposition will begin anew");
  };
  const linalg::Pod pod = linalg::decompose(data, options, context.comm());
  if (!pod.note.empty()) context.log().info("pod: {}", pod.note);

  PodFile file(context.file(kPodFile), info, pod, context.comm());
  const std::ptrdiff_t first = slab.points().begin;
  file.write_mean(slab.points(), pod.mean);
  linalg::write_modes(data, pod, options, context.comm(),
                      [&](parallel::Range points, std::span<const double> values) {
                        file.write_modes({first + points.begin, first + points.end}, values);
                      });
  file.commit();
  if (context.comm().is_root()) write_tables(pod, info, context);
  for (int m = 1; m <= kReportedModes; ++m) {
    context.metric(fmt::format("pod_error_{}", m),
                   {.value = pod.error_after(m),
                    .source = "relative L2 of the fluctuations over the data given"});
  }
}

}  // namespace sengen::flow_modes
