// SPDX-License-Identifier: Apache-2.0
// Nonlinear modes in the report: errors beside those of POD, decoded modes beside POD modes,
// latents, what harmonics each mode carries and the network loses, training curves.
#include <algorithm>
#include <cmath>
#include <functional>
#include <utility>

#include <fmt/format.h>

#include <sengen/io/csv.hpp>
#include <sengen/report/chart.hpp>
#include <sengen/report/field.hpp>

#include "report_parts.hpp"
#include "stages.hpp"

namespace sengen::flow_modes {

namespace {

using report::Chart;

constexpr std::int64_t kDrawnPeriods = 4;

struct Networks {
  const Material& material;
  const io::Hdf5File& file;
  std::vector<std::string> runs;  // "mdae-1", ...

  std::vector<double> numbers(const std::string& run, const std::string& name) const {
    const std::string path = fmt::format("/{}/{}", run, name);
    return file.contains(path) ? file.read<double>(path) : std::vector<double>();
  }
  // The run that is kept as the model.
  std::string shown() const { return file.attribute_string("/", "shown"); }
};

std::vector<std::string> runs_of(const Material& material) {
  const auto seed = material.context.seed();
  std::vector<std::string> runs;
  for (const std::string& name : material.config.learning.train.networks) {
    for (std::int64_t s = 0; s < material.config.learning.train.seeds; ++s) {
      runs.push_back(fmt::format("{}-{}", name, seed + static_cast<std::uint64_t>(s)));
    }
  }
  return runs;
}

double metric_of(const Material& material, const std::string& name) {
  const auto found = material.summary.metrics.find(name);
  return found == material.summary.metrics.end() ? NAN : found->second.value;
}

void add_errors(report::Page& page, const Networks& networks) {
  const Material& material = networks.material;
  const std::int64_t modes = material.config.learning.network.modes;
  report::Table table;
  table.caption =
      "Relative L2 error of the fluctuations on snapshots that taught nothing. Interpolation "
      "between the nearest teaching phases is the baseline: unseen phases of one limit cycle are "
      "an easy test.";
  table.columns = {"method", "numbers a snapshot", "error", "spread over seeds", "of POD's error"};
  const double pod = metric_of(material, fmt::format("pod_error_{}", modes));
  const auto row = [&](const std::string& method, const std::string& numbers, double error,
                       double spread) {
    if (!std::isfinite(error)) return;
    table.rows.push_back({method, numbers, fmt::format("{:.4f}", error),
                          spread > 0 ? fmt::format("{:.4f}", spread) : "",
                          fmt::format("{:.3f}", error / pod)});
  };
  for (const std::int64_t m : {modes, modes + 3, modes + 4}) {
    row("POD", fmt::format("{}", m), metric_of(material, fmt::format("pod_error_{}", m)), NAN);
  }
  for (const std::string& name : material.config.learning.train.networks) {
    const std::string metric = fmt::format("{}_error_{}", name, modes);
    row(name, fmt::format("{}", modes), metric_of(material, metric),
        metric_of(material, metric + "_spread"));
  }
  row("interpolation in phase", "phase", metric_of(material, "phase_interpolation_error"), NAN);
  page.add_table(table);
}

// The baseline, where the flow has phases; the error e as transformed(e).
void add_baseline(Chart& chart, const Material& material,
                  const std::function<double(double)>& transformed) {
  const double error = metric_of(material, "phase_interpolation_error");
  if (!std::isfinite(error)) return;
  chart.references.push_back({"interpolation in phase", transformed(error), transformed(error)});
}

void add_error_chart(report::Page& page, const Material& material) {
  Chart chart{.caption = "The same errors against the numbers that describe a snapshot.",
              .x = {"numbers a snapshot"},
              .y = {"relative L2 error", "1", true},
              .series = {}};
  report::Series pod{"POD", {}, {}, report::Mark::kLineAndPoints};
  for (int m = 1; std::isfinite(metric_of(material, fmt::format("pod_error_{}", m))); ++m) {
    pod.x.push_back(m);
    pod.y.push_back(metric_of(material, fmt::format("pod_error_{}", m)));
  }
  chart.series.push_back(std::move(pod));
  const std::int64_t modes = material.config.learning.network.modes;
  for (const std::string& name : material.config.learning.train.networks) {
    const double error = metric_of(material, fmt::format("{}_error_{}", name, modes));
    chart.series.push_back({name, {static_cast<double>(modes)}, {error}, report::Mark::kPoints});
  }
  add_baseline(chart, material, [](double error) { return error; });
  page.add_figure(report::make_figure(chart));
}

// A component of one picture of /pictures/<name>, where fields are [picture, (mode,) c, y, x].
std::vector<float> picture(const Networks& networks, const std::string& name, std::int64_t index,
                           std::int64_t mode, std::int64_t component) {
  const std::string path = "/pictures/" + name;
  const io::Shape shape = networks.file.shape(path);
  io::Shape offset(shape.size(), 0);
  io::Shape extent(shape.size(), 1);
  offset[0] = index;
  if (shape.size() == 5) offset[1] = mode;
  offset[shape.size() - 3] = component;
  extent[shape.size() - 2] = shape[shape.size() - 2];
  extent[shape.size() - 1] = shape[shape.size() - 1];
  std::vector<float> values(static_cast<std::size_t>(shape[shape.size() - 2] * shape.back()));
  networks.file.read_block(path, offset, extent, values.data());
  return values;
}

// a_k(t) phi_k of the first snapshot.
std::vector<float> pod_part(const Material& material, std::int64_t k, std::int64_t which) {
  const io::SnapshotInfo& info = material.info();
  io::Shape extent = material.pod.shape("/modes");
  io::Shape offset(extent.size(), 0);
  offset.front() = k;
  extent.front() = 1;
  std::vector<float> mode(static_cast<std::size_t>(info.cells() * info.component_count()));
  material.pod.read_block("/modes", offset, extent, mode.data());
  double coefficient = 0;
  material.pod.read_block("/coefficients", {k, 0}, {1, 1}, &coefficient);
  std::vector<float> plane = component(info, mode, which);
  for (float& value : plane) value *= static_cast<float>(coefficient);
  return plane;
}

void add_mode_maps(report::Page& page, const Networks& networks) {
  const Material& material = networks.material;
  const io::SnapshotInfo& info = material.info();
  // Across the stream, where a wake shows best.
  const std::int64_t which = std::min<std::int64_t>(1, info.component_count() - 1);
  const std::string& word = info.components[static_cast<std::size_t>(which)];
  const std::int64_t modes = networks.file.shape("/pictures/modes")[1];
  std::vector<std::pair<std::string, std::vector<float>>> planes = {
      {fmt::format("fluctuation of {}", word), picture(networks, "fluctuation", 0, 0, which)},
      {"reconstruction", picture(networks, "reconstruction", 0, 0, which)}};
  const std::int64_t drawn = std::min<std::int64_t>(modes, 4);
  for (std::int64_t k = 0; k < drawn; ++k) {
    planes.emplace_back(fmt::format("nonlinear mode {}", k + 1),
                        picture(networks, "modes", 0, k, which));
  }
  if (drawn % 2 != 0) planes.emplace_back("what is left", planes[0].second);
  if (drawn % 2 != 0) {
    for (std::size_t i = 0; i < planes[0].second.size(); ++i) {
      planes.back().second[i] -= planes[1].second[i];
    }
  }
  const std::int64_t pod_modes = std::min<std::int64_t>(2, material.pod.shape("/modes").front());
  for (std::int64_t k = 0; k < pod_modes; ++k) {
    planes.emplace_back(fmt::format("POD mode {} x its coefficient", k + 1),
                        pod_part(material, k, which));
  }
  report::FieldMaps maps;
  maps.caption = fmt::format(
      "The first snapshot and what {} makes of it: the nonlinear modes add up to the "
      "reconstruction. Below, what POD has in their place.",
      networks.shown());
  maps.grid = grid_of(info);
  for (const auto& [title, values] : planes) maps.fields.push_back({title, values});
  maps.scale.quantity = {word, info.unit};
  maps.scale.colours = report::Colours::kDiverging;
  maps.scale.clipped_share = 0.005;
  maps.columns = 2;
  page.add_figure(report::make_figure(maps));
}

void add_latents(report::Page& page, const Networks& networks) {
  const io::SnapshotInfo& info = networks.material.info();
  const io::CsvTable table = io::read_csv(networks.material.context.file("latents.csv"));
  const std::vector<double> time = table.column("time");
  std::size_t count = time.size();
  const auto metric = networks.material.summary.metrics.find("snapshots_per_period");
  if (metric != networks.material.summary.metrics.end()) {
    count = std::min(count, static_cast<std::size_t>(kDrawnPeriods * metric->second.value) + 1);
  } else {
    count = std::min<std::size_t>(count, 100);
  }
  const auto leading = [&](std::vector<double> values) {
    values.resize(count);
    return values;
  };
  Chart chart{.caption = "Latents of the first periods.",
              .x = {"time", info.time_unit},
              .y = {"latent"},
              .series = {}};
  for (std::size_t k = 1; k < table.columns.size(); ++k) {
    chart.series.push_back({table.columns[k], leading(time),
                            leading(table.column(table.columns[k])), report::Mark::kLineAndPoints});
  }
  page.add_figure(report::make_figure(chart));
  if (table.columns.size() < 3) return;
  page.add_figure(report::make_figure(Chart{
      .caption = "Phase portrait of the first two latents, all snapshots.",
      .x = {"r1"},
      .y = {"r2"},
      .series = {{"r2 over r1", table.column("r1"), table.column("r2"), report::Mark::kPoints}},
      .equal_aspect = true,
      .height = 420}));
}

void add_harmonics(report::Page& page, const Networks& networks) {
  const std::string shown = networks.shown();
  const std::vector<double> flow = networks.numbers(shown, "flow_harmonics");
  if (flow.empty()) return;
  report::BarChart chart;
  chart.caption = fmt::format(
      "Energy of each harmonic over that of the flow ({}): of the flow, of each mode, and of what "
      "is lost. Modes that cancel one another have more together than the flow.",
      shown);
  chart.x = {"harmonic of the shedding"};
  chart.y = {"share of the energy", "1", true};
  for (std::size_t n = 1; n <= flow.size(); ++n) chart.categories.push_back(fmt::format("{}", n));
  chart.bars.push_back({"flow", flow});
  const std::vector<double> modes = networks.numbers(shown, "mode_harmonics");
  for (std::size_t k = 0; k < modes.size() / flow.size(); ++k) {
    const auto begin = modes.begin() + static_cast<std::ptrdiff_t>(k * flow.size());
    chart.bars.push_back(
        {fmt::format("mode {}", k + 1), {begin, begin + static_cast<std::ptrdiff_t>(flow.size())}});
  }
  chart.bars.push_back({"lost", networks.numbers(shown, "lost_harmonics")});
  page.add_figure(report::make_figure(chart));

  const std::vector<double> energy = networks.numbers(shown, "mode_energy");
  const std::vector<double> explained = networks.numbers(shown, "mode_explained");
  report::BarChart bars;
  bars.caption =
      "Energy of each mode alone over that of the flow, and the share of the flow that it explains "
      "alone, 1 - |x - mode|^2 / |x|^2, which is below 0 for a mode that needs others to cancel "
      "it.";
  bars.x = {"mode"};
  bars.y = {"share of the energy"};
  for (std::size_t k = 1; k <= energy.size(); ++k) bars.categories.push_back(fmt::format("{}", k));
  bars.bars = {{"energy", energy}, {"explained", explained}};
  page.add_figure(report::make_figure(bars));
}

void add_curves(report::Page& page, const Networks& networks) {
  Chart chart{.caption =
                  "Mean squared error of the normalised fluctuations while training; dashed: "
                  "on validation snapshots, where there are some. The baseline is the square of "
                  "its error on held-out snapshots.",
              .x = {"updates", "1"},
              .y = {"loss", "1", true},
              .series = {}};
  for (const std::string& run : networks.runs) {
    const std::vector<double> update = networks.numbers(run, "update");
    chart.series.push_back({run, update, networks.numbers(run, "loss")});
    std::vector<double> x;
    std::vector<double> y;
    const std::vector<double> validation = networks.numbers(run, "validation");
    for (std::size_t i = 0; i < validation.size(); ++i) {
      if (!std::isfinite(validation[i])) continue;
      x.push_back(update[i]);
      y.push_back(validation[i]);
    }
    if (!x.empty()) {
      chart.series.push_back({run + " validation", x, y, report::Mark::kDashedLine});
    }
  }
  const double variance = networks.file.attribute_double("/", "variance");
  add_baseline(chart, networks.material, [&](double error) { return variance * error * error; });
  page.add_figure(report::make_figure(chart));
}

}  // namespace

void add_networks(report::Page& page, const Material& material) {
  const io::Hdf5File file = io::Hdf5File::open(material.context.file("networks.h5"));
  const Networks networks{material, file, runs_of(material)};
  page.add_section("Nonlinear modes");
  add_errors(page, networks);
  add_error_chart(page, material);
  add_mode_maps(page, networks);
  add_latents(page, networks);
  add_harmonics(page, networks);
  add_curves(page, networks);
}

}  // namespace sengen::flow_modes
