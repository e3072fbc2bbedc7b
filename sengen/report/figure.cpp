// SPDX-License-Identifier: Apache-2.0
#include <sengen/report/figure.hpp>

namespace sengen::report {

std::string axis_title(const Axis& axis) {
  if (axis.unit.empty() || axis.unit == "1") return axis.label;
  return axis.label + " [" + axis.unit + "]";
}

}  // namespace sengen::report
