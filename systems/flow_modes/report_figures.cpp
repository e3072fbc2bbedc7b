// SPDX-License-Identifier: Apache-2.0
// The first table of the report, in the order of a fluid dynamicist, and below it why values lie
// outside of what is published and which command computes those that can be compared.
#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "report_parts.hpp"
#include "wake.hpp"

namespace sengen::flow_modes {

namespace {

// What is asked for first; the errors of POD have a chart and a table of their own.
struct Named {
  const char* metric;
  const char* words;
};
constexpr std::array<Named, 5> kFirst = {{{"drag_coefficient_mean", "mean drag coefficient"},
                                          {"lift_coefficient_amplitude", "amplitude of the lift"},
                                          {"strouhal_number", "Strouhal number"},
                                          {"blockage", "blockage"},
                                          {"mach_number", "Mach number"}}};
constexpr const char* kPodError = "pod_error_";

// Beyond these a value is not that of unbounded, incompressible, well resolved flow.
constexpr double kLargestBlockage = 0.025;
constexpr double kLargestMach = 0.1;
constexpr std::int64_t kFewestCells = 16;
constexpr double kFewestPeriods = 10;

std::vector<std::string> order_of(const study::Summary& summary) {
  std::vector<std::string> names;
  for (const Named& one : kFirst) names.emplace_back(one.metric);
  for (const auto& [name, metric] : study::in_natural_order(summary.metrics)) {
    const bool listed = std::find(names.begin(), names.end(), name) != names.end();
    if (!listed && !name.starts_with(kPodError)) names.push_back(name);
  }
  return names;
}

// "mean drag coefficient 1.43", ... of the values that are marked.
std::vector<std::string> far_values(const study::Summary& summary) {
  std::vector<std::string> found;
  for (const Named& one : kFirst) {
    const auto metric = summary.metrics.find(one.metric);
    if (metric == summary.metrics.end() || !report::is_far(metric->second)) continue;
    found.push_back(fmt::format("{} {:.4g}", one.words, metric->second.value));
  }
  return found;
}

double value_of(const study::Summary& summary, const char* name, double otherwise) {
  const auto found = summary.metrics.find(name);
  return found == summary.metrics.end() ? otherwise : found->second.value;
}

// What of this run is not as in the published flows.
std::vector<std::string> reasons(const Config& config, const study::Summary& summary) {
  std::vector<std::string> found;
  const double blockage = value_of(summary, "blockage", 0);
  const double mach = value_of(summary, "mach_number", 0);
  const double periods = value_of(summary, "shedding_periods", 0);
  if (value_of(summary, "strouhal_number", 1) == 0) {
    found.emplace_back(
        "no vortices were shed by the end (a longer snapshots.transient or a stronger flow.kick "
        "lets them grow)");
  } else if (periods < kFewestPeriods) {
    found.push_back(fmt::format("only {:g} periods were averaged", periods));
  }
  if (blockage > kLargestBlockage) {
    found.push_back(
        fmt::format("the body blocks {:.1f} % of the domain's height, which raises all "
                    "three figures",
                    100 * blockage));
  }
  if (mach > kLargestMach) {
    found.push_back(
        fmt::format("the Mach number is {:.2f}, whose square is the error of the method", mach));
  }
  if (config.domain.cells_per_diameter < kFewestCells) {
    found.push_back(
        fmt::format("the diameter has only {} cells", config.domain.cells_per_diameter));
  }
  return found;
}

std::string comparable_command(double reynolds) {
  if (reynolds == 20 || reynolds == 40 || reynolds == 100) {
    return fmt::format(
        "'./bootstrap bench validation re{:g}' computes the values that can be compared, in a "
        "domain of 60 x 60 diameters at Mach number 0.09.",
        reynolds);
  }
  return "Values that can be compared need a large domain and a low Mach number: --set "
         "domain.length=60 --set domain.height=60 --set domain.body_x=25 --set "
         "flow.velocity=0.05 --set domain.cells_per_diameter=20.";
}

}  // namespace

std::string explanation(const Config& config, const study::Summary& summary) {
  const auto values = far_values(summary);
  if (values.empty()) return {};
  std::string text = fmt::format(
      "Outside of what is published: {}. Published values are those of unbounded, incompressible "
      "flow",
      fmt::join(values, ", "));
  const auto why = reasons(config, summary);
  text += why.empty() ? ". " : fmt::format("; here {}. ", fmt::join(why, "; "));
  return text + comparable_command(config.flow.reynolds);
}

void add_figures(report::Page& page, const Material& material) {
  page.add_metrics(material.summary, order_of(material.summary));
  if (material.is_simulated()) page.add_text(explanation(material.config, material.summary));
}

}  // namespace sengen::flow_modes
