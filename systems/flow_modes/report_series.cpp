// SPDX-License-Identifier: Apache-2.0
// Series of the report: forces, probes, energies, coefficients and their spectra.
#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <sengen/io/csv.hpp>
#include <sengen/linalg/power_spectrum.hpp>
#include <sengen/report/chart.hpp>

#include "published.hpp"
#include "report_parts.hpp"
#include "stages.hpp"

namespace sengen::flow_modes {

namespace {

using report::Chart;
using report::Series;

constexpr std::size_t kDrawnCoefficients = 4;
// Frequencies beyond this many harmonics of the strongest say nothing about a wake.
constexpr double kDrawnHarmonics = 8;

std::vector<report::Reference> references(const std::string& label, const Reference& published,
                                          bool on_x) {
  if (!published.range) return {};
  return {{label, published.range->first, published.range->second, on_x}};
}

// Errors that are 0 (all modes there are) have no place on a logarithmic axis.
Series errors_above_zero(const std::vector<double>& number, const std::vector<double>& error) {
  Series series;
  series.mark = report::Mark::kLineAndPoints;
  for (std::size_t i = 0; i < number.size(); ++i) {
    if (!(error[i] > 0)) continue;
    series.x.push_back(number[i]);
    series.y.push_back(error[i]);
  }
  return series;
}

}  // namespace

// 1 over a unit of time: "U/D" for "D/U", "1/s" for "s".
std::string per(const std::string& unit) {
  if (unit == "1") return unit;
  const auto slash = unit.find('/');
  if (slash == std::string::npos) return "1/" + unit;
  return unit.substr(slash + 1) + "/" + unit.substr(0, slash);
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
  page.add_figure(report::make_figure(Chart{
      .caption =
          fmt::format("Drag and lift coefficients; snapshots begin at {:g} D/U.{}",
                      material.config.snapshots.transient,
                      published.drag.range ? " Published drag is that of unbounded flow." : ""),
      .x = {"time", "D/U"},
      // The jolt of the start would flatten everything after it.
      .y = {"coefficient", "1", false, {{lowest - 0.3, highest + 0.5}}},
      .series = {{"drag", time, drag}, {"lift", time, lift}},
      .references = references("published drag", published.drag, false)}));
  const double step = time.size() > 1 ? time[1] - time[0] : 1;
  const auto strouhal = material.summary.metrics.find("strouhal_number");
  if (strouhal != material.summary.metrics.end() && strouhal->second.value == 0) {
    page.add_text("No vortices are shed: the lift has no spectrum that means anything.");
    return;
  }
  if (late.size() < 16) return;
  const double peak = linalg::dominant_frequency(late, step);
  if (peak <= 0) return;
  page.add_figure(report::make_figure(Chart{
      .caption = "Power spectrum of the lift after the transient; the Strouhal number is where "
                 "it peaks.",
      .x = {"frequency f D/U"},
      .y = {"power", "D/U", true},
      .series = {spectrum_of("lift", late, step, kDrawnHarmonics * peak)},
      .references = references("published Strouhal number", published.strouhal, true)}));
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
  const std::vector<double> error = leading("error_after");
  std::vector<double> cumulative;
  double sum = 0;
  for (const double part : share) cumulative.push_back(sum += part);
  std::vector<Chart> panels = {
      {.caption = {},
       .title = "energy of single modes",
       .x = {"mode"},
       .y = {"share of the energy", "1", true},
       .series = {{"", number, share, report::Mark::kLineAndPoints}}},
      {.caption = {},
       .title = "energy of the first m modes",
       .x = {"m"},
       .y = {"share of the energy"},
       .series = {{"", number, cumulative, report::Mark::kLineAndPoints}}}};
  const Series errors = errors_above_zero(number, error);
  if (!errors.x.empty()) {
    panels.push_back({.caption = {},
                      .title = "error after m modes",
                      .x = {"m"},
                      .y = {"relative L2 error", "1", true},
                      .series = {errors}});
  }
  page.add_figure(report::make_figure(
      panels, 3, "Energy of the fluctuations and error of their reconstruction.", 300));
  report::Table numbers{.caption = "The same in numbers, for the first m modes.",
                        .columns = {"m"},
                        .rows = {{"share of the energy"}, {"relative L2 error"}}};
  for (const std::size_t m : std::array<std::size_t, 10>{1, 2, 3, 4, 5, 6, 8, 10, 15, 20}) {
    if (m > count) break;
    numbers.columns.push_back(fmt::format("{}", m));
    numbers.rows[0].push_back(fmt::format("{:.4f}", cumulative[m - 1]));
    numbers.rows[1].push_back(fmt::format("{:.2g}", error[m - 1]));
  }
  page.add_table(numbers);
}

void add_coefficients(report::Page& page, const Material& material) {
  const io::SnapshotInfo& info = material.info();
  const io::CsvTable table = io::read_csv(material.context.file(kCoefficientsFile));
  const std::vector<double> time = table.column("time");
  Chart chart{.caption = "Coefficients of the first modes in time.",
              .x = {"time", info.time_unit},
              .y = {"coefficient"},
              .series = {}};
  Chart spectra{.caption = "Their power spectra.",
                .x = {"frequency", per(info.time_unit)},
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
  const SnapshotConfig& snapshots = material.config.snapshots;
  std::vector<std::string> places;
  for (std::size_t p = 0; p < snapshots.probe_x.size(); ++p) {
    places.push_back(
        fmt::format("{} at ({:g}, {:g}) D", p + 1, snapshots.probe_x[p], snapshots.probe_y[p]));
  }
  Chart chart{.caption = fmt::format("Velocity at the probes: {} from the body's centre.",
                                     fmt::join(places, ", ")),
              .x = {"time", "D/U"},
              .y = {"velocity", "U"},
              .series = {}};
  for (std::size_t c = 1; c < table.columns.size(); ++c) {
    chart.series.push_back(
        {table.columns[c], table.column("time"), table.column(table.columns[c])});
  }
  if (!chart.series.empty() && !table.rows.empty()) page.add_figure(report::make_figure(chart));
}

}  // namespace sengen::flow_modes
