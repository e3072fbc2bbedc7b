// SPDX-License-Identifier: Apache-2.0
// The stage report: what a wake looks like, how it is decomposed, and beside which published
// figures it stands. Drawn by the root from the files of the other stages.
#include <algorithm>
#include <cmath>
#include <fstream>
#include <sstream>

#include <fmt/format.h>

#include <sengen/io/csv.hpp>
#include <sengen/io/snapshots.hpp>
#include <sengen/linalg/power_spectrum.hpp>
#include <sengen/report/chart.hpp>
#include <sengen/report/field.hpp>
#include <sengen/report/page.hpp>

#include "published.hpp"
#include "stages.hpp"

namespace sengen::flow_modes {

namespace {

using report::Axis;
using report::Chart;
using report::Series;

constexpr std::size_t kDrawnCoefficients = 4;
// Frequencies beyond this many harmonics of the strongest say nothing about a wake.
constexpr double kDrawnHarmonics = 8;
// This share of cells may lie outside a colour scale: the shear layers at a wall are far stronger
// than what is worth seeing.
constexpr double kClippedShare = 0.005;

// Everything the page is made of.
struct Material {
  const Config& config;
  const study::Context& context;
  const io::SnapshotReader& data;
  const io::Hdf5File& pod;

  const io::SnapshotInfo& info() const { return data.info(); }
};

// In three dimensions the middle plane stands for the field.
std::int64_t plane_cells(const io::SnapshotInfo& info) {
  return info.shape[info.shape.size() - 3] * info.shape[info.shape.size() - 2];
}

std::int64_t first_plane_cell(const io::SnapshotInfo& info) {
  return info.shape.size() == 5 ? info.shape[1] / 2 * plane_cells(info) : 0;
}

report::FieldGrid grid_of(const io::SnapshotInfo& info) {
  report::FieldGrid grid;
  grid.x = info.axes.back();
  grid.y = info.axes[info.axes.size() - 2];
  grid.x_axis = {"x", info.length_unit};
  grid.y_axis = {"y", info.length_unit};
  const auto first = info.solid.begin() + first_plane_cell(info);
  grid.solid.assign(first, first + plane_cells(info));
  return grid;
}

// One component of the plane from cells x components values.
std::vector<float> component(const io::SnapshotInfo& info, const std::vector<float>& values,
                             std::int64_t which) {
  std::vector<float> plane;
  const std::int64_t first = first_plane_cell(info);
  for (std::int64_t cell = first; cell < first + plane_cells(info); ++cell) {
    plane.push_back(values[static_cast<std::size_t>(cell * info.component_count() + which)]);
  }
  return plane;
}

std::vector<float> snapshot(const Material& material, std::int64_t index) {
  const io::SnapshotInfo& info = material.info();
  std::vector<float> values(static_cast<std::size_t>(info.cells() * info.component_count()));
  material.data.read(index, 1, 0, info.rows(), values.data());
  return values;
}

bool has_vorticity(const io::SnapshotInfo& info) {
  return info.component_count() >= 2 && info.components[0] == "u" && info.components[1] == "v" &&
         info.axes.back().size() > 2 && info.axes[info.axes.size() - 2].size() > 2;
}

// dv/dx - du/dy by central differences, one-sided at the edges.
std::vector<float> vorticity(const io::SnapshotInfo& info, const std::vector<float>& values) {
  const std::vector<float> u = component(info, values, 0);
  const std::vector<float> v = component(info, values, 1);
  const std::vector<double>& x = info.axes.back();
  const std::vector<double>& y = info.axes[info.axes.size() - 2];
  std::vector<float> curl;
  curl.reserve(u.size());
  for (std::size_t j = 0; j < y.size(); ++j) {
    const std::size_t below = j == 0 ? 0 : j - 1;
    const std::size_t above = std::min(j + 1, y.size() - 1);
    for (std::size_t i = 0; i < x.size(); ++i) {
      const std::size_t left = i == 0 ? 0 : i - 1;
      const std::size_t right = std::min(i + 1, x.size() - 1);
      const double dv = static_cast<double>(v[j * x.size() + right] - v[j * x.size() + left]);
      const double du = static_cast<double>(u[above * x.size() + i] - u[below * x.size() + i]);
      curl.push_back(static_cast<float>(dv / (x[right] - x[left]) - du / (y[above] - y[below])));
    }
  }
  return curl;
}

void add_animation(report::Page& page, const Material& material) {
  const io::SnapshotInfo& info = material.info();
  const bool curl = has_vorticity(info);
  const std::int64_t count = std::min(material.config.report.frames, info.snapshots());
  std::vector<float> frames;
  std::vector<double> times;
  for (std::int64_t k = 0; k < count; ++k) {
    const std::vector<float> values = snapshot(material, k);
    const std::vector<float> frame = curl ? vorticity(info, values) : component(info, values, 0);
    frames.insert(frames.end(), frame.begin(), frame.end());
    times.push_back(info.times[static_cast<std::size_t>(k)]);
  }
  report::FieldAnimation animation;
  animation.caption = fmt::format("{} of the first {} snapshots; the slider moves in time.",
                                  curl ? "Vorticity" : info.components[0], count);
  animation.grid = grid_of(info);
  animation.times = times;
  animation.time = {"time", info.time_unit};
  animation.values = frames;
  animation.scale.quantity =
      curl ? Axis{"vorticity", fmt::format("{}/{}", info.unit, info.length_unit)}
           : Axis{info.components[0], info.unit};
  animation.scale.colours = curl ? report::Colours::kDiverging : report::Colours::kSequential;
  animation.scale.clipped_share = kClippedShare;
  page.add_figure(report::make_figure(animation));
}

void add_mean(report::Page& page, const Material& material) {
  const io::SnapshotInfo& info = material.info();
  const std::vector<float> mean = material.pod.read<float>("/mean");
  std::vector<std::vector<float>> planes;
  for (std::int64_t c = 0; c < info.component_count(); ++c) {
    planes.push_back(component(info, mean, c));
  }
  report::FieldMaps maps;
  maps.caption = "Mean in time over the snapshots.";
  maps.grid = grid_of(info);
  for (std::size_t c = 0; c < planes.size(); ++c) {
    maps.fields.push_back({"mean " + info.components[c], planes[c]});
  }
  maps.scale.quantity = {"mean", info.unit};
  maps.one_scale = false;
  maps.columns = static_cast<int>(std::min<std::size_t>(2, planes.size()));
  page.add_figure(report::make_figure(maps));
}

std::vector<report::Reference> references(const std::string& label, const Reference& published,
                                          bool on_x) {
  if (!published.range) return {};
  return {{label, published.range->first, published.range->second, on_x}};
}

// Power against frequency, up to some harmonics of its peak.
Series spectrum_of(const std::string& name, const std::vector<double>& values, double step,
                   double highest) {
  const linalg::PowerSpectrum spectrum = linalg::power_spectrum(values, step);
  Series series;
  series.name = name;
  for (std::size_t i = 1; i < spectrum.frequency.size(); ++i) {
    if (spectrum.frequency[i] > highest) break;
    series.x.push_back(spectrum.frequency[i]);
    series.y.push_back(spectrum.power[i]);
  }
  return series;
}

void add_forces(report::Page& page, const Material& material) {
  const auto path = material.context.file(kForcesFile);
  const io::CsvTable table = io::read_csv(path);
  const std::vector<double> time = table.column("time");
  const std::vector<double> drag = table.column("drag_coefficient");
  const std::vector<double> lift = table.column("lift_coefficient");
  const Published published = material.config.domain.mask.empty()
                                  ? published_wake(material.config.flow.reynolds)
                                  : Published{};
  std::vector<double> late;
  double highest = -INFINITY;
  double lowest = INFINITY;
  for (std::size_t i = 0; i < time.size(); ++i) {
    if (time[i] < material.config.snapshots.transient) continue;
    late.push_back(lift[i]);
    highest = std::max({highest, drag[i], lift[i]});
    lowest = std::min({lowest, drag[i], lift[i]});
  }
  page.add_section("Forces");
  page.add_figure(report::make_figure(
      Chart{.caption = fmt::format("Drag and lift coefficients; snapshots begin at {:g} D/U. The "
                                   "band is published drag in unbounded flow.",
                                   material.config.snapshots.transient),
            .x = {"time", "D/U"},
            // The jolt of the start would flatten everything after it.
            .y = {"coefficient", "1", false, {{lowest - 0.3, highest + 0.5}}},
            .series = {{"drag", time, drag}, {"lift", time, lift}},
            .references = references("published drag", published.drag, false)}));
  const double step = time.size() > 1 ? time[1] - time[0] : 1;
  if (late.size() < 16) return;
  const double peak = linalg::dominant_frequency(late, step);
  if (peak <= 0) return;
  page.add_figure(report::make_figure(Chart{
      .caption = "Power spectrum of the lift after the transient; the Strouhal number is where "
                 "it peaks. The band is published.",
      .x = {"frequency f D/U"},
      .y = {"power", "D/U", true},
      .series = {spectrum_of("lift", late, step, kDrawnHarmonics * peak)},
      .references = references("published", published.strouhal, true)}));
}

void add_energies(report::Page& page, const Material& material) {
  const io::CsvTable table = io::read_csv(material.context.file(kPodTable));
  const std::size_t count = std::min<std::size_t>(table.rows.size(), 20);
  const auto leading = [&](const char* name) {
    std::vector<double> values = table.column(name);
    values.resize(count);
    return values;
  };
  const std::vector<double> number = leading("mode");
  const std::vector<double> share = leading("energy_share");
  std::vector<double> cumulative;
  double sum = 0;
  for (const double part : share) cumulative.push_back(sum += part);
  page.add_figure(report::make_figure(
      std::vector<Chart>{
          {.caption = {},
           .title = "energy of single modes",
           .x = {"mode"},
           .y = {"share of the energy", "1", true},
           .series = {{"", number, share, report::Mark::kLineAndPoints}}},
          {.caption = {},
           .title = "energy of the first m modes",
           .x = {"m"},
           .y = {"share of the energy"},
           .series = {{"", number, cumulative, report::Mark::kLineAndPoints}}},
          {.caption = {},
           .title = "error after m modes",
           .x = {"m"},
           .y = {"relative L2 error", "1", true},
           .series = {{"", number, leading("error_after"), report::Mark::kLineAndPoints}}}},
      3, "Energy of the fluctuations and error of their reconstruction.", 300));
}

void add_modes(report::Page& page, const Material& material) {
  const io::SnapshotInfo& info = material.info();
  io::Shape extent = material.pod.shape("/modes");
  const std::int64_t count = std::min(extent.front(), material.config.report.modes);
  std::vector<std::vector<float>> planes;
  std::vector<std::string> titles;
  for (std::int64_t k = 0; k < count; ++k) {
    io::Shape offset(extent.size(), 0);
    offset.front() = k;
    extent.front() = 1;
    std::vector<float> mode(static_cast<std::size_t>(info.cells() * info.component_count()));
    material.pod.read_block("/modes", offset, extent, mode.data());
    for (std::int64_t c = 0; c < std::min<std::int64_t>(2, info.component_count()); ++c) {
      planes.push_back(component(info, mode, c));
      titles.push_back(
          fmt::format("mode {}, {}", k + 1, info.components[static_cast<std::size_t>(c)]));
    }
  }
  report::FieldMaps maps;
  maps.caption = "POD modes, orthonormal under the cell volumes; every one has its own scale.";
  maps.grid = grid_of(info);
  for (std::size_t i = 0; i < planes.size(); ++i) maps.fields.push_back({titles[i], planes[i]});
  maps.scale.quantity = {"mode"};
  maps.scale.colours = report::Colours::kDiverging;
  maps.one_scale = false;
  maps.columns = info.component_count() > 1 ? 2 : 3;
  page.add_figure(report::make_figure(maps));
}

void add_coefficients(report::Page& page, const Material& material) {
  const io::SnapshotInfo& info = material.info();
  const io::CsvTable table = io::read_csv(material.context.file(kCoefficientsFile));
  const std::vector<double> time = table.column("time");
  Chart chart{.caption = "Coefficients of the first modes in time.",
              .x = {"time", info.time_unit},
              .y = {"coefficient"},
              .series = {}};
  Chart spectra{
      .caption = "Their power spectra.",
      .x = {"frequency", info.time_unit == "1" ? "1" : fmt::format("1/({})", info.time_unit)},
      .y = {"power", "1", true},
      .series = {}};
  const std::size_t count = std::min(kDrawnCoefficients, table.columns.size() - 1);
  const bool long_enough = time.size() >= 16;
  double highest = 0;
  for (std::size_t k = 1; k <= count; ++k) {
    const std::vector<double> values = table.column(fmt::format("a{}", k));
    chart.series.push_back({fmt::format("a{}", k), time, values});
    if (!long_enough) continue;
    if (k == 1) highest = kDrawnHarmonics * linalg::dominant_frequency(values, info.time_step());
    if (highest > 0) {
      spectra.series.push_back(
          spectrum_of(fmt::format("a{}", k), values, info.time_step(), highest));
    }
  }
  if (chart.series.empty()) return;
  page.add_figure(report::make_figure(chart));
  if (!spectra.series.empty()) page.add_figure(report::make_figure(spectra));
  if (count < 2) return;
  page.add_figure(report::make_figure(Chart{
      .caption = "Phase portrait of the first two modes: a limit cycle is a closed curve.",
      .x = {"a1"},
      .y = {"a2"},
      .series = {{"a2 over a1", table.column("a1"), table.column("a2"), report::Mark::kPoints}},
      .equal_aspect = true,
      .height = 420}));
}

void add_probes(report::Page& page, const Material& material) {
  const io::CsvTable table = io::read_csv(material.context.file(kProbesFile));
  Chart chart{.caption = "Velocity at the probes ([snapshots] probe_x, probe_y).",
              .x = {"time", "D/U"},
              .y = {"velocity", "U"},
              .series = {}};
  for (std::size_t c = 1; c < table.columns.size(); ++c) {
    chart.series.push_back(
        {table.columns[c], table.column("time"), table.column(table.columns[c])});
  }
  if (!chart.series.empty() && !table.rows.empty()) page.add_figure(report::make_figure(chart));
}

std::string text_of(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// POD of data that does not move has no modes to draw.
void add_decomposition(report::Page& page, const Material& material) {
  page.add_section("Decomposition");
  if (material.pod.shape("/modes").front() == 0) {
    page.add_text("Nothing fluctuates in these data: there are no modes.");
    return;
  }
  add_energies(page, material);
  add_modes(page, material);
  add_coefficients(page, material);
}

}  // namespace

void make_report(const Config& config, study::Context& context) {
  if (!context.comm().is_root()) return;
  const io::SnapshotReader data(data_path(config, context));
  const io::Hdf5File pod = io::Hdf5File::open(context.file(kPodFile));
  const Material material{config, context, data, pod};
  const auto summary = study::Summary::load(context.directory());
  report::Page page("Modes of an unsteady flow", data.info().source);
  page.add_section("Figures");
  page.add_metrics(summary);
  page.add_section("Flow");
  add_animation(page, material);
  add_mean(page, material);
  const bool simulated = config.data.file.empty();
  if (simulated) add_forces(page, material);
  if (simulated) add_probes(page, material);
  add_decomposition(page, material);
  page.add_section("Provenance");
  page.add_provenance(study::Manifest::load(context.directory()), summary,
                      text_of(context.file("config.resolved.toml")));
  page.save(context.file(kReportFile));
}

}  // namespace sengen::flow_modes
