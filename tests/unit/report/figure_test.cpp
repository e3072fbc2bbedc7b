// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <nlohmann/json.hpp>

#include <sengen/core/error.hpp>
#include <sengen/report/chart.hpp>
#include <sengen/report/encoding.hpp>
#include <sengen/report/field.hpp>

namespace sengen::report {
namespace {

using Json = nlohmann::json;

const double kNaN = std::numeric_limits<double>::quiet_NaN();

Json spec_of(const Figure& figure) { return Json::parse(figure.spec); }

FieldGrid grid_of(std::size_t nx, std::size_t ny) {
  FieldGrid grid;
  for (std::size_t i = 0; i < nx; ++i) grid.x.push_back(static_cast<double>(i));
  for (std::size_t i = 0; i < ny; ++i) grid.y.push_back(static_cast<double>(i));
  return grid;
}

Figure line(std::vector<double> x, std::vector<double> y) {
  return make_figure(
      Chart{.caption = "c", .x = {"x"}, .y = {"y"}, .series = {{"s", std::move(x), std::move(y)}}});
}

TEST(Chart, WritesNullForWhatIsNotFinite) {
  const Json spec = spec_of(line({0, 1, 2}, {1, kNaN, std::numeric_limits<double>::infinity()}));
  EXPECT_EQ(spec["data"][0]["y"], Json::parse("[1.0, null, null]"));
}

TEST(Chart, WritesLongSeriesAsTypedArrays) {
  std::vector<double> x(100);
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = static_cast<double>(i);
  const Json trace = spec_of(line(x, x))["data"][0];
  EXPECT_EQ(trace["y"]["dtype"], "f8");
  EXPECT_EQ(trace["y"]["bdata"], base64_of(x));
}

TEST(Chart, EscapesNamesAndUnits) {
  const Json spec = spec_of(make_figure(
      Chart{.caption = "c", .x = {"<x>", "m"}, .y = {"y"}, .series = {{"<b>&", {1}, {1}}}}));
  EXPECT_EQ(spec["data"][0]["name"], "&lt;b&gt;&amp;");
  EXPECT_EQ(spec["layout"]["xaxis"]["title"]["text"], "&lt;x&gt; [m]");
  EXPECT_EQ(spec["layout"]["yaxis"]["title"]["text"], "y");
}

TEST(Chart, GivesLogarithmicAxesTheirRangeInDecades) {
  const Json spec = spec_of(
      make_figure(Chart{.caption = "c",
                        .x = {"x"},
                        .y = {.label = "y", .logarithmic = true, .range = std::pair{1e-3, 100.0}},
                        .series = {{"s", {1, 2}, {1, 2}}},
                        .references = {{"r", 10, 10}}}));
  EXPECT_EQ(spec["layout"]["yaxis"]["type"], "log");
  EXPECT_EQ(spec["layout"]["yaxis"]["range"], Json::parse("[-3.0, 2.0]"));
  EXPECT_EQ(spec["layout"]["shapes"][0]["y0"], 10);
  EXPECT_EQ(spec["layout"]["shapes"][0]["name"], "r");
  EXPECT_EQ(spec["layout"]["shapes"][0]["showlegend"], true);
}

TEST(Chart, GivesOneNameOneColourAndOneLegendEntryInAllPanels) {
  const Chart panel{.caption = "",
                    .title = "p",
                    .x = {"x"},
                    .y = {"y"},
                    .series = {{"a", {1}, {1}}, {"b", {1}, {2}}}};
  const Json spec = spec_of(make_figure(std::vector<Chart>{panel, panel}, 2, "c"));
  ASSERT_EQ(spec["data"].size(), 4U);
  EXPECT_EQ(spec["data"][0]["palette"], spec["data"][2]["palette"]);
  EXPECT_NE(spec["data"][0]["palette"], spec["data"][1]["palette"]);
  EXPECT_TRUE(spec["data"][0]["showlegend"]);
  EXPECT_FALSE(spec["data"][2]["showlegend"]);
  EXPECT_EQ(spec["data"][2]["xaxis"], "x2");
}

TEST(Chart, RefusesSeriesOfUnequalLengths) {
  EXPECT_THROW(line({1, 2}, {1}), Error);
  EXPECT_THROW(
      make_figure(BarChart{
          .caption = "c", .x = {"x"}, .y = {"y"}, .categories = {"a", "b"}, .bars = {{"n", {1}}}}),
      Error);
}

TEST(FieldMap, QuantisesToSixteenBitsAndLeavesSolidCellsOut) {
  FieldGrid grid = grid_of(2, 2);
  grid.solid = {0, 0, 1, 0};
  const std::vector<float> values = {0, 1, 99, 2};
  const Json spec = spec_of(make_figure(
      FieldMaps{.caption = "c", .grid = grid, .fields = {{"u", values}}, .scale = {{"u"}}}));
  const Json& z = spec["data"][0]["z"];
  EXPECT_EQ(z["low"], 0);
  EXPECT_EQ(z["high"], 2);
  EXPECT_EQ(z["packed"], "u2");
  EXPECT_EQ(z["bdata"], base64_of(std::vector<std::uint16_t>{0, 32767, 65535, 65534}));
  EXPECT_EQ(spec["layout"]["xaxis"]["range"], Json::parse("[-0.5, 1.5]"));
  EXPECT_EQ(spec["layout"]["yaxis"]["scaleanchor"], "x");
  EXPECT_DOUBLE_EQ(spec["panels"]["aspect"], 1);
}

TEST(FieldMap, MakesDivergingScalesSymmetric) {
  const std::vector<float> values = {-1, 0, 1, 3};
  const Json spec = spec_of(make_figure(FieldMaps{.caption = "c",
                                                  .grid = grid_of(2, 2),
                                                  .fields = {{"u'", values}},
                                                  .scale = {{"u'"}, Colours::kDiverging}}));
  EXPECT_EQ(spec["layout"]["coloraxis"]["cmin"], -3);
  EXPECT_EQ(spec["layout"]["coloraxis"]["cmax"], 3);
}

TEST(FieldMap, ClipsTheShareThatItIsTold) {
  std::vector<float> values(1000);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<float>(i) / 999;
  values[0] = 1000;
  const Json spec = spec_of(make_figure(FieldMaps{.caption = "c",
                                                  .grid = grid_of(50, 20),
                                                  .fields = {{"w", values}},
                                                  .scale = {{"w"}, Colours::kDiverging, 0.002}}));
  EXPECT_LE(spec["layout"]["coloraxis"]["cmax"], 1);
}

TEST(FieldMap, GivesEveryFieldItsOwnScaleOnRequest) {
  const std::vector<float> small = {-1, 1};
  const std::vector<float> large = {-5, 5};
  FieldMaps maps{.caption = "c",
                 .grid = grid_of(2, 1),
                 .fields = {{"1", small}, {"2", large}},
                 .scale = {{"u"}, Colours::kDiverging},
                 .columns = 2};
  EXPECT_FALSE(spec_of(make_figure(maps))["layout"].contains("coloraxis2"));
  maps.one_scale = false;
  const Json spec = spec_of(make_figure(maps));
  EXPECT_EQ(spec["layout"]["coloraxis"]["cmax"], 1);
  EXPECT_EQ(spec["layout"]["coloraxis2"]["cmax"], 5);
  EXPECT_EQ(spec["data"][1]["coloraxis"], "coloraxis2");
}

TEST(FieldMap, SurvivesFieldsWithoutARange) {
  const std::vector<float> zero(4, 0.0F);
  const std::vector<float> none(4, std::numeric_limits<float>::quiet_NaN());
  for (const auto& values : {zero, none}) {
    const Json spec = spec_of(make_figure(FieldMaps{.caption = "c",
                                                    .grid = grid_of(2, 2),
                                                    .fields = {{"u", values}},
                                                    .scale = {{"u"}, Colours::kDiverging}}));
    EXPECT_LT(spec["data"][0]["z"]["low"], spec["data"][0]["z"]["high"]);
  }
}

TEST(FieldMap, CoarsensWhatIsFinerThanAScreen) {
  const std::vector<float> values(1000 * 500, 1.0F);
  const Json spec = spec_of(make_figure(FieldMaps{
      .caption = "c", .grid = grid_of(1000, 500), .fields = {{"u", values}}, .scale = {{"u"}}}));
  EXPECT_LE(spec["data"][0]["z"]["bdata"].get<std::string>().size(), kMaxCells * 2 * 4 / 3 + 4);
  EXPECT_EQ(spec["layout"]["xaxis"]["range"], Json::parse("[-0.5, 999.5]"));
}

TEST(FieldMap, RefusesFieldsThatDoNotFitTheGrid) {
  const std::vector<float> values(3);
  EXPECT_THROW(
      make_figure(FieldMaps{
          .caption = "c", .grid = grid_of(2, 2), .fields = {{"u", values}}, .scale = {{"u"}}}),
      Error);
}

TEST(Animation, StoresFramesInOneByteACellOnOneScale) {
  const std::vector<float> values = {0, 1, 2, 3, 4, 5, 6, 254};
  const Json spec = spec_of(make_figure(FieldAnimation{.caption = "c",
                                                       .grid = grid_of(2, 2),
                                                       .times = {0.5, 1.5},
                                                       .time = {"t U/D"},
                                                       .values = values,
                                                       .scale = {{"u"}}}));
  EXPECT_EQ(spec["animation"]["frames"][0], base64_of(std::vector<std::uint8_t>{0, 1, 2, 3}));
  EXPECT_EQ(spec["animation"]["frames"][1], base64_of(std::vector<std::uint8_t>{4, 5, 6, 254}));
  EXPECT_EQ(spec["animation"]["times"], Json::parse("[0.5, 1.5]"));
  EXPECT_EQ(spec["layout"]["coloraxis"]["cmax"], 254);
  EXPECT_EQ(spec["data"][0]["z"]["bdata"], spec["animation"]["frames"][0]);
}

TEST(Animation, LeavesFramesOutRatherThanGrowWithoutBound) {
  const std::size_t cells = 40'000;
  const std::size_t count = 205;
  const std::vector<float> values(cells * count, 1.0F);
  std::vector<double> times(count);
  for (std::size_t i = 0; i < count; ++i) times[i] = static_cast<double>(i);
  const Json spec = spec_of(make_figure(FieldAnimation{.caption = "c",
                                                       .grid = grid_of(200, 200),
                                                       .times = times,
                                                       .values = values,
                                                       .scale = {{"u"}}}));
  const auto frames = spec["animation"]["frames"].size();
  EXPECT_EQ(frames, 69U);  // every third
  EXPECT_LE(frames * cells, kMaxAnimationBytes);
  EXPECT_EQ(spec["animation"]["times"][1], 3);
}

}  // namespace
}  // namespace sengen::report
