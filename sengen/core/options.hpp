// SPDX-License-Identifier: Apache-2.0
// Options: what a user can set, declared once. A declaration binds a TOML key to a variable and
// says type, unit, range and one sentence of doc; from it come the TOML file, --set, flags and
// positional arguments, help, the resolved configuration and docs/reference.
//
//   auto& flow = options.table("flow", "The flow and its dimensionless numbers");
//   flow.add("reynolds", config.reynolds, "Reynolds number U D / nu").range(1, 500);
//
// Every mistake is a kUsage error that names file:line (or the flag) and the nearest name.
#pragma once

#include <cstdint>
#include <deque>
#include <filesystem>
#include <limits>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <sengen/core/nearest_name.hpp>

namespace sengen {

// The variable that an option sets; its value at the time of add() is the default.
using OptionTarget =
    std::variant<bool*, std::int64_t*, double*, std::string*, std::vector<std::int64_t>*,
                 std::vector<double>*, std::vector<std::string>*>;

class Option {
 public:
  Option(std::string table, std::string key, OptionTarget target, std::string doc);

  Option& unit(std::string text);
  // Inclusive bounds of a number, or of every number of a list.
  Option& range(double lowest, double highest);
  Option& at_least(double lowest);
  // Allowed words of a string.
  Option& choices(std::vector<std::string> words);
  // A flag of its own on the command line: "--dt".
  Option& flag(std::string name);
  // The next positional argument of the verbs that use this table, shown as NAME in the usage.
  Option& positional(std::string shown_name);
  // A file or folder: in a study file, relative to that file's folder.
  Option& path();
  // No default: verbs that use its table refuse to start without it.
  Option& required();

  // "flow.reynolds"
  const std::string& name() const noexcept { return name_; }
  const std::string& table() const noexcept { return table_; }
  const std::string& key() const noexcept { return key_; }
  const std::string& doc() const noexcept { return doc_; }
  const std::string& unit() const noexcept { return unit_; }
  const std::string& flag() const noexcept { return flag_; }
  const std::string& positional() const noexcept { return positional_; }
  const std::string& default_text() const noexcept { return default_; }
  bool is_path() const noexcept { return path_; }
  bool is_required() const noexcept { return required_; }
  bool is_switch() const noexcept { return std::holds_alternative<bool*>(target_); }
  // "number", "integer", "true|false", "text", "list of numbers", ...
  std::string type_text() const;
  // "1 to 500", ">= 1", "a | b"; empty when everything goes.
  std::string range_text() const;
  // The present value as TOML.
  std::string value_text() const;

  // Sets the value from the words of a command line; origin names the flag in errors.
  void set_text(std::string_view text, const std::string& origin);

 private:
  friend class Options;
  template <typename T>
  void assign(T value, const std::string& origin);
  void check_number(double value, const std::string& origin) const;
  void check_word(const std::string& word, const std::string& origin) const;
  [[noreturn]] void refuse(const std::string& origin, const std::string& found) const;

  std::string table_;
  std::string key_;
  std::string name_;
  OptionTarget target_;
  std::string doc_;
  std::string unit_;
  std::string flag_;
  std::string positional_;
  std::string default_;
  std::vector<std::string> choices_;
  double lowest_ = -std::numeric_limits<double>::infinity();
  double highest_ = std::numeric_limits<double>::infinity();
  bool path_ = false;
  bool required_ = false;
  bool set_ = false;
};

class OptionTable {
 public:
  OptionTable(std::string name, std::string doc);
  // Declares key; target must outlive the table.
  Option& add(std::string key, OptionTarget target, std::string doc);

  const std::string& name() const noexcept { return name_; }
  const std::string& doc() const noexcept { return doc_; }
  const std::deque<Option>& options() const noexcept { return options_; }
  std::deque<Option>& options() noexcept { return options_; }

 private:
  std::string name_;
  std::string doc_;
  std::deque<Option> options_;  // references to options stay valid
};

class Options {
 public:
  // Declares a TOML table, or returns it when it is there.
  OptionTable& table(const std::string& name, const std::string& doc = {});
  // A table that is there; kInternal otherwise.
  const OptionTable& find_table(const std::string& name) const;
  const std::deque<OptionTable>& tables() const noexcept { return tables_; }
  std::deque<OptionTable>& tables() noexcept { return tables_; }

  // Reads a study: text in TOML; source: its file name for messages; folder: what relative paths
  // start from. Nothing is set when there is a mistake in the syntax.
  void read_toml(std::string_view text, const std::string& source,
                 const std::filesystem::path& folder = {});
  // "table.key=value" as after --set.
  void set(std::string_view assignment);
  // The option called "table.key", or null.
  Option* find(std::string_view name);

  // Refuses when a required option of these tables has not been set.
  void check_required(const std::vector<std::string>& table_names) const;

  // The present values as a study file that means the same wherever it is read. For a file in
  // `folder`: paths in that folder and beside it are relative to it, so that all can be moved.
  std::string to_toml(const std::filesystem::path& folder = {}) const;
  // Names and values of these tables, one a line: what a cache key is made of. Of a path only
  // whether it is there: the content of input files is hashed by itself.
  std::string fingerprint(const std::vector<std::string>& table_names) const;

 private:
  [[noreturn]] void refuse_unknown(const std::string& origin, const std::string& name) const;

  std::deque<OptionTable> tables_;
};

}  // namespace sengen
