// SPDX-License-Identifier: Apache-2.0
#include <sengen/io/json_lines.hpp>

#include <cerrno>
#include <limits>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <sengen/core/error.hpp>
#include <sengen/io/atomic_file.hpp>

namespace sengen::io {

namespace {

using Json = nlohmann::ordered_json;

double number_of(const Json& json) {
  return json.is_null() ? std::numeric_limits<double>::quiet_NaN() : json.get<double>();
}

JsonValue value_of(const Json& json) {
  if (json.is_string()) return json.get<std::string>();
  if (json.is_number_integer()) return json.get<std::int64_t>();
  if (!json.is_array()) return number_of(json);
  std::vector<double> values;
  for (const Json& item : json) values.push_back(number_of(item));
  return values;
}

// A kill may have left half a line, to which the next record must not be glued.
bool ends_torn(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  if (!file || file.tellg() <= 0) return false;
  file.seekg(-1, std::ios::end);
  return file.get() != '\n';
}

}  // namespace

JsonLines::JsonLines(const std::filesystem::path& path) : path_(path) {
  const bool torn = ends_torn(path);
  file_.open(path, std::ios::app);
  if (!file_) fail_writing(path, errno);
  if (torn) file_ << '\n';
}

void JsonLines::append(const JsonRecord& record) {
  Json json = Json::object();
  for (const auto& [key, value] : record) {
    std::visit([&, &name = key](const auto& content) { json[name] = content; }, value);
  }
  // Texts may come from file names and messages of others: bytes that are no UTF-8 become U+FFFD.
  file_ << json.dump(-1, ' ', false, Json::error_handler_t::replace) << '\n' << std::flush;
  if (!file_) fail_writing(path_, errno);
}

std::vector<JsonRecord> read_json_lines(const std::filesystem::path& path) {
  std::ifstream file(path);
  if (!file) throw Error(ErrorKind::kInput, fmt::format("{} cannot be read", path.string()));
  std::vector<JsonRecord> records;
  std::string line;
  for (int number = 1; std::getline(file, line); ++number) {
    const Json json = Json::parse(line, nullptr, false);
    if (json.is_discarded()) continue;  // torn
    if (!json.is_object()) {
      throw Error(ErrorKind::kInput,
                  fmt::format("{}:{}: no record: expected {{...}}", path.string(), number));
    }
    try {
      JsonRecord record;
      for (const auto& [key, value] : json.items()) record.emplace_back(key, value_of(value));
      records.push_back(std::move(record));
    } catch (const Json::exception& error) {
      throw Error(ErrorKind::kInput,
                  fmt::format("{}:{}: no record: {}", path.string(), number, error.what()));
    }
  }
  return records;
}

}  // namespace sengen::io
