// SPDX-License-Identifier: Apache-2.0
#include "reference.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <sengen/io/atomic_file.hpp>

#include "systems.hpp"

namespace sengen::cli {

namespace {

// A bar would end the cell of a table.
std::string cell(std::string text) {
  for (std::size_t at = 0; (at = text.find('|', at)) != std::string::npos; at += 2) {
    text.insert(at, "\\");
  }
  return text;
}

std::string table_of(const OptionTable& table) {
  std::string text = fmt::format(
      "\n## [{}]\n\n{}.\n\n| key | type | default | unit | range | what "
      "|\n|---|---|---|---|---|---|\n",
      table.name(), table.doc());
  for (const Option& option : table.options()) {
    const std::string value = option.is_required() ? "required" : option.default_text();
    std::string doc = option.doc();
    if (!option.flag().empty()) doc += fmt::format(" (flag `{}`)", option.flag());
    if (!option.positional().empty()) doc += fmt::format(" (argument `{}`)", option.positional());
    text +=
        fmt::format("| `{}` | {} | `{}` | {} | {} | {} |\n", option.key(), cell(option.type_text()),
                    cell(value), option.unit(), cell(option.range_text()), cell(doc));
  }
  return text;
}

std::string page_of(const study::System& system) {
  std::string text =
      fmt::format("# {}: reference\n\n{}. Written by `sengen reference`.\n\n## Verbs\n\n",
                  system.name, system.summary);
  text += "| verb | what | tables |\n|---|---|---|\n";
  for (const study::Verb& verb : system.verbs) {
    text += fmt::format("| `{}` | {} | {} |\n", verb.name, cell(verb.summary),
                        fmt::join(system.tables_of(verb), ", "));
  }
  text += "\n## Stages\n\n| stage | what | after | files |\n|---|---|---|---|\n";
  for (const study::Stage& stage : system.stages) {
    text += fmt::format("| `{}` | {} | {} | {} |\n", stage.name, cell(stage.summary),
                        fmt::join(stage.after, ", "), fmt::join(stage.outputs, ", "));
  }
  for (const OptionTable& table : system.options.tables()) text += table_of(table);
  return text;
}

}  // namespace

void write_reference(const std::filesystem::path& folder) {
  std::filesystem::create_directories(folder);
  for (const SystemEntry& entry : systems()) {
    if (entry.make == nullptr) continue;
    const study::System system = entry.make();
    io::write_text_atomic(folder / (system.name + ".md"), page_of(system));
  }
}

}  // namespace sengen::cli
