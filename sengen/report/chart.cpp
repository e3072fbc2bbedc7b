// SPDX-License-Identifier: Apache-2.0
#include <sengen/report/chart.hpp>

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <sengen/core/error.hpp>
#include <sengen/report/encoding.hpp>
#include <sengen/report/thinning.hpp>

namespace sengen::report {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kMaxPoints = 6000;
constexpr std::size_t kMaxPlainNumbers = 32;

// Few numbers as they are (null where not finite), many as plotly.js's typed array.
Json numbers(const std::vector<double>& values) {
  if (values.size() > kMaxPlainNumbers) return {{"dtype", "f8"}, {"bdata", base64_of(values)}};
  return values;  // nlohmann writes null for what is not finite
}

std::vector<double> pick(const std::vector<double>& values, const std::vector<std::size_t>& which) {
  std::vector<double> picked;
  picked.reserve(which.size());
  for (const std::size_t i : which) {
    picked.push_back(std::isfinite(values[i]) ? values[i] : std::nan(""));
  }
  return picked;
}

// plotly.js wants the logarithms as the range of a logarithmic axis.
Json axis_json(const Axis& axis) {
  Json json = {{"title", {{"text", escape_html(axis_title(axis))}}}};
  if (axis.logarithmic) json["type"] = "log";
  if (axis.range) {
    auto [low, high] = *axis.range;
    if (axis.logarithmic) {
      low = std::log10(low);
      high = std::log10(high);
    }
    json["range"] = {low, high};
  }
  return json;
}

// The figure under construction: `panel` is the number of the panel that is being added to.
struct Sketch {
  Json data = Json::array();
  Json shapes = Json::array();
  Json layout = Json::object();
  // One colour and one legend entry for a name, in whatever panel it appears.
  std::map<std::string, int> colours;
  int panel = 1;

  std::string axis_name(char letter) const {
    return panel == 1 ? std::string(1, letter) : fmt::format("{}{}", letter, panel);
  }
  std::string axis_key(char letter) const {
    return fmt::format("{}axis{}", letter, panel == 1 ? "" : fmt::format("{}", panel));
  }
  void add_trace(Json trace) {
    trace["xaxis"] = axis_name('x');
    trace["yaxis"] = axis_name('y');
    data.push_back(std::move(trace));
  }
};

// colour of a line or marker: number of the page's palette (page.js knows light and dark).
void add_band(Sketch& sketch, const Series& series, const std::vector<std::size_t>& which,
              int colour) {
  const Json x = numbers(pick(series.x, which));
  Json edge = {{"type", "scatter"},
               {"mode", "lines"},
               {"x", x},
               {"hoverinfo", "skip"},
               {"showlegend", false},
               {"line", {{"width", 0}}},
               {"legendgroup", escape_html(series.name)},
               {"palette", colour},
               {"part", "band"}};
  edge["y"] = numbers(pick(series.low, which));
  sketch.add_trace(edge);
  edge["y"] = numbers(pick(series.high, which));
  edge["fill"] = "tonexty";
  sketch.add_trace(edge);
}

void add_series(Sketch& sketch, const Series& series) {
  const bool band = !series.low.empty() || !series.high.empty();
  if (series.x.size() != series.y.size() ||
      (band && (series.low.size() != series.y.size() || series.high.size() != series.y.size()))) {
    throw Error(
        ErrorKind::kInternal,
        fmt::format("series '{}' has {} x, {} y, {} low and {} high values", series.name,
                    series.x.size(), series.y.size(), series.low.size(), series.high.size()));
  }
  const auto next = static_cast<int>(sketch.colours.size());
  const auto [entry, first] = sketch.colours.try_emplace(series.name, next);
  const std::vector<std::size_t> which = envelope(series.y, kMaxPoints);
  if (band) add_band(sketch, series, which, entry->second);
  const bool line = series.mark != Mark::kPoints;
  const bool points = series.mark == Mark::kPoints || series.mark == Mark::kLineAndPoints;
  Json trace = {{"type", "scatter"},
                {"mode", line && points ? "lines+markers" : (line ? "lines" : "markers")},
                {"name", escape_html(series.name)},
                {"legendgroup", escape_html(series.name)},
                {"showlegend", first && !series.name.empty()},
                {"palette", entry->second},
                {"x", numbers(pick(series.x, which))},
                {"y", numbers(pick(series.y, which))}};
  if (line) {
    trace["line"] = {{"dash", series.mark == Mark::kDashedLine ? "dash" : "solid"}};
  }
  sketch.add_trace(std::move(trace));
}

// A line or band right across the panel, named in the legend: on the panel its label would lie on
// the lines that come near it.
void add_reference(Sketch& sketch, const Reference& reference) {
  const char along = reference.on_x ? 'x' : 'y';
  const char across = reference.on_x ? 'y' : 'x';
  const bool line = reference.low == reference.high;
  Json shape = {{"type", line ? "line" : "rect"}, {"layer", "below"}, {"part", "reference"}};
  shape[fmt::format("{}ref", along)] = sketch.axis_name(along);
  shape[fmt::format("{}ref", across)] = sketch.axis_name(across) + " domain";
  shape[fmt::format("{}0", along)] = reference.low;
  shape[fmt::format("{}1", along)] = reference.high;
  shape[fmt::format("{}0", across)] = 0;
  shape[fmt::format("{}1", across)] = 1;
  shape["name"] = escape_html(reference.label);
  shape["showlegend"] = !reference.label.empty();
  sketch.shapes.push_back(std::move(shape));
}

void add_axes(Sketch& sketch, const Axis& x, const Axis& y) {
  sketch.layout[sketch.axis_key('x')] = axis_json(x);
  sketch.layout[sketch.axis_key('x')]["anchor"] = sketch.axis_name('y');
  sketch.layout[sketch.axis_key('y')] = axis_json(y);
  sketch.layout[sketch.axis_key('y')]["anchor"] = sketch.axis_name('x');
}

Figure finish(Sketch sketch, Json panels, std::string caption) {
  sketch.layout["shapes"] = std::move(sketch.shapes);
  const Json spec = {{"data", std::move(sketch.data)},
                     {"layout", std::move(sketch.layout)},
                     {"panels", std::move(panels)}};
  return {spec.dump(-1, ' ', false, Json::error_handler_t::replace), std::move(caption)};
}

void add_panel(Sketch& sketch, const Chart& chart) {
  for (const Series& series : chart.series) add_series(sketch, series);
  add_axes(sketch, chart.x, chart.y);
  if (chart.equal_aspect) {
    sketch.layout[sketch.axis_key('y')]["scaleanchor"] = sketch.axis_name('x');
  }
  for (const Reference& reference : chart.references) add_reference(sketch, reference);
}

}  // namespace

Figure make_figure(const Chart& chart) {
  Chart panel = chart;
  panel.title.clear();
  return make_figure(std::vector<Chart>{std::move(panel)}, 1, chart.caption, chart.height);
}

Figure make_figure(const std::vector<Chart>& panels, int columns, std::string caption,
                   double panel_height) {
  if (panels.empty() || columns < 1) {
    throw Error(ErrorKind::kInternal, "a figure needs at least one panel and one column");
  }
  Sketch sketch;
  Json titles = Json::array();
  bool square = true;
  for (const Chart& chart : panels) {
    add_panel(sketch, chart);
    titles.push_back(escape_html(chart.title));
    square = square && chart.equal_aspect;
    ++sketch.panel;
  }
  Json place = {{"columns", std::min(columns, static_cast<int>(panels.size()))},
                {"titles", std::move(titles)},
                {"height", panel_height}};
  if (square) place["square"] = true;
  return finish(std::move(sketch), std::move(place), std::move(caption));
}

Figure make_figure(const BarChart& chart) {
  Sketch sketch;
  std::vector<std::string> names;
  std::transform(chart.categories.begin(), chart.categories.end(), std::back_inserter(names),
                 [](const std::string& name) { return escape_html(name); });
  int colour = 0;
  for (const Bars& bars : chart.bars) {
    if (bars.heights.size() != names.size()) {
      throw Error(ErrorKind::kInternal, fmt::format("bars '{}' have {} heights for {} categories",
                                                    bars.name, bars.heights.size(), names.size()));
    }
    sketch.add_trace({{"type", "bar"},
                      {"name", escape_html(bars.name)},
                      {"showlegend", !bars.name.empty() && chart.bars.size() > 1},
                      {"palette", colour++},
                      {"x", names},
                      {"y", bars.heights}});
  }
  add_axes(sketch, chart.x, chart.y);
  sketch.layout["xaxis"]["type"] = "category";
  for (const Reference& reference : chart.references) add_reference(sketch, reference);
  return finish(std::move(sketch),
                {{"columns", 1}, {"titles", Json::array({""})}, {"height", chart.height}},
                chart.caption);
}

}  // namespace sengen::report
