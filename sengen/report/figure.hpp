// SPDX-License-Identifier: Apache-2.0
// Figure: one numbered picture of a page, as the text that page.js hands to plotly.js. Made by
// make_figure from the plain structs of chart.hpp and field.hpp; added to a Page.
#pragma once

#include <optional>
#include <string>
#include <utility>

namespace sengen::report {

// What an axis, a colour bar or a slider measures.
struct Axis {
  std::string label;
  std::string unit = "1";  // "1": dimensionless, not shown
  bool logarithmic = false;
  std::optional<std::pair<double, double>> range = {};  // absent: all of the data
};

// "label [unit]"
std::string axis_title(const Axis& axis);

struct Figure {
  std::string spec;     // JSON: {"data", "layout", "panels", "animation"}
  std::string caption;  // says what is seen; plain text
};

}  // namespace sengen::report
