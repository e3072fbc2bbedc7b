// SPDX-License-Identifier: Apache-2.0
#include "systems.hpp"

#include <fmt/format.h>

#include <sengen/core/error.hpp>
#include <sengen/core/options.hpp>

// Of every system, from systems/CMakeLists.txt: SENGEN_WITH_<folder> is 1 or 0, and
// SENGEN_MISSING_<folder> says what a build without it would have needed.
#define SENGEN_PASTE_(a, b) a##b
#define SENGEN_PASTE(a, b) SENGEN_PASTE_(a, b)

#define SENGEN_DECLARE_1(folder) \
  namespace sengen::folder {     \
  study::System make_system();   \
  }
#define SENGEN_DECLARE_0(folder)
#define SENGEN_SYSTEM(folder, command, summary, needs) \
  SENGEN_PASTE(SENGEN_DECLARE_, SENGEN_WITH_##folder)(folder)
#include "../systems/systems.def"
#undef SENGEN_SYSTEM

namespace sengen::cli {

const std::vector<SystemEntry>& systems() {
#define SENGEN_MAKE_1(folder) folder::make_system
#define SENGEN_MAKE_0(folder) nullptr
#define SENGEN_SYSTEM(folder, command, summary, needs)                         \
  {command, summary, SENGEN_PASTE(SENGEN_MAKE_, SENGEN_WITH_##folder)(folder), \
   SENGEN_MISSING_##folder},
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
                  "./bootstrap build makes a program with every system");
    }
    return entry;
  }
  for (const char* verb : {"list", "doctor", "inspect", "verify", "report"}) names.push_back(verb);
  throw Error(ErrorKind::kUsage, fmt::format("unknown system or verb '{}'", command),
              suggestion(command, names));
}

}  // namespace sengen::cli
