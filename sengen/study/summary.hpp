// SPDX-License-Identifier: Apache-2.0
// summary.json of an output directory: system, version, ranks, threads, every stage with its wall
// time, date and machine, and `metrics`: name -> {value, unit, reference, source, stage}. Stages
// merge into it and never drop what another stage measured. Benches write the same form. A value
// that is not finite is written as null.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <sengen/study/metric.hpp>

namespace sengen::study {

// How and where a stage ran.
struct StageRun {
  double seconds = 0;  // wall time
  int ranks = 1;
  int threads = 1;            // of each rank
  std::string finished = {};  // UTC, ISO 8601
  std::string version = {};   // of the program
  std::string host = {};
  std::string processor = {};

  // A stage that has just finished on this machine, with the present number of threads.
  static StageRun here(double seconds, int ranks, const std::string& version);
};

struct Summary {
  static constexpr const char* kFileName = "summary.json";

  std::string system;
  std::string version;
  std::map<std::string, StageRun> stages;
  std::map<std::string, Metric> metrics;

  // Forgets what a stage measured earlier: it runs anew.
  void drop_stage(const std::string& stage);
  // Takes over the stages and metrics of another summary in place of its own of these names.
  void merge(const Summary& other);

  // The text of the file, and back; source: its name for messages. kInput when it is damaged.
  std::string to_json() const;
  static Summary parse(std::string_view text, const std::string& source);

  // Reads directory/summary.json; an empty summary when there is none; kInput when it is damaged.
  static Summary load(const std::filesystem::path& directory);
  // The same for a file of another name.
  static Summary load_file(const std::filesystem::path& path);
  // Atomic.
  void save(const std::filesystem::path& directory) const;
  void save_file(const std::filesystem::path& path) const;
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
