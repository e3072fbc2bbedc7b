// SPDX-License-Identifier: Apache-2.0
// Lines and points in space, to be turned with the mouse: paths and orbits. Drawn by WebGL; where a
// browser has none, the figure says so, and what matters should stand in a chart beside it.
#pragma once

#include <string>
#include <vector>

#include <sengen/report/chart.hpp>
#include <sengen/report/figure.hpp>

namespace sengen::report {

struct SceneSeries {
  std::string name;
  std::vector<double> x, y, z;
  Mark mark = Mark::kLine;
  std::vector<std::string> texts = {};  // of points, shown under the mouse; empty: none
};

struct Scene {
  std::string caption;
  Axis x, y, z;  // one scale for all three
  std::vector<SceneSeries> series;
  double height = 520;  // pixels
};

// kInternal for series of different lengths.
Figure make_figure(const Scene& scene);

}  // namespace sengen::report
