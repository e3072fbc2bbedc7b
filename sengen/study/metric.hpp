// SPDX-License-Identifier: Apache-2.0
// One figure of a study, as it stands in summary.json, in the report and in tables of the pages.
#pragma once

#include <optional>
#include <string>
#include <utility>

namespace sengen::study {

struct Metric {
  double value = 0;
  std::string unit = "1";
  // A published number, or the band [first, second] of several; absent when nobody published one.
  std::optional<std::pair<double, double>> reference = {};
  // Where the reference is from, or how the value is defined.
  std::string source = {};
  // The stage that made it; filled in by Context::metric.
  std::string stage = {};
};

}  // namespace sengen::study
