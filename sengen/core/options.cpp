// SPDX-License-Identifier: Apache-2.0
#include <sengen/core/options.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <type_traits>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <toml++/toml.h>

#include <sengen/core/error.hpp>

namespace sengen {

namespace {

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    switch (c) {
      case '"': out += "\\\""; break;
      case '\\': out += "\\\\"; break;
      case '\n': out += "\\n"; break;
      case '\t': out += "\\t"; break;
      default:
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
          out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
        } else {
          out += c;
        }
    }
  }
  return out + '"';
}

std::string as_toml(bool value) { return value ? "true" : "false"; }
std::string as_toml(std::int64_t value) { return fmt::format("{}", value); }
std::string as_toml(const std::string& value) { return quoted(value); }
std::string as_toml(double value) {
  // The shortest text that reads back as the same number; TOML wants a point or an exponent.
  std::string text = fmt::format("{}", value);
  if (text.find_first_of(".einf") == std::string::npos) text += ".0";
  return text;
}
template <typename T>
std::string as_toml(const std::vector<T>& values) {
  std::vector<std::string> words;
  for (const T& value : values) words.push_back(as_toml(value));
  return fmt::format("[{}]", fmt::join(words, ", "));
}

// A study file is UTF-8, and what is set must be writable to one.
bool is_utf8(const std::string& text) {
  try {
    return toml::parse("text = " + quoted(text)).contains("text");
  } catch (const toml::parse_error&) {
    return false;
  }
}

// What lies in the folder or beside it moves with it: such a path is relative to the folder, any
// other absolute. Without a folder every path is absolute.
std::string path_seen_from(const std::filesystem::path& folder, const std::filesystem::path& path) {
  namespace fs = std::filesystem;
  const fs::path absolute = fs::absolute(path);
  if (folder.empty()) return absolute.string();
  // Through symbolic links, since ".." is the parent of what a link points at.
  const fs::path target = fs::weakly_canonical(absolute.parent_path()) / absolute.filename();
  const fs::path relative = target.lexically_relative(fs::weakly_canonical(folder));
  auto part = relative.begin();
  if (part != relative.end() && *part == "..") ++part;
  return part == relative.end() || *part == ".." ? absolute.string() : relative.string();
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

std::string unquoted(std::string_view text) {
  const bool quotes = text.size() >= 2 && text.front() == text.back() &&
                      (text.front() == '"' || text.front() == '\'');
  return std::string(quotes ? text.substr(1, text.size() - 2) : text);
}

// "[a, b]" or "a,b".
std::vector<std::string> list_words(std::string_view text) {
  text = trimmed(text);
  if (text.size() >= 2 && text.front() == '[' && text.back() == ']') {
    text = text.substr(1, text.size() - 2);
  }
  std::vector<std::string> words;
  while (!trimmed(text).empty()) {
    const auto comma = text.find(',');
    words.push_back(unquoted(trimmed(text.substr(0, comma))));
    text = comma == std::string_view::npos ? std::string_view{} : text.substr(comma + 1);
  }
  return words;
}

template <typename T>
bool parse_scalar(std::string_view text, T& value) {
  if constexpr (std::is_same_v<T, bool>) {
    value = text == "true";
    return text == "true" || text == "false";
  } else if constexpr (std::is_same_v<T, std::string>) {
    value = unquoted(text);
    return true;
  } else {
    if (!text.empty() && text.front() == '+') text.remove_prefix(1);
    const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
    return result.ec == std::errc{} && result.ptr == text.data() + text.size();
  }
}

template <typename T>
struct IsVector : std::false_type {};
template <typename T>
struct IsVector<std::vector<T>> : std::true_type {};

template <typename T>
bool parse_text(std::string_view text, T& value) {
  if constexpr (IsVector<T>::value) {
    for (const std::string& word : list_words(text)) {
      typename T::value_type element{};
      if (!parse_scalar(word, element)) return false;
      value.push_back(element);
    }
    return true;
  } else {
    return parse_scalar(trimmed(text), value);
  }
}

// An integer is welcome where a number is expected, never the other way round.
template <typename T>
bool convert_node(const toml::node& node, T& value) {
  if constexpr (IsVector<T>::value) {
    const auto* array = node.as_array();
    if (array == nullptr) return false;
    for (const toml::node& item : *array) {
      typename T::value_type element{};
      if (!convert_node(item, element)) return false;
      value.push_back(element);
    }
    return true;
  } else {
    if (const auto* exact = node.as<T>()) {
      value = exact->get();
      return true;
    }
    if constexpr (std::is_same_v<T, double>) {
      if (const auto* integer = node.as_integer()) {
        value = static_cast<double>(integer->get());
        return true;
      }
    }
    return false;
  }
}

std::string node_text(const toml::node& node) {
  if (const auto* text = node.as_string()) return fmt::format("the text {}", quoted(text->get()));
  if (const auto* number = node.as_integer()) return fmt::format("{}", number->get());
  if (const auto* number = node.as_floating_point()) return as_toml(number->get());
  if (const auto* flag = node.as_boolean()) return as_toml(flag->get());
  if (node.is_table()) return "a table";
  if (node.is_array()) return "a list";
  return "a date or time";
}

}  // namespace

Option::Option(std::string table, std::string key, OptionTarget target, std::string doc)
    : table_(std::move(table)),
      key_(std::move(key)),
      name_(table_ + "." + key_),
      target_(target),
      doc_(std::move(doc)),
      default_(value_text()) {}

Option& Option::unit(std::string text) {
  unit_ = std::move(text);
  return *this;
}
Option& Option::range(double lowest, double highest) {
  lowest_ = lowest;
  highest_ = highest;
  return *this;
}
Option& Option::at_least(double lowest) {
  lowest_ = lowest;
  return *this;
}
Option& Option::choices(std::vector<std::string> words) {
  choices_ = std::move(words);
  return *this;
}
Option& Option::flag(std::string name) {
  flag_ = std::move(name);
  return *this;
}
Option& Option::positional(std::string shown_name) {
  positional_ = std::move(shown_name);
  return *this;
}
Option& Option::path() {
  path_ = true;
  return *this;
}
Option& Option::required() {
  required_ = true;
  return *this;
}

std::string Option::type_text() const {
  static constexpr const char* kNames[] = {"true|false",   "integer",          "number",
                                           "text",         "list of integers", "list of numbers",
                                           "list of texts"};
  return path_ ? "path" : kNames[target_.index()];
}

std::string Option::range_text() const {
  if (!choices_.empty()) return fmt::format("{}", fmt::join(choices_, " | "));
  const bool low = std::isfinite(lowest_);
  const bool high = std::isfinite(highest_);
  if (low && high) return fmt::format("{:g} to {:g}", lowest_, highest_);
  if (low) return fmt::format(">= {:g}", lowest_);
  if (high) return fmt::format("<= {:g}", highest_);
  return "";
}

std::string Option::value_text() const {
  return std::visit([](const auto* target) { return as_toml(*target); }, target_);
}

void Option::refuse(const std::string& origin, const std::string& found) const {
  const std::string range = range_text();
  throw Error(
      ErrorKind::kUsage,
      fmt::format("{}: {} must be {}{}{}, found {}", origin, name_, type_text(),
                  range.empty() ? "" : " " + range, unit_.empty() ? "" : " " + unit_, found),
      doc_);
}

void Option::check_number(double value, const std::string& origin) const {
  if (!(value >= lowest_ && value <= highest_)) refuse(origin, fmt::format("{:.17g}", value));
}

void Option::check_word(const std::string& word, const std::string& origin) const {
  if (choices_.empty() || std::find(choices_.begin(), choices_.end(), word) != choices_.end()) {
    return;
  }
  throw Error(ErrorKind::kUsage, fmt::format("{}: {} cannot be '{}'", origin, name_, word),
              fmt::format("{} ({})", suggestion(word, choices_), fmt::join(choices_, " | ")));
}

template <typename T>
void Option::assign(T value, const std::string& origin) {
  const auto check = [&](const auto& element) {
    using Element = std::decay_t<decltype(element)>;
    if constexpr (std::is_same_v<Element, std::string>) {
      check_word(element, origin);
    } else if constexpr (!std::is_same_v<Element, bool>) {
      check_number(static_cast<double>(element), origin);
    }
  };
  if constexpr (IsVector<T>::value) {
    for (const auto& element : value) check(element);
  } else {
    check(value);
  }
  *std::get<T*>(target_) = std::move(value);
  set_ = true;
}

void Option::set_text(std::string_view text, const std::string& origin) {
  if (!is_utf8(std::string(text))) refuse(origin, "a text that is no UTF-8");
  std::visit(
      [&](const auto* target) {
        std::decay_t<decltype(*target)> value{};
        if (!parse_text(text, value)) refuse(origin, fmt::format("'{}'", text));
        assign(std::move(value), origin);
      },
      target_);
}

OptionTable::OptionTable(std::string name, std::string doc)
    : name_(std::move(name)), doc_(std::move(doc)) {}

Option& OptionTable::add(std::string key, OptionTarget target, std::string doc) {
  for (const Option& option : options_) {
    if (option.key() == key) {
      throw Error(ErrorKind::kInternal, fmt::format("{} is declared twice", option.name()));
    }
  }
  return options_.emplace_back(name_, std::move(key), target, std::move(doc));
}

OptionTable& Options::table(const std::string& name, const std::string& doc) {
  for (OptionTable& table : tables_) {
    if (table.name() == name) return table;
  }
  return tables_.emplace_back(name, doc);
}

Option* Options::find(std::string_view name) {
  for (OptionTable& table : tables_) {
    for (Option& option : table.options()) {
      if (option.name() == name) return &option;
    }
  }
  return nullptr;
}

void Options::refuse_unknown(const std::string& origin, const std::string& name) const {
  std::vector<std::string> keys;
  std::vector<std::string> table_names;
  for (const OptionTable& table : tables_) {
    table_names.push_back(table.name());
    for (const Option& option : table.options()) keys.push_back(option.name());
  }
  const auto dot = name.find('.');
  const bool is_table = dot == std::string::npos;
  const std::string nearest = nearest_name(name, is_table ? table_names : keys);
  std::string hint = fmt::format("did you mean '{}'?", nearest);
  if (nearest.empty()) {
    // A known table with a far-off key: its own keys are the useful list.
    std::erase_if(keys, [&](const std::string& key) {
      return is_table || key.compare(0, dot + 1, name, 0, dot + 1) != 0;
    });
    hint = fmt::format("known: {}", fmt::join(keys.empty() ? table_names : keys, ", "));
  }
  throw Error(ErrorKind::kUsage,
              fmt::format("{}: unknown {} '{}'", origin, is_table ? "table or key" : "key", name),
              hint);
}

void Options::read_toml(std::string_view text, const std::string& source,
                        const std::filesystem::path& folder) {
  toml::table document;
  try {
    document = toml::parse(text, source);
  } catch (const toml::parse_error& error) {
    throw Error(ErrorKind::kUsage, fmt::format("{}:{}:{}: {}", source, error.source().begin.line,
                                               error.source().begin.column, error.description()));
  }
  const auto origin_of = [&](const toml::source_region& region) {
    return fmt::format("{}:{}", source, region.begin.line);
  };
  for (const auto& [table_name, table_node] : document) {
    const std::string table(table_name.str());
    const std::string table_origin = origin_of(table_name.source());
    if (std::none_of(tables_.begin(), tables_.end(),
                     [&](const OptionTable& known) { return known.name() == table; })) {
      refuse_unknown(table_origin, table);
    }
    const auto* entries = table_node.as_table();
    if (entries == nullptr) {
      throw Error(ErrorKind::kUsage,
                  fmt::format("{}: '{}' must be a table, found {}", table_origin, table,
                              node_text(table_node)),
                  fmt::format("write [{}] on a line of its own and its keys below", table));
    }
    for (const auto& [key, node] : *entries) {
      const std::string name = table + "." + std::string(key.str());
      const std::string origin = origin_of(key.source());
      Option* option = find(name);
      if (option == nullptr) refuse_unknown(origin, name);
      std::visit(
          [&, &value_node = node](auto* target) {
            using T = std::decay_t<decltype(*target)>;
            T value{};
            if (!convert_node(value_node, value)) option->refuse(origin, node_text(value_node));
            option->assign(std::move(value), origin);
            if constexpr (std::is_same_v<T, std::string>) {
              if (option->is_path() && !target->empty()) *target = (folder / *target).string();
            }
          },
          option->target_);
    }
  }
}

void Options::set(std::string_view assignment) {
  const auto equals = assignment.find('=');
  if (equals == std::string_view::npos) {
    throw Error(ErrorKind::kUsage, fmt::format("--set {}: expected table.key=value", assignment),
                "for example --set flow.reynolds=100");
  }
  const std::string name(trimmed(assignment.substr(0, equals)));
  Option* option = find(name);
  if (option == nullptr) refuse_unknown("--set", name);
  option->set_text(assignment.substr(equals + 1), "--set");
}

const OptionTable& Options::find_table(const std::string& table_name) const {
  for (const OptionTable& table : tables_) {
    if (table.name() == table_name) return table;
  }
  throw Error(ErrorKind::kInternal, fmt::format("no table of options is called '{}'", table_name));
}

void Options::check_required(const std::vector<std::string>& table_names) const {
  for (const std::string& name : table_names) {
    for (const Option& option : find_table(name).options()) {
      if (!option.required_ || option.set_) continue;
      const std::string shown = !option.positional().empty() ? option.positional()
                                : !option.flag().empty()     ? option.flag()
                                                             : option.name();
      throw Error(ErrorKind::kUsage, fmt::format("{} is missing", shown), option.doc());
    }
  }
}

std::string Options::to_toml(const std::filesystem::path& folder) const {
  std::string text;
  for (const OptionTable& table : tables_) {
    text += fmt::format("{}[{}]\n", text.empty() ? "" : "\n", table.name());
    for (const Option& option : table.options()) {
      if (option.required_ && !option.set_) continue;  // there is no value to write
      std::string value = option.value_text();
      if (option.is_path()) {
        const std::string& path = *std::get<std::string*>(option.target_);
        if (!path.empty()) value = as_toml(path_seen_from(folder, path));
      }
      text += fmt::format("{} = {}\n", option.key(), value);
    }
  }
  return text;
}

std::string Options::fingerprint(const std::vector<std::string>& table_names) const {
  std::string text;
  for (const std::string& name : table_names) {
    for (const Option& option : find_table(name).options()) {
      const std::string value = option.value_text();
      const bool given = value != "\"\"";
      text += fmt::format("{} = {}\n", option.name(),
                          option.is_path() ? (given ? "a file" : "none") : value);
    }
  }
  return text;
}

}  // namespace sengen
