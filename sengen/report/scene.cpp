// SPDX-License-Identifier: Apache-2.0
#include <sengen/report/scene.hpp>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <sengen/core/error.hpp>
#include <sengen/report/encoding.hpp>

namespace sengen::report {

namespace {

using Json = nlohmann::ordered_json;

Json numbers(const std::vector<double>& values) {
  return {{"dtype", "f8"}, {"bdata", base64_of(values)}};
}

Json trace_of(const SceneSeries& series, int colour) {
  if (series.x.size() != series.y.size() || series.x.size() != series.z.size()) {
    throw Error(ErrorKind::kInternal,
                fmt::format("series '{}' has {} x, {} y and {} z", series.name, series.x.size(),
                            series.y.size(), series.z.size()));
  }
  const bool points = series.mark == Mark::kPoints;
  Json trace = {{"type", "scatter3d"},
                {"mode", points ? "markers" : "lines"},
                {"name", escape_html(series.name)},
                {"palette", colour},
                {"x", numbers(series.x)},
                {"y", numbers(series.y)},
                {"z", numbers(series.z)}};
  if (!points) trace["line"] = {{"dash", series.mark == Mark::kDashedLine ? "dash" : "solid"}};
  if (!series.texts.empty()) {
    for (const std::string& text : series.texts) trace["text"].push_back(escape_html(text));
  }
  return trace;
}

Json axis_of(const Axis& axis) { return {{"title", {{"text", escape_html(axis_title(axis))}}}}; }

}  // namespace

Figure make_figure(const Scene& scene) {
  Json data = Json::array();
  int colour = 0;
  for (const SceneSeries& series : scene.series) data.push_back(trace_of(series, colour++));
  const Json spec = {{"data", std::move(data)},
                     {"layout",
                      {{"scene",
                        {{"aspectmode", "data"},
                         {"xaxis", axis_of(scene.x)},
                         {"yaxis", axis_of(scene.y)},
                         {"zaxis", axis_of(scene.z)}}}}},
                     {"scene", {{"height", scene.height}}}};
  return {spec.dump(-1, ' ', false, Json::error_handler_t::replace), scene.caption};
}

}  // namespace sengen::report
