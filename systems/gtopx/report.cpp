// SPDX-License-Identifier: Apache-2.0
// The stage report: the flight, its dates and impulses, the window about it, how the search went.
// Drawn by the root from the files of the other stages.
#include <algorithm>
#include <cmath>
#include <fstream>
#include <sstream>

#include <fmt/format.h>

#include <sengen/io/csv.hpp>
#include <sengen/report/chart.hpp>
#include <sengen/report/field.hpp>
#include <sengen/report/page.hpp>
#include <sengen/report/scene.hpp>

#include <sengen/solvers/astrodynamics/ephemeris.hpp>
#include <sengen/solvers/astrodynamics/kepler.hpp>

#include "flight.hpp"
#include "stages.hpp"
#include "vector_file.hpp"

namespace sengen::gtopx {

namespace {

using namespace astrodynamics;  // NOLINT(google-build-using-namespace): this file is about it

constexpr std::int64_t kPathPoints = 200, kOrbitPoints = 241;
const report::Axis kX = {"x", "AU"}, kY = {"y", "AU"}, kZ = {"z", "AU"};

std::string text_of(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

void append(report::SceneSeries& series, const Vector3<double>& position) {
  series.x.push_back(position.x / kAstronomicalUnit);
  series.y.push_back(position.y / kAstronomicalUnit);
  series.z.push_back(position.z / kAstronomicalUnit);
}

// One turn of a body, from its state at an event.
report::SceneSeries orbit_of(const std::string& body, const State<double>& at) {
  report::SceneSeries series{.name = body, .x = {}, .y = {}, .z = {}};
  const double r = norm(at.position);
  const double a = 1 / (2 / r - dot(at.velocity, at.velocity) / kSunMu);
  const double period = 2 * M_PI * std::sqrt(a * a * a / kSunMu);
  for (const auto& state : points_of({0, period, at, at}, kOrbitPoints)) {
    append(series, state.position);
  }
  return series;
}

// Path, events, and the orbits of the bodies met.
std::vector<report::SceneSeries> drawing_of(const Trajectory& flight) {
  std::vector<report::SceneSeries> all;
  report::SceneSeries path{.name = "spacecraft", .x = {}, .y = {}, .z = {}};
  for (const Arc& arc : flight.arcs) {
    for (const auto& state : points_of(arc, kPathPoints)) append(path, state.position);
  }
  all.push_back(path);
  report::SceneSeries events{
      .name = "events", .x = {}, .y = {}, .z = {}, .mark = report::Mark::kPoints};
  for (const Event& event : flight.events) {
    append(events, event.position);
    events.texts.push_back(fmt::format("{} {} {}: {:.4f} km/s", date_of(event.day),
                                       name_of(event.kind), event.body, event.delta_v));
  }
  all.push_back(events);
  std::vector<std::string> drawn;
  for (const Event& event : flight.events) {
    const bool is_end = event.kind == EventKind::kLaunch || event.kind == EventKind::kArrival;
    if (event.body.empty() || event.kind == EventKind::kDistance) continue;
    if (std::find(drawn.begin(), drawn.end(), event.body) != drawn.end()) continue;
    const Vector3<double>& own =
        event.kind == EventKind::kLaunch ? event.velocity_before : event.velocity_after;
    if (!is_end) {
      // The planet's own velocity is in no column: by its elements.
      for (int number = 1; number <= 8; ++number) {
        const auto planet = static_cast<Planet>(number);
        if (name_of(planet) != event.body) continue;
        all.push_back(orbit_of(event.body, state_of(planet, event.day)));
      }
    } else {
      all.push_back(orbit_of(event.body, {event.position, own}));
    }
    drawn.push_back(event.body);
  }
  return all;
}

void add_paths(report::Page& page, const Trajectory& flight) {
  const auto drawing = drawing_of(flight);
  page.add_figure(report::make_figure(report::Scene{
      .caption = "The flight in space, to be turned with the mouse: ecliptic axes about the Sun.",
      .x = kX,
      .y = kY,
      .z = kZ,
      .series = drawing}));
  report::Chart chart{.caption = "The same seen from the north of the ecliptic.",
                      .x = kX,
                      .y = kY,
                      .series = {},
                      .equal_aspect = true,
                      .height = 520};
  for (const auto& series : drawing) {
    chart.series.push_back({series.name, series.x, series.y, series.mark});
  }
  page.add_figure(report::make_figure(chart));
}

void add_events(report::Page& page, const Trajectory& flight) {
  report::Table table{
      .caption = "Events. Speeds are relative to the body; impulses are those of engines.",
      .columns = {"event", "body", "date", "MJD2000", "speed before [km/s]", "speed after [km/s]",
                  "impulse [km/s]", "periapsis [km]",
                  flight.has_mass ? "mass [kg]" : "share of mass"},
      .rows = {}};
  for (const Event& event : flight.events) {
    table.rows.push_back({name_of(event.kind), event.body, date_of(event.day),
                          fmt::format("{:.3f}", event.day),
                          event.body.empty() ? "" : fmt::format("{:.4f}", event.speed_before),
                          event.body.empty() ? "" : fmt::format("{:.4f}", event.speed_after),
                          fmt::format("{:.6f}", event.delta_v),
                          event.periapsis > 0 ? fmt::format("{:.1f}", event.periapsis) : "",
                          fmt::format("{:.5g}", event.mass)});
  }
  page.add_table(table);
}

void add_variables(report::Page& page, const Instance& instance, const Solution& best) {
  report::Table table{.caption = "The vector.",
                      .columns = {"variable", "value", "unit", "lower", "upper"},
                      .rows = {}};
  const auto& variables = info_of(instance).variables;
  for (std::size_t i = 0; i < variables.size(); ++i) {
    table.rows.push_back({variables[i].name, fmt::format("{:.12g}", best.x[i]), variables[i].unit,
                          fmt::format("{:g}", variables[i].lower),
                          fmt::format("{:g}", variables[i].upper)});
  }
  page.add_table(table);
}

void add_window(report::Page& page, const io::CsvTable& table) {
  const auto t0 = table.column("t0"), t1 = table.column("T1"), f = table.column("f1");
  const auto points = static_cast<std::size_t>(std::lround(std::sqrt(double(f.size()))));
  std::vector<double> x(t0.begin(), t0.begin() + static_cast<std::ptrdiff_t>(points)), y;
  for (std::size_t i = 0; i < points; ++i) y.push_back(t1[i * points]);
  std::vector<float> values;
  const double least = *std::min_element(f.begin(), f.end());
  // Far from the window a value is only large.
  for (const double value : f) {
    values.push_back(static_cast<float>(std::log10(1e-3 + std::min(1e9, value - least))));
  }
  page.add_figure(report::make_figure(report::FieldMaps{
      .caption = "The launch window: what a change of launch day and first flight time costs when "
                 "nothing else is changed.",
      .grid = {.x = x,
               .y = y,
               .x_axis = {"launch day", "MJD2000"},
               .y_axis = {"first flight time", "d"}},
      .fields = {{"log10 of f1 above the best", values}},
      .scale = {.quantity = {"log10(f1 - least + 0.001)"}, .clipped_share = 0.002}}));
}

void add_search(report::Page& page, const io::CsvTable& history, double best_known) {
  const auto evaluations = history.column("evaluations"), best = history.column("best");
  report::Chart chart{.caption = "The best value against evaluations, above the best known one.",
                      .x = {.label = "evaluations", .logarithmic = true},
                      .y = {.label = "f1 - best known", .logarithmic = true},
                      .series = {{"best", evaluations, {}, report::Mark::kLineAndPoints}}};
  for (const double value : best) {
    chart.series[0].y.push_back(std::max(1e-9, value - best_known));
  }
  page.add_figure(report::make_figure(chart));
}

void add_front(report::Page& page, const std::vector<Solution>& front) {
  report::Series series{"front", {}, {}, report::Mark::kPoints};
  for (const Solution& solution : front) {
    series.x.push_back(solution.values[0]);
    series.y.push_back(solution.values[1]);
  }
  page.add_figure(report::make_figure(
      report::Chart{.caption = "Vectors that no other is better than in both objectives.",
                    .x = {"delta-v", "km/s"},
                    .y = {"time of flight", "d"},
                    .series = {series}}));
}

}  // namespace

void make_report(const Config& config, study::Context& context) {
  if (!context.comm().is_root()) return;
  const Instance instance = instance_of(config.problem);
  const bool is_front = has_front(config.problem);
  auto solutions = load_solutions(context.file(is_front ? kFrontFile : kSolutionFile), instance);
  std::sort(solutions.begin(), solutions.end(),
            [](const Solution& a, const Solution& b) { return a.values[0] < b.values[0]; });
  const Trajectory flight = trajectory_of(instance, solutions[0].x);
  const auto summary = study::Summary::load(context.directory());
  report::Page page("A space mission", info_of(instance).title);
  page.add_section("Figures");
  page.add_metrics(summary);
  page.add_section(is_front ? "Front" : "Search");
  if (is_front) {
    add_front(page, solutions);
  } else {
    add_search(page, io::read_csv(context.file(kHistoryFile)), info_of(instance).best_known);
  }
  page.add_section("Flight");
  add_paths(page, flight);
  add_events(page, flight);
  add_window(page, io::read_csv(context.file(kWindowFile)));
  add_variables(page, instance, solutions[0]);
  page.add_section("Provenance");
  page.add_provenance(study::Manifest::load(context.directory()), summary,
                      text_of(context.file(study::kConfigFile)));
  page.save(context.file(kReportFile));
}

}  // namespace sengen::gtopx
