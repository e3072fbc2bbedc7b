// SPDX-License-Identifier: Apache-2.0
// The record of a finished stage, stages/<name>.json of an output directory: its key, its files
// with length and hash, how it ran and what it measured. It is the truth: summary.json is made of
// the records. Written last and atomically, so a stage has finished or it has not.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <sengen/study/summary.hpp>

namespace sengen::study {

struct StageRecord {
  struct Output {
    std::uintmax_t bytes = 0;
    std::string hash;
  };

  std::string key;  // of options, inputs, stages before it and version; see Runner
  std::map<std::string, Output> outputs;
  Summary figures;  // of this stage alone

  // Nothing when there is none or it cannot be understood: such a stage runs again.
  static std::optional<StageRecord> load(const std::filesystem::path& directory,
                                         const std::string& stage);
  // Atomic.
  void save(const std::filesystem::path& directory, const std::string& stage) const;
  // Whether every output lies in directory with its recorded length.
  bool has_outputs(const std::filesystem::path& directory) const;
  // What is wrong with them, by length and hash, one line a file; empty: nothing.
  std::vector<std::string> faults(const std::filesystem::path& directory) const;
};

// Where records lie.
std::filesystem::path record_folder(const std::filesystem::path& directory);
std::filesystem::path record_path(const std::filesystem::path& directory, const std::string& stage);
// The stages that have a file there, readable or not; sorted.
std::vector<std::string> recorded_stages(const std::filesystem::path& directory);

// summary.json as the records have it: what the file says of stages outside `stages` stays. A
// damaged or missing file is no obstacle.
Summary summary_of_records(const std::filesystem::path& directory,
                           const std::vector<std::string>& stages);

}  // namespace sengen::study
