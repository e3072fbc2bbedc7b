// SPDX-License-Identifier: Apache-2.0
#include "systems.hpp"

#include <fmt/format.h>

#include <sengen/core/error.hpp>
#include <sengen/core/options.hpp>

// SENGEN_HAVE_<need> is 1 or 0: set by the build for everything optional.
#define SENGEN_HAVE_NONE 1
#ifndef SENGEN_HAVE_TORCH
#define SENGEN_HAVE_TORCH 0
#endif

#define SENGEN_PASTE_(a, b) a##b
#define SENGEN_PASTE(a, b) SENGEN_PASTE_(a, b)

#define SENGEN_DECLARE_1(folder) \
  namespace sengen::folder {     \
  study::System make_system();   \
  }
#define SENGEN_DECLARE_0(folder)
#define SENGEN_SYSTEM(folder, command, summary, needs) \
  SENGEN_PASTE(SENGEN_DECLARE_, SENGEN_PASTE(SENGEN_HAVE_, needs))(folder)
#include "../systems/systems.def"
#undef SENGEN_SYSTEM

namespace sengen::cli {

const std::vector<SystemEntry>& systems() {
#define SENGEN_ENTRY_1(folder, command, summary, needs) {command, summary, folder::make_system, ""},
#define SENGEN_ENTRY_0(folder, command, summary, needs) {command, summary, nullptr, #needs},
#define SENGEN_SYSTEM(folder, command, summary, needs)           \
  SENGEN_PASTE(SENGEN_ENTRY_, SENGEN_PASTE(SENGEN_HAVE_, needs)) \
  (folder, command, summary, needs)
  static const std::vector<SystemEntry> table = {
#include "../systems/systems.def"
  };
#undef SENGEN_SYSTEM
  return table;
}

const SystemEntry& find_system(const std::string& command) {
  std::vector<std::string> names;
  for (const SystemEntry& entry : systems()) {
    names.push_back(entry.command);
    if (entry.command != command) continue;
    if (entry.make == nullptr) {
      throw Error(ErrorKind::kUsage,
                  fmt::format("{} is not in this build: it needs {}", command, entry.missing),
                  "see 'sengen doctor'");
    }
    return entry;
  }
  for (const char* verb : {"list", "doctor", "inspect", "verify", "report"}) names.push_back(verb);
  throw Error(ErrorKind::kUsage, fmt::format("unknown system or verb '{}'", command),
              suggestion(command, names));
}

}  // namespace sengen::cli
