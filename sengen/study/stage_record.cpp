// SPDX-License-Identifier: Apache-2.0
#include <sengen/study/stage_record.hpp>

#include <algorithm>
#include <fstream>
#include <system_error>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <sengen/core/error.hpp>
#include <sengen/core/hash.hpp>
#include <sengen/io/atomic_file.hpp>

namespace sengen::study {

namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr const char* kFolder = "stages";

StageRecord record_from(const Json& json, const std::string& source) {
  StageRecord record;
  record.key = json.at("key").get<std::string>();
  for (const auto& [name, output] : json.at("outputs").items()) {
    record.outputs[name] = {output.at("bytes").get<std::uintmax_t>(),
                            output.at("xxh3").get<std::string>()};
  }
  record.figures = Summary::parse(json.at("figures").dump(), source);
  return record;
}

}  // namespace

fs::path record_folder(const fs::path& directory) { return directory / kFolder; }

fs::path record_path(const fs::path& directory, const std::string& stage) {
  return record_folder(directory) / (stage + ".json");
}

std::vector<std::string> recorded_stages(const fs::path& directory) {
  std::vector<std::string> stages;
  std::error_code missing;
  for (const auto& entry : fs::directory_iterator(record_folder(directory), missing)) {
    if (entry.path().extension() == ".json") stages.push_back(entry.path().stem().string());
  }
  std::sort(stages.begin(), stages.end());
  return stages;
}

std::optional<StageRecord> StageRecord::load(const fs::path& directory, const std::string& stage) {
  const fs::path path = record_path(directory, stage);
  std::ifstream file(path);
  if (!file) return std::nullopt;
  try {
    return record_from(Json::parse(file), path.string());
  } catch (const Json::exception&) {
    return std::nullopt;
  } catch (const Error&) {
    return std::nullopt;
  }
}

void StageRecord::save(const fs::path& directory, const std::string& stage) const {
  Json files = Json::object();
  for (const auto& [name, output] : outputs) {
    files[name] = {{"bytes", output.bytes}, {"xxh3", output.hash}};
  }
  const Json json = {{"stage", stage},
                     {"key", key},
                     {"outputs", files},
                     {"figures", Json::parse(figures.to_json())}};
  io::write_text_atomic(record_path(directory, stage), json.dump(2) + "\n");
}

bool StageRecord::has_outputs(const fs::path& directory) const {
  return std::all_of(outputs.begin(), outputs.end(), [&](const auto& entry) {
    std::error_code missing;
    return fs::file_size(directory / entry.first, missing) == entry.second.bytes && !missing;
  });
}

std::vector<std::string> StageRecord::faults(const fs::path& directory) const {
  std::vector<std::string> found;
  for (const auto& [name, output] : outputs) {
    const std::string path = (directory / name).string();
    std::error_code missing;
    const auto bytes = fs::file_size(path, missing);
    if (missing) {
      found.push_back(fmt::format("{}: missing", path));
    } else if (bytes != output.bytes) {
      found.push_back(fmt::format("{}: {} bytes, expected {}", path, bytes, output.bytes));
    } else if (hash_file(path) != output.hash) {
      found.push_back(fmt::format("{}: the content has changed", path));
    }
  }
  return found;
}

Summary summary_of_records(const fs::path& directory, const std::vector<std::string>& stages) {
  Summary summary;
  try {
    summary = Summary::load(directory);
  } catch (const Error&) {
    summary = {};  // damaged: made anew
  }
  for (const std::string& stage : stages) {
    summary.drop_stage(stage);
    const auto record = StageRecord::load(directory, stage);
    if (!record) continue;
    summary.merge(record->figures);
    if (summary.system.empty()) {
      summary.system = record->figures.system;
      summary.version = record->figures.version;
    }
  }
  return summary;
}

}  // namespace sengen::study
