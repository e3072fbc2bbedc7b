// SPDX-License-Identifier: Apache-2.0
#include <sengen/study/verify.hpp>

#include <algorithm>

#include <fmt/format.h>

#include <sengen/core/error.hpp>
#include <sengen/io/checkpoint.hpp>
#include <sengen/study/manifest.hpp>
#include <sengen/study/stage_record.hpp>

namespace sengen::study {

namespace {

namespace fs = std::filesystem;

constexpr const char* kCheckpointFolder = "checkpoints";

// The stages of the last run that have no record.
void add_unfinished(const fs::path& directory, const std::vector<std::string>& recorded,
                    std::vector<std::string>& faults) {
  if (!fs::exists(directory / kConfigFile)) {
    faults.push_back(fmt::format("{}: missing", (directory / kConfigFile).string()));
  }
  try {
    for (const std::string& stage : Manifest::load(directory).stages) {
      if (std::find(recorded.begin(), recorded.end(), stage) != recorded.end()) continue;
      faults.push_back(fmt::format("{}: missing: the stage '{}' has not finished",
                                   record_path(directory, stage).string(), stage));
    }
  } catch (const Error& error) {
    faults.push_back(error.message());
  }
}

}  // namespace

std::vector<std::string> verify_outputs(const fs::path& directory) {
  if (!fs::is_directory(record_folder(directory))) {
    if (fs::exists(directory / io::kManifestFile) || !io::list_checkpoints(directory).empty()) {
      return io::verify_checkpoints(directory);
    }
    throw Error(ErrorKind::kInput,
                fmt::format("{} is no output directory: it has no folder '{}'", directory.string(),
                            record_folder(directory).filename().string()),
                "name the folder given to -o");
  }
  const std::vector<std::string> recorded = recorded_stages(directory);
  std::vector<std::string> faults = io::verify_checkpoints(directory / kCheckpointFolder);
  for (const std::string& stage : recorded) {
    const auto record = StageRecord::load(directory, stage);
    if (!record) {
      faults.push_back(
          fmt::format("{}: the record is damaged", record_path(directory, stage).string()));
      continue;
    }
    const std::vector<std::string> changed = record->faults(directory);
    faults.insert(faults.end(), changed.begin(), changed.end());
  }
  add_unfinished(directory, recorded, faults);
  std::sort(faults.begin(), faults.end());
  return faults;
}

}  // namespace sengen::study
