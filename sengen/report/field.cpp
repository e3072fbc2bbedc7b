// SPDX-License-Identifier: Apache-2.0
#include <sengen/report/field.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <sengen/core/error.hpp>
#include <sengen/report/encoding.hpp>
#include <sengen/report/thinning.hpp>

namespace sengen::report {

namespace {

using Json = nlohmann::ordered_json;
using Range = std::pair<double, double>;

// The grid as drawn: coarsened, solid cells known.
struct Screen {
  std::size_t nx;
  std::size_t ny;
  std::size_t side;
  const FieldGrid& grid;
  std::vector<double> x;
  std::vector<double> y;

  explicit Screen(const FieldGrid& given)
      : nx(given.x.size()),
        ny(given.y.size()),
        side(coarsening(nx, ny, kMaxCells)),
        grid(given),
        x(block_centres(given.x, side)),
        y(block_centres(given.y, side)) {
    if (nx == 0 || ny == 0 || (!given.solid.empty() && given.solid.size() != nx * ny)) {
      throw Error(ErrorKind::kInternal, fmt::format("a grid of {} x {} cells has {} solid flags",
                                                    nx, ny, given.solid.size()));
    }
  }

  std::size_t cells() const { return nx * ny; }

  std::vector<float> shown(std::span<const float> field) const {
    std::vector<float> values(field.begin(), field.end());
    for (std::size_t i = 0; i < grid.solid.size(); ++i) {
      if (grid.solid[i] != 0) values[i] = std::numeric_limits<float>::quiet_NaN();
    }
    return block_means(values, nx, side);
  }
};

// The ends of the colours: all finite values but clipped_share of them, about zero if diverging.
Range colour_range(const std::vector<std::vector<float>>& fields, const ColourScale& scale) {
  if (scale.quantity.range) return *scale.quantity.range;
  std::vector<float> values;
  for (const auto& field : fields) {
    std::copy_if(field.begin(), field.end(), std::back_inserter(values),
                 [](float value) { return std::isfinite(value); });
  }
  if (values.empty()) return {0, 1};
  const bool diverging = scale.colours == Colours::kDiverging;
  if (diverging) {
    for (float& value : values) value = std::abs(value);
  }
  std::sort(values.begin(), values.end());
  const auto last = static_cast<double>(values.size() - 1);
  const double tail = (diverging ? 1 : 0.5) * std::clamp(scale.clipped_share, 0.0, 0.9);
  const double high = values[static_cast<std::size_t>(std::round(last * (1 - tail)))];
  const double low =
      diverging ? -high : static_cast<double>(values[static_cast<std::size_t>(last * tail)]);
  if (low < high) return {low, high};
  const double margin = high == 0 ? 1 : std::abs(high);  // a constant field
  return {low - margin, high + margin};
}

Json plane_axis(const Axis& axis, const std::vector<double>& centres) {
  const double first = centres.size() > 1 ? (centres[1] - centres[0]) / 2 : 0.5;
  const double last = centres.size() > 1 ? (centres.back() - centres[centres.size() - 2]) / 2 : 0.5;
  return {{"title", {{"text", escape_html(axis_title(axis))}}},
          {"range", {centres.front() - first, centres.back() + last}},
          {"constrain", "domain"}};
}

// The figure's plane number `panel`, counted from 1; numbers only on the outer axes.
void add_plane(Json& layout, const Screen& screen, int panel) {
  const std::string number = panel == 1 ? "" : fmt::format("{}", panel);
  Json x = plane_axis(screen.grid.x_axis, screen.x);
  Json y = plane_axis(screen.grid.y_axis, screen.y);
  x["anchor"] = "y" + number;
  y["anchor"] = "x" + number;
  y["scaleanchor"] = "x" + number;
  if (panel > 1) {
    x["matches"] = "x";
    y["matches"] = "y";
  }
  layout["xaxis" + number] = std::move(x);
  layout["yaxis" + number] = std::move(y);
}

Json colour_axis(const ColourScale& scale, const Range& range) {
  return {{"cmin", range.first},
          {"cmax", range.second},
          {"palette", scale.colours == Colours::kDiverging ? "diverging" : "sequential"},
          {"colorbar", {{"title", {{"text", escape_html(axis_title(scale.quantity))}}}}}};
}

template <typename Code>
Json packed(std::span<const float> values, const Range& range) {
  return {{"packed", sizeof(Code) == 1 ? "u1" : "u2"},
          {"low", range.first},
          {"high", range.second},
          {"bdata", base64_of(quantise<Code>(values, range.first, range.second))}};
}

Json centres_json(const std::vector<double>& centres) {
  return {{"dtype", "f8"}, {"bdata", base64_of(centres)}};
}

Json heat_map(const Screen& screen, const std::string& title, int panel, const std::string& colours,
              Json values) {
  const std::string number = panel == 1 ? "" : fmt::format("{}", panel);
  return {{"type", "heatmap"},           {"name", escape_html(title)},
          {"x", centres_json(screen.x)}, {"y", centres_json(screen.y)},
          {"z", std::move(values)},      {"xaxis", "x" + number},
          {"yaxis", "y" + number},       {"coloraxis", colours}};
}

// height / width of the plane.
double aspect(const Json& layout) {
  const Json& x = layout.at("xaxis").at("range");
  const Json& y = layout.at("yaxis").at("range");
  return (y[1].get<double>() - y[0].get<double>()) / (x[1].get<double>() - x[0].get<double>());
}

}  // namespace

Figure make_figure(const FieldMaps& maps) {
  if (maps.fields.empty() || maps.columns < 1) {
    throw Error(ErrorKind::kInternal, "a figure needs at least one field and one column");
  }
  const Screen screen(maps.grid);
  std::vector<std::vector<float>> shown;
  Json titles = Json::array();
  for (const Field& field : maps.fields) {
    if (field.values.size() != screen.cells()) {
      throw Error(ErrorKind::kInternal,
                  fmt::format("field '{}' has {} values on {} x {} cells", field.title,
                              field.values.size(), screen.nx, screen.ny));
    }
    shown.push_back(screen.shown(field.values));
    titles.push_back(escape_html(field.title));
  }
  const Range all = colour_range(shown, maps.scale);
  Json data = Json::array();
  Json layout = Json::object();
  for (std::size_t i = 0; i < shown.size(); ++i) {
    const int panel = static_cast<int>(i) + 1;
    ColourScale scale = maps.scale;
    if (!maps.one_scale) scale.colours = maps.fields[i].colours.value_or(scale.colours);
    const Range range = maps.one_scale ? all : colour_range({shown[i]}, scale);
    const bool first = panel == 1 || maps.one_scale;
    const std::string colours = first ? "coloraxis" : fmt::format("coloraxis{}", panel);
    if (!layout.contains(colours)) layout[colours] = colour_axis(scale, range);
    add_plane(layout, screen, panel);
    data.push_back(heat_map(screen, maps.fields[i].title, panel, colours,
                            packed<std::uint16_t>(shown[i], range)));
  }
  const Json spec = {{"data", std::move(data)},
                     {"layout", layout},
                     {"panels",
                      {{"columns", std::min<std::size_t>(static_cast<std::size_t>(maps.columns),
                                                         maps.fields.size())},
                       {"titles", std::move(titles)},
                       {"aspect", aspect(layout)},
                       {"one_scale", maps.one_scale}}}};
  return {spec.dump(-1, ' ', false, Json::error_handler_t::replace), maps.caption};
}

Figure make_figure(const FieldAnimation& animation) {
  const Screen screen(animation.grid);
  const std::size_t count = animation.times.size();
  if (count == 0 || animation.values.size() != count * screen.cells()) {
    throw Error(ErrorKind::kInternal,
                fmt::format("an animation of {} times on {} x {} cells has {} values", count,
                            screen.nx, screen.ny, animation.values.size()));
  }
  const std::size_t most =
      std::max<std::size_t>(1, kMaxAnimationBytes / (screen.x.size() * screen.y.size()));
  const std::size_t every = (count + most - 1) / most;
  std::vector<std::vector<float>> frames;
  std::vector<double> times;
  for (std::size_t i = 0; i < count; i += every) {
    frames.push_back(screen.shown(animation.values.subspan(i * screen.cells(), screen.cells())));
    times.push_back(animation.times[i]);
  }
  const Range range = colour_range(frames, animation.scale);
  Json layout = {{"coloraxis", colour_axis(animation.scale, range)}};
  add_plane(layout, screen, 1);
  Json packed_frames = Json::array();
  for (const auto& frame : frames) {
    packed_frames.push_back(base64_of(quantise<std::uint8_t>(frame, range.first, range.second)));
  }
  const Json spec = {{"data", Json::array({heat_map(screen, "", 1, "coloraxis",
                                                    packed<std::uint8_t>(frames.front(), range))})},
                     {"layout", layout},
                     {"panels",
                      {{"columns", 1},
                       {"titles", Json::array({""})},
                       {"aspect", aspect(layout)},
                       {"one_scale", true}}},
                     {"animation",
                      {{"frames", std::move(packed_frames)},
                       {"times", times},
                       {"label", animation.time.label},
                       {"unit", animation.time.unit == "1" ? "" : animation.time.unit},
                       {"rate", animation.frames_per_second}}}};
  return {spec.dump(-1, ' ', false, Json::error_handler_t::replace), animation.caption};
}

}  // namespace sengen::report
