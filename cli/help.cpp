// SPDX-License-Identifier: Apache-2.0
#include "help.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace sengen::cli {

namespace {

bool has(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// Some tables change how a stage runs, not what comes out: no stage and no verb names them.
bool is_claimed(const study::System& system, const std::string& table) {
  return std::any_of(system.stages.begin(), system.stages.end(),
                     [&](const study::Stage& stage) { return has(stage.tables, table); }) ||
         std::any_of(system.verbs.begin(), system.verbs.end(),
                     [&](const study::Verb& verb) { return has(verb.tables, table); });
}

std::string keys_of(const OptionTable& table) {
  std::string text = fmt::format("\n[{}]  {}\n", table.name(), table.doc());
  for (const Option& option : table.options()) {
    text += fmt::format("  {:<22} {}\n", option.key(), describe(option));
  }
  return text;
}

constexpr const char* kKeys = "\nKeys of a study (in the TOML file or as --set table.key=value):\n";

}  // namespace

std::string describe(const Option& option) {
  std::string text = option.doc();
  if (!option.range_text().empty()) text += fmt::format(" ({})", option.range_text());
  if (!option.unit().empty()) text += fmt::format(" [{}]", option.unit());
  if (option.is_required()) return text + ", required";
  if (option.default_text() != "\"\"") text += fmt::format(", default {}", option.default_text());
  return text;
}

std::string usage_line(const study::System& system, const study::Verb& verb) {
  std::string text = fmt::format("sengen {} {}", system.name, verb.name);
  for (const std::string& name : verb.tables) {
    for (const Option& option : system.options.find_table(name).options()) {
      if (option.positional().empty()) continue;
      text += option.is_required() ? fmt::format(" {}", option.positional())
                                   : fmt::format(" [{}]", option.positional());
    }
  }
  if (!verb.file_endings.empty()) text += fmt::format(" -o FILE{}", verb.file_endings.front());
  return text + (verb.last_stage.empty() ? "" : " [STUDY.toml]");
}

std::string describe_output(const study::Verb& verb) {
  if (verb.file_endings.empty()) return "folder for everything this run writes";
  return fmt::format("file to write, ends in {}, {}", fmt::join(verb.file_endings, " or "),
                     verb.prints_without_file ? "default standard output" : "required");
}

std::string keys_help(const study::System& system, const study::Verb& verb) {
  const std::vector<std::string> tables = system.tables_of(verb);
  std::string text = kKeys;
  for (const OptionTable& table : system.options.tables()) {
    const bool serves_all = !verb.last_stage.empty() && !is_claimed(system, table.name());
    if (serves_all || has(tables, table.name())) text += keys_of(table);
  }
  return text;
}

std::string system_help(const study::System& system) {
  std::string text = fmt::format("{}: {}\n\nVerbs:\n", system.name, system.summary);
  for (const study::Verb& verb : system.verbs) {
    text += fmt::format("  {:<12} {}\n", verb.name, verb.summary);
  }
  text += fmt::format("\n'sengen {} VERB --help' lists the flags.\n", system.name) + kKeys;
  for (const OptionTable& table : system.options.tables()) text += keys_of(table);
  return text;
}

}  // namespace sengen::cli
