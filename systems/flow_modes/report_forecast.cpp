// SPDX-License-Identifier: Apache-2.0
// The forecast in the report: field beside the truth, probe, latents and spectra, in the last
// period of many without data.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include <sengen/report/chart.hpp>
#include <sengen/report/field.hpp>

#include "report_parts.hpp"
#include "stages.hpp"

namespace sengen::flow_modes {

namespace {

using report::Chart;

constexpr std::size_t kDrawnPeriods = 3;
constexpr double kDrawnHarmonics = 8;
constexpr std::size_t kGapRows = 3;  // between truth and forecast

struct Forecast {
  const Material& material;
  const io::Hdf5File& file;
  std::vector<std::string> models;  // of "lstm", "linear"
};

std::vector<double> tail(std::vector<double> values, std::size_t count) {
  if (values.size() > count) {
    values.erase(values.begin(), values.end() - static_cast<std::ptrdiff_t>(count));
  }
  return values;
}

// Truth above, forecast below, one picture after the other.
void add_animation_beside_truth(report::Page& page, const Forecast& forecast) {
  const io::SnapshotInfo& info = forecast.material.info();
  const std::int64_t which = std::min<std::int64_t>(1, info.component_count() - 1);
  const std::string& model = forecast.models.front();
  const report::FieldGrid one = grid_of(info);
  const std::size_t cells = one.x.size() * one.y.size();
  report::FieldGrid grid = one;
  const double step = one.y.size() > 1 ? one.y[1] - one.y[0] : 1;
  const std::size_t rows = 2 * one.y.size() + kGapRows;
  grid.y.clear();
  for (std::size_t j = 0; j < rows; ++j) {
    grid.y.push_back(one.y.front() -
                     (static_cast<double>(one.y.size() + kGapRows) - static_cast<double>(j)) *
                         step);
  }
  grid.solid = one.solid;
  grid.solid.insert(grid.solid.end(), kGapRows * one.x.size(), 1);
  grid.solid.insert(grid.solid.end(), one.solid.begin(), one.solid.end());
  const io::Shape shape = forecast.file.shape("/pictures/truth");  // [picture, c, y, x]
  std::vector<float> frames;
  const auto append = [&](const std::string& name, std::int64_t picture) {
    std::vector<float> plane(cells);
    forecast.file.read_block("/pictures/" + name, {picture, which, 0, 0},
                             {1, 1, shape[2], shape[3]}, plane.data());
    frames.insert(frames.end(), plane.begin(), plane.end());
  };
  const std::vector<double> time = forecast.file.read<double>("/time");
  const std::vector<std::int64_t> snapshots =
      forecast.file.read<std::int64_t>("/pictures/snapshots");
  report::FieldAnimation animation;
  for (std::int64_t p = 0; p < shape[0]; ++p) {
    append(model, p);
    frames.insert(frames.end(), kGapRows * one.x.size(), 0.0F);
    append("truth", p);
    animation.times.push_back(
        info.times[static_cast<std::size_t>(snapshots[static_cast<std::size_t>(p)])]);
  }
  animation.caption = fmt::format(
      "Fluctuation of {} in the last period of the forecast: above the flow, below the {} model, "
      "which has seen nothing of it for {:.0f} snapshots.",
      info.components[static_cast<std::size_t>(which)], model, static_cast<double>(time.size()));
  animation.grid = grid;
  animation.time = {"time", info.time_unit};
  animation.values = frames;
  animation.scale.quantity = {info.components[static_cast<std::size_t>(which)], info.unit};
  animation.scale.colours = report::Colours::kDiverging;
  animation.scale.clipped_share = 0.005;
  page.add_figure(report::make_figure(animation));
}

void add_probe(report::Page& page, const Forecast& forecast) {
  const io::SnapshotInfo& info = forecast.material.info();
  const std::vector<double> time = forecast.file.read<double>("/time");
  const double period = forecast.file.attribute_double("/", "snapshots_per_period");
  const auto count = std::min(
      time.size(), kDrawnPeriods * static_cast<std::size_t>(std::max(1.0, std::round(period))));
  Chart chart{.caption =
                  "Fluctuation at the probe (the cell that fluctuates most) in the last "
                  "periods of the forecast.",
              .x = {"time", info.time_unit},
              .y = {"value", info.unit},
              .series = {}};
  Chart spectra{.caption = "Power spectra at the probe over the whole forecast.",
                .x = {"frequency", per(info.time_unit)},
                .y = {"power", "1", true},
                .series = {}};
  const double highest = kDrawnHarmonics / (period * info.time_step());
  std::vector<std::string> names = {"truth"};
  names.insert(names.end(), forecast.models.begin(), forecast.models.end());
  for (const std::string& name : names) {
    const std::vector<double> values = forecast.file.read<double>("/probe/" + name);
    const report::Mark mark = name == "truth" ? report::Mark::kLine : report::Mark::kDashedLine;
    chart.series.push_back({name, tail(time, count), tail(values, count), mark});
    if (values.size() < 16) continue;
    spectra.series.push_back(spectrum_of(name, values, info.time_step(), highest));
    spectra.series.back().mark = mark;
  }
  page.add_figure(report::make_figure(chart));
  if (!spectra.series.empty()) page.add_figure(report::make_figure(spectra));
}

void add_metrics(report::Page& page, const Forecast& forecast) {
  report::Table table;
  table.caption =
      "The forecast after the last period without data, beside what the autoencoder "
      "itself makes of the same snapshots.";
  table.columns = {"figure", "value", "how"};
  for (const auto& [name, metric] : study::in_natural_order(forecast.material.summary.metrics)) {
    if (!name.starts_with("rom_")) continue;
    table.rows.push_back({name, fmt::format("{:.4g}", metric.value), metric.source});
  }
  page.add_table(table);
}

}  // namespace

void add_forecast(report::Page& page, const Material& material) {
  const io::Hdf5File file = io::Hdf5File::open(material.context.file("forecast.h5"));
  page.add_section("Forecast");
  Forecast forecast{material, file, {}};
  for (const char* model : {"lstm", "linear"}) {
    if (file.contains(std::string("/latents/") + model)) forecast.models.emplace_back(model);
  }
  if (forecast.models.empty()) {
    page.add_text(
        "Too few snapshots follow the teaching time for a forecast to be judged by (rom.periods, "
        "split.train_fraction). The model file can forecast: sengen flow-modes predict.");
    return;
  }
  add_metrics(page, forecast);
  add_animation_beside_truth(page, forecast);
  add_probe(page, forecast);
}

}  // namespace sengen::flow_modes
