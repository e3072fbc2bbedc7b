// SPDX-License-Identifier: Apache-2.0
// ctest: processors=2
// Pages in a real browser, through tools/check_report: one with every kind of figure, and pages
// whose faults must be found. SENGEN_EXAMPLE_REPORT=FILE keeps the good page for a look.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <limits>
#include <numbers>
#include <sstream>

#include <sengen/report/chart.hpp>
#include <sengen/report/field.hpp>
#include <sengen/report/page.hpp>

namespace sengen::report {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

constexpr double kPi = std::numbers::pi;
constexpr int kNoBrowser = 77;

struct Outcome {
  int code;
  std::string text;
};

Outcome check(const fs::path& page) {
  const fs::path tool =
      fs::path(__FILE__).parent_path() / ".." / ".." / ".." / "tools" / "check_report";
  const std::string command = "python3 '" + tool.string() + "' '" + page.string() + "' 2>&1";
  std::FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return {-1, "popen failed"};
  Outcome outcome{0, {}};
  char buffer[4096];
  while (const std::size_t count = std::fread(buffer, 1, sizeof buffer, pipe)) {
    outcome.text.append(buffer, count);
  }
  const int status = pclose(pipe);
  outcome.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return outcome;
}

// A street of vortices behind a disc at the origin: enough like a wake to judge the pictures.
struct Wake {
  FieldGrid grid;
  Wake() {
    for (int i = 0; i < 192; ++i) grid.x.push_back(-1.5 + 0.05 * (i + 0.5));
    for (int i = 0; i < 96; ++i) grid.y.push_back(-2.4 + 0.05 * (i + 0.5));
    grid.x_axis = {"x", "D"};
    grid.y_axis = {"y", "D"};
    for (const double y : grid.y) {
      for (const double x : grid.x) grid.solid.push_back(x * x + y * y < 0.25 ? 1 : 0);
    }
  }
  std::vector<float> field(double mean, double amplitude, double phase, double waves) const {
    std::vector<float> values;
    for (const double y : grid.y) {
      for (const double x : grid.x) {
        const double rise = 1 / (1 + std::exp(-2 * (x - 1.5)));
        const double wake = -std::exp(-2 * y * y) * (x > 0 ? std::exp(-x / 6) : 0);
        const double wave = std::sin(waves * x - phase) * std::exp(-y * y) * rise;
        values.push_back(static_cast<float>(mean * (1 + 0.8 * wake) + amplitude * wave));
      }
    }
    return values;
  }
};

void add_fields(Page& page, const Wake& wake) {
  page.add_section("Field");
  page.add_text(
      "A made-up wake with the numbers of a cylinder at Re = 100, to see every kind of figure.");
  FieldAnimation animation{
      .caption =
          "Streamwise velocity u/U in a frame of the body, two shedding periods. The "
          "cylinder is grey. Drag the slider or press play.",
      .grid = wake.grid,
      .times = {},
      .time = {"t U/D"},
      .values = {},
      .scale = {{"u/U"}}};
  std::vector<float> frames;
  for (int i = 0; i < 48; ++i) {
    animation.times.push_back(80 + 0.25 * i);
    const auto frame = wake.field(1, 0.35, 2 * kPi * i / 24, 1.4);
    frames.insert(frames.end(), frame.begin(), frame.end());
  }
  animation.values = frames;
  page.add_figure(make_figure(animation));
  const auto mean = wake.field(1, 0, 0, 1);
  page.add_figure(make_figure(FieldMaps{.caption = "Mean streamwise velocity u/U over 40 periods.",
                                        .grid = wake.grid,
                                        .fields = {{"", mean}},
                                        .scale = {{"u/U"}}}));
}

void add_modes(Page& page, const Wake& wake) {
  page.add_section("Modes");
  std::vector<std::vector<float>> modes;
  FieldMaps maps{.caption =
                     "The first six POD modes, streamwise component, unit norm. Red and blue "
                     "are of opposite sign; the sign of a mode is arbitrary.",
                 .grid = wake.grid,
                 .fields = {},
                 .scale = {{"mode (u)"}, Colours::kDiverging},
                 .columns = 2};
  for (int i = 0; i < 6; ++i) {
    modes.push_back(wake.field(0, 0.02 / (1 + i / 2), i % 2 * kPi / 2, 1.4 * (1 + i / 2)));
  }
  for (std::size_t i = 0; i < modes.size(); ++i) {
    maps.fields.push_back({"mode " + std::to_string(i + 1), modes[i]});
  }
  page.add_figure(make_figure(maps));
  maps.one_scale = false;
  maps.fields.resize(4);
  maps.caption = "The same with a scale for each.";
  page.add_figure(make_figure(maps));
}

void add_time_series(Page& page) {
  page.add_section("Time");
  const double nan = std::numeric_limits<double>::quiet_NaN();
  std::vector<double> t, drag, lift;
  std::vector<std::vector<double>> a(4);
  for (int i = 0; i < 20'000; ++i) {
    t.push_back(0.01 * i);
    const double phase = 2 * kPi * 0.165 * t.back();
    const double growth = 1 / (1 + std::exp(-(t.back() - 60) / 8));
    const bool lost = t.back() > 100 && t.back() < 110;  // a gap in the record
    drag.push_back(lost ? nan : 1.25 + growth * (0.12 + 0.01 * std::sin(2 * phase)));
    lift.push_back(lost ? nan : growth * 0.33 * std::sin(phase));
    for (int k = 0; k < 4; ++k) {
      a[static_cast<std::size_t>(k)].push_back(growth / (1 + 3 * (k / 2)) *
                                               std::sin((1 + k / 2) * phase + k % 2 * kPi / 2));
    }
  }
  page.add_figure(make_figure(Chart{
      .caption = "Drag and lift coefficients in time. Shaded: published mean drag at Re = 100.",
      .x = {"time t U/D"},
      .y = {"coefficient"},
      .series = {{"drag", t, drag}, {"lift", t, lift, Mark::kDashedLine}},
      .references = {{"published 1.32 to 1.38", 1.32, 1.38}}}));
  std::vector<Chart> panels;
  for (std::size_t k = 0; k < 4; ++k) {
    panels.push_back({.caption = "",
                      .title = "mode " + std::to_string(k + 1),
                      .x = {"time t U/D"},
                      .y = {"coefficient"},
                      .series = {{"a", t, a[k]}}});
  }
  page.add_figure(make_figure(panels, 2, "Coefficients of the first four modes in time."));
  const auto part = [](const std::vector<double>& all) {
    return std::vector<double>(all.end() - 2000, all.end());
  };
  page.add_figure(
      make_figure(std::vector<Chart>{{.caption = "",
                                      .title = "modes 1 and 2",
                                      .x = {"coefficient 1"},
                                      .y = {"coefficient 2"},
                                      .series = {{"", part(a[0]), part(a[1])}},
                                      .equal_aspect = true},
                                     {.caption = "",
                                      .title = "modes 1 and 3",
                                      .x = {"coefficient 1"},
                                      .y = {"coefficient 3"},
                                      .series = {{"", part(a[0]), part(a[2]), Mark::kPoints}},
                                      .equal_aspect = true}},
                  2, "Phase portraits over the last periods."));
}

void add_spectra(Page& page) {
  page.add_section("Spectra and energy");
  std::vector<double> f, lift, drag;
  for (int i = 1; i < 400; ++i) {
    f.push_back(0.0025 * i);
    const auto line = [&](double at) { return 1 / (1e-6 + std::pow(f.back() - at, 4)); };
    lift.push_back(1e-6 * line(0.165) + 1e-9 * line(0.495));
    drag.push_back(1e-8 * line(0.33));
  }
  page.add_figure(make_figure(
      Chart{.caption =
                "Power spectra of lift and drag. The dotted line is the published Strouhal number.",
            .x = {"frequency f D/U"},
            .y = {.label = "power spectral density", .unit = "D/U", .logarithmic = true},
            .series = {{"lift", f, lift}, {"drag", f, drag}},
            .references = {{"St = 0.165 (published)", 0.165, 0.165, true}}}));
  std::vector<double> n, error, low, high, share;
  std::vector<std::string> names;
  for (int i = 1; i <= 20; ++i) {
    n.push_back(i);
    error.push_back(std::pow(0.45, (i + 1) / 2));
    low.push_back(0.8 * error.back());
    high.push_back(1.2 * error.back());
    names.push_back(std::to_string(i));
    share.push_back(100 * (1 - std::pow(0.2, i)));
  }
  page.add_figure(make_figure(Chart{
      .caption = "Relative L2 error of the fluctuations left by the first n modes; the band is the "
                 "spread over five parts of the record.",
      .x = {"modes n"},
      .y = {.label = "error", .logarithmic = true},
      .series = {{"POD", n, error, Mark::kLineAndPoints, low, high}}}));
  page.add_figure(make_figure(BarChart{.caption = "Energy in the first n modes.",
                                       .x = {"modes n"},
                                       .y = {"cumulative energy", "%"},
                                       .categories = names,
                                       .bars = {{"", share}},
                                       .references = {{"99 %", 99, 99}},
                                       .height = 280}));
}

study::Summary example_summary() {
  study::Summary summary;
  summary.metrics = {
      {"drag_coefficient_mean",
       {1.41, "1", std::pair{1.32, 1.38}, "spread of published values; blockage raises it"}},
      {"lift_coefficient_amplitude", {0.336, "1", std::pair{0.30, 0.345}, "published values"}},
      {"strouhal_number", {0.1652, "1", std::pair{0.161, 0.169}, "published values"}},
      {"bubble_length", {1.9, "radii", std::pair{1.86, 1.86}, "Wu & Shu 2009"}},
      {"blockage", {0.0556, "1", {}, "D / height of the domain"}},
      {"lattice_updates_per_second", {1.234e8, "1/s", {}, "whole run"}}};
  summary.stages = {{"simulate", {25.3, 1, 2}}, {"pod", {2.81, 1, 2}}};
  return summary;
}

std::string example_html() {
  const Wake wake;
  Page page("Wake of a cylinder at Re = 100", "An example of every kind of figure");
  page.add_section("Figures");
  page.add_metrics(example_summary());
  add_fields(page, wake);
  add_modes(page, wake);
  add_time_series(page);
  add_spectra(page);
  page.add_section("Provenance");
  study::Manifest manifest;
  manifest.system = "flow-modes";
  manifest.version = "0.1.0";
  manifest.command = "sengen flow-modes run demo.toml -o out/demo";
  manifest.host = "laptop";
  manifest.started = "2026-01-31T12:00:00Z";
  manifest.threads = 2;
  page.add_provenance(manifest, example_summary(), "[flow]\nreynolds = 100\n");
  return page.html();
}

class Browser : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::path(testing::TempDir()) /
              ("sengen_report_" + std::to_string(testing::UnitTest::GetInstance()->random_seed()) +
               "_" + std::to_string(getpid()));
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  Outcome open(const std::string& html) {
    const fs::path path = folder_ / "page.html";
    std::ofstream(path, std::ios::binary) << html;
    return check(path);
  }

  fs::path folder_;
};

Chart small_chart(std::vector<double> y) {
  return {.caption = "A line.", .x = {"x"}, .y = {"y"}, .series = {{"s", {0, 1, 2}, std::move(y)}}};
}

std::string small_page(const Figure& figure) {
  Page page("small");
  page.add_figure(figure);
  return page.html();
}

#define SENGEN_OPEN(outcome, html)    \
  const Outcome outcome = open(html); \
  if ((outcome).code == kNoBrowser) GTEST_SKIP() << (outcome).text

TEST_F(Browser, ShowsEveryKindOfFigure) {
  const std::string html = example_html();
  if (const char* kept = std::getenv("SENGEN_EXAMPLE_REPORT")) std::ofstream(kept) << html;
  SENGEN_OPEN(outcome, html);
  EXPECT_EQ(outcome.code, 0) << outcome.text;
  EXPECT_THAT(outcome.text, HasSubstr("10 figures"));
  EXPECT_LT(html.size(), 8'000'000U);
}

TEST_F(Browser, FindsAChartWithoutValues) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  SENGEN_OPEN(outcome, small_page(make_figure(small_chart({nan, nan, nan}))));
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.text, HasSubstr("figure-1: 's' shows no value"));
}

TEST_F(Browser, FindsALogarithmicChartOfNegativeValues) {
  Chart chart = small_chart({-1, -2, -3});
  chart.y.logarithmic = true;
  SENGEN_OPEN(outcome, small_page(make_figure(chart)));
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.text, HasSubstr("figure-1: 's' shows no value"));
}

TEST_F(Browser, FindsAChartWhoseRangeHidesItsLine) {
  Chart chart = small_chart({1, 2, 3});
  chart.y.range = {10, 20};
  SENGEN_OPEN(outcome, small_page(make_figure(chart)));
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.text, HasSubstr("figure-1: 's' shows no value"));
}

TEST_F(Browser, FindsAScriptError) {
  std::string html = small_page(make_figure(small_chart({1, 2, 3})));
  html.replace(html.find("</main>"), 7, "</main><script>no_such_function()</script>");
  SENGEN_OPEN(outcome, html);
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.text, HasSubstr("no_such_function is not defined"));
}

TEST_F(Browser, FindsWhatIsLoadedFromElsewhere) {
  std::string html = small_page(make_figure(small_chart({1, 2, 3})));
  html.replace(html.find("</main>"), 7, "</main><img src=\"https://example.org/picture.png\">");
  SENGEN_OPEN(outcome, html);
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.text, HasSubstr("<img src=https://example.org/picture.png> leaves the page"));
}

// Frames of 3 x 2 cells; a number of `changes` is what is added to a frame.
std::string page_of_frames(const std::vector<float>& changes) {
  FieldAnimation animation{.caption = "Frames.",
                           .grid = {.x = {0, 1, 2}, .y = {0, 1}},
                           .times = {},
                           .values = {},
                           .scale = {.quantity = {"u"}}};
  std::vector<float> values;
  for (const float change : changes) {
    animation.times.push_back(static_cast<double>(animation.times.size()));
    for (int i = 0; i < 6; ++i) values.push_back(static_cast<float>(i) * (1 + change));
  }
  animation.values = values;
  return small_page(make_figure(animation));
}

TEST_F(Browser, FindsAnAnimationThatDoesNotMove) {
  std::string html = page_of_frames({0, 0, 0, 1});
  const std::string redraw = "return Plotly.restyle(this.plot, {z: [trace.z]}, [0]);";
  html.replace(html.find(redraw), redraw.size(), "return Promise.resolve();");
  SENGEN_OPEN(outcome, html);
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.text, HasSubstr("its frames are all the same picture"));
}

TEST_F(Browser, TakesDataThatComeBackOrStandStill) {
  for (const std::vector<float>& changes :
       {std::vector<float>{0, 1, 0, 1, 0, 1, 0}, {0, 0, 0, 0, 0, 0, 1}, {0, 0, 0, 0}}) {
    SENGEN_OPEN(outcome, page_of_frames(changes));
    EXPECT_EQ(outcome.code, 0) << outcome.text;
  }
}

}  // namespace
}  // namespace sengen::report
