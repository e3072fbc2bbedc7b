// SPDX-License-Identifier: Apache-2.0
// summary.json of an output directory: system, version, ranks, threads, wall time of every stage
// and `metrics`: name -> {value, unit, reference, source, stage}. Stages merge into it and never
// drop what another stage measured. A value that is not finite is written as null.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <sengen/study/metric.hpp>

namespace sengen::study {

struct StageTime {
  double seconds = 0;
  int ranks = 1;
  int threads = 1;
};

struct Summary {
  std::string system;
  std::string version;
  std::map<std::string, StageTime> stages;
  std::map<std::string, Metric> metrics;

  // Forgets what a stage measured earlier: it runs anew.
  void drop_stage(const std::string& stage);

  // Reads directory/summary.json; an empty summary when there is none; kInput when it is damaged.
  static Summary load(const std::filesystem::path& directory);
  // Atomic.
  void save(const std::filesystem::path& directory) const;
};

// "pod_error_2" before "pod_error_10".
std::vector<std::pair<std::string, Metric>> in_natural_order(
    const std::map<std::string, Metric>& metrics);
// "1.32 .. 1.38", "2.091", or nothing.
std::string reference_text(const Metric& metric);
// Whether a value leaves the band of its reference; a single number is no band.
bool is_outside(const Metric& metric);

// The table of figures for a terminal: name, value, unit, reference, source. Values outside their
// reference band are marked.
std::string figures_table(const Summary& summary);

}  // namespace sengen::study
