// SPDX-License-Identifier: Apache-2.0
// Charts of numbers: lines, points, bands, bars. Text is plain (escaped here); NaN and infinity are
// gaps; long lines are thinned to what a screen can show (thinning.hpp). No 3-D, no dates.
//
//   page.add_figure(make_figure(Chart{
//       .caption = "Force coefficients in time.",
//       .x = {"time t U/D"}, .y = {"coefficient"},
//       .series = {{"drag", t, drag}, {"lift", t, lift, Mark::kDashedLine}},
//       .references = {{"Wu & Shu 2009", 1.364, 1.364}}}));
#pragma once

#include <string>
#include <vector>

#include <sengen/report/figure.hpp>

namespace sengen::report {

enum class Mark { kLine, kDashedLine, kPoints, kLineAndPoints };

struct Series {
  std::string name;
  std::vector<double> x;
  std::vector<double> y;
  Mark mark = Mark::kLine;
  // An error band around y, as long as y; empty: none.
  std::vector<double> low = {};
  std::vector<double> high = {};
};

// A published number across the chart: a line where low == high, a band otherwise.
struct Reference {
  std::string label;
  double low = 0;
  double high = 0;
  bool on_x = false;  // a value of x (upright), not of y
};

struct Chart {
  std::string caption;
  std::string title = {};  // of a panel among several
  Axis x;
  Axis y;
  std::vector<Series> series;
  std::vector<Reference> references = {};
  bool equal_aspect = false;  // phase portraits
  double height = 360;        // pixels
};

struct Bars {
  std::string name;
  std::vector<double> heights;  // one a category
};

struct BarChart {
  std::string caption;
  Axis x;
  Axis y;
  std::vector<std::string> categories;
  std::vector<Bars> bars;  // several: side by side
  std::vector<Reference> references = {};
  double height = 360;
};

// kInternal when lengths do not fit.
Figure make_figure(const Chart& chart);
Figure make_figure(const BarChart& chart);
// Several charts as panels of one figure, row by row; the panels' captions and heights are not
// used: panel_height is in pixels.
Figure make_figure(const std::vector<Chart>& panels, int columns, std::string caption,
                   double panel_height = 220);

}  // namespace sengen::report
