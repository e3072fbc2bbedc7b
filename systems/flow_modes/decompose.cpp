// SPDX-License-Identifier: Apache-2.0
// The stage pod: proper orthogonal decomposition of the snapshots on slabs of space.
#include <algorithm>
#include <functional>
#include <optional>

#include <fmt/format.h>

#include <sengen/core/error.hpp>
#include <sengen/io/csv.hpp>
#include <sengen/io/snapshots.hpp>
#include <sengen/linalg/pod.hpp>

#include "pod_file.hpp"
#include "projection.hpp"
#include "slab.hpp"
#include "split.hpp"
#include "stages.hpp"

namespace sengen::flow_modes {

namespace {

// Errors of this many modes are always reported: what papers tabulate.
constexpr int kReportedModes = 20;

// What the stage found: modes of the teaching snapshots, coefficients of all, and the error that m
// modes leave on those that judge.
struct Decomposition {
  linalg::Pod pod;
  std::function<double(std::ptrdiff_t m)> error_after;
  std::string judged_on;
};

void write_tables(const Decomposition& found, const io::SnapshotInfo& info,
                  const study::Context& context) {
  const linalg::Pod& pod = found.pod;
  io::CsvTable energies;
  energies.columns = {"mode", "singular_value", "energy_share", "error_after"};
  const double total = pod.total_energy();
  for (std::size_t k = 0; k < pod.singular_values.size(); ++k) {
    const double sigma = pod.singular_values[k];
    energies.rows.push_back({static_cast<double>(k + 1), sigma, sigma * sigma / total,
                             found.error_after(static_cast<std::ptrdiff_t>(k + 1))});
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

linalg::PodOptions pod_options(const Config& config, const study::Context& context) {
  linalg::PodOptions options;
  options.modes = static_cast<int>(config.pod.modes);
  options.block_bytes = config.pod.block_megabytes << 20;
  options.after_block = [&context] {
    if (context.should_stop()) context.stop("the decomposition will begin anew");
  };
  return options;
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

bool is_split(const Config& config) {
  return config.learning.split.hold_out != "none" || !config.learning.train.networks.empty();
}

void decompose(const Config& config, study::Context& context) {
  const io::SnapshotReader reader(data_path(config, context));
  const io::SnapshotInfo& info = reader.info();
  const parallel::Communicator& comm = context.comm();
  const Slab slab(reader, comm);
  const linalg::PodOptions options = pod_options(config, context);
  const Split split = is_split(config) ? load_split(context.file(kSplitFile)) : Split();
  const std::vector<std::int64_t> teachers = split.snapshots(Part::kTrain);
  const bool all_teach =
      !is_split(config) || std::ssize(teachers) == static_cast<std::ptrdiff_t>(info.snapshots());
  const linalg::Snapshots all = slab.snapshots();
  const linalg::Snapshots teaching = all_teach ? all : slab.snapshots(teachers);
  const linalg::Pod pod = linalg::decompose(teaching, options, comm);
  if (!pod.note.empty()) context.log().info("pod: {}", pod.note);

  std::optional<Projection> projection;
  if (!all_teach) projection.emplace(all, pod);
  PodFile file(context.file(kPodFile), info, pod.modes, comm);
  const std::ptrdiff_t first = slab.points().begin;
  file.write_mean(slab.points(), pod.mean);
  linalg::write_modes(teaching, pod, options, comm,
                      [&](parallel::Range points, std::span<const double> values) {
                        file.write_modes({first + points.begin, first + points.end}, values);
                        if (projection) projection->add(points, values);
                      });
  Decomposition found{pod, [&pod](std::ptrdiff_t m) { return pod.error_after(m); },
                      "over the data given"};
  if (projection) {
    projection->combine(comm);
    found.pod.coefficients = projection->coefficients();
    found.pod.times = info.snapshots();
    found.error_after = [&projection, judges = split.judges()](std::ptrdiff_t m) {
      return projection->error_after(m, judges);
    };
    found.judged_on = fmt::format("on {}, modes of the teaching ones", split.judges_in_words());
  }
  file.write_coefficients(found.pod);
  file.commit();
  if (comm.is_root()) write_tables(found, info, context);
  for (int m = 1; m <= kReportedModes; ++m) {
    context.metric(fmt::format("pod_error_{}", m),
                   {.value = found.error_after(m),
                    .source = "relative L2 of the fluctuations " + found.judged_on});
  }
}

}  // namespace sengen::flow_modes
