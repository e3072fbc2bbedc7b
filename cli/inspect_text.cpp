// SPDX-License-Identifier: Apache-2.0
#include "inspect_text.hpp"

#include <set>
#include <string_view>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <toml++/toml.h>
#include <nlohmann/json.hpp>

#include <sengen/core/error.hpp>
#include <sengen/io/file_bytes.hpp>
#include <sengen/io/json_lines.hpp>

namespace sengen::cli {

namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

std::string text_of(const fs::path& path) {
  const auto bytes = io::read_bytes(path);
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// What stands between two words; empty when they are not there.
std::string between(std::string_view text, std::string_view before, std::string_view after) {
  const auto begin = text.find(before);
  if (begin == std::string_view::npos) return "";
  text.remove_prefix(begin + before.size());
  const auto end = text.find(after);
  return end == std::string_view::npos ? "" : std::string(text.substr(0, end));
}

std::size_t count_of(std::string_view text, std::string_view word) {
  std::size_t count = 0;
  for (auto at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
    ++count;
  }
  return count;
}

void require_end(std::string_view text, const fs::path& path, std::string_view last) {
  if (text.find(last) != std::string_view::npos) return;
  throw Error(ErrorKind::kInput,
              fmt::format("{} is cut off: {} bytes without {}", path.string(), text.size(), last));
}

std::string shape_of(const Json& value) {
  if (value.is_object()) return fmt::format("{} entries", value.size());
  if (value.is_array()) return fmt::format("list of {}", value.size());
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

std::string inspect_toml(const fs::path& path) {
  const std::string content = text_of(path);
  try {
    const toml::table document = toml::parse(content, path.string());
    std::string text = "TOML\n";
    for (const auto& [name, node] : document) {
      const auto* table = node.as_table();
      text += fmt::format("{:<24} {}\n", name.str(),
                          table == nullptr ? "value" : fmt::format("table of {}", table->size()));
    }
    return text;
  } catch (const toml::parse_error& error) {
    throw Error(ErrorKind::kInput,
                fmt::format("{}:{}:{}: {}", path.string(), error.source().begin.line,
                            error.source().begin.column, error.description()));
  }
}

std::string inspect_json(const fs::path& path) {
  const std::string content = text_of(path);
  try {
    const Json json = Json::parse(content);
    std::string text = fmt::format("JSON {}\n", shape_of(json));
    if (!json.is_object()) return text;
    for (const auto& [name, value] : json.items()) {
      text += fmt::format("{:<24} {}\n", name, shape_of(value));
    }
    return text;
  } catch (const Json::exception& error) {
    throw Error(ErrorKind::kInput, fmt::format("{} is damaged: {}", path.string(), error.what()));
  }
}

std::string inspect_json_lines(const fs::path& path) {
  const auto records = io::read_json_lines(path);
  std::set<std::string> keys;
  for (const io::JsonRecord& record : records) {
    for (const auto& [key, value] : record) keys.insert(key);
  }
  return fmt::format("JSON lines {} records, keys {}\n", records.size(), fmt::join(keys, ", "));
}

std::string inspect_xdmf(const fs::path& path) {
  const std::string text = text_of(path);
  if (text.find("<Xdmf") == std::string::npos) {
    throw Error(ErrorKind::kInput, fmt::format("{} is XML, but no XDMF", path.string()));
  }
  require_end(text, path, "</Xdmf>");
  std::string data = between(text, "Format=\"HDF\">", ":");
  if (data.empty()) data = "none";
  return fmt::format("XDMF series of {} snapshots, data in {}\n", count_of(text, "<Time "), data);
}

std::string inspect_html(const fs::path& path) {
  const std::string text = text_of(path);
  require_end(text, path, "</html>");
  return fmt::format("HTML page '{}', {} bytes, {} figures\n", between(text, "<title>", "</title>"),
                     text.size(), count_of(text, "<figure"));
}

}  // namespace sengen::cli
