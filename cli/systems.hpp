// SPDX-License-Identifier: Apache-2.0
// The table of systems, from systems/systems.def.
#pragma once

#include <string>
#include <vector>

#include <sengen/study/system.hpp>

namespace sengen::cli {

struct SystemEntry {
  std::string command;
  std::string summary;
  // Null when this build lacks what the system needs.
  study::System (*make)();
  std::string missing;
};

const std::vector<SystemEntry>& systems();

// kUsage with the nearest name when there is none, or when it was not built.
const SystemEntry& find_system(const std::string& command);

}  // namespace sengen::cli
