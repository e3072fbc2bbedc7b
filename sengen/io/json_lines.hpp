// SPDX-License-Identifier: Apache-2.0
// JSON lines: a stream of records, one object a line, for metrics.jsonl. Every record is on its way
// to the disk when append() returns; a line that a kill tore is left out on reading.
#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace sengen::io {

using JsonValue = std::variant<double, std::int64_t, std::string, std::vector<double>>;
using JsonRecord = std::vector<std::pair<std::string, JsonValue>>;

class JsonLines {
 public:
  // Goes on with the file when it is there. kResource.
  explicit JsonLines(const std::filesystem::path& path);
  // Numbers that are not finite are written as null. kResource when the disk is full.
  void append(const JsonRecord& record);

 private:
  std::filesystem::path path_;
  std::ofstream file_;
};

// All complete records; null becomes NaN. kInput naming the line that is no object of such values.
std::vector<JsonRecord> read_json_lines(const std::filesystem::path& path);

}  // namespace sengen::io
