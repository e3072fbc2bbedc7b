// SPDX-License-Identifier: Apache-2.0
// manifest.json of an output directory: which program, command, machine and settings made it. With
// config.resolved.toml beside it a run can be repeated.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace sengen::study {

// The study with all its keys, beside the manifest.
inline constexpr const char* kConfigFile = "config.resolved.toml";

struct Manifest {
  std::string system;
  std::string verb;
  std::string version;  // of the program, with compiler and flags
  std::string command;  // as typed
  std::string host;
  std::string started;  // UTC, ISO 8601
  int ranks = 1;
  int threads = 1;
  std::uint64_t seed = 1;
  std::vector<std::string> stages;  // that this run walks: all of them are to be finished

  // kInput when directory has none or it is damaged.
  static Manifest load(const std::filesystem::path& directory);
  // Atomic.
  void save(const std::filesystem::path& directory) const;
};

// Now, UTC, ISO 8601.
std::string utc_now();

}  // namespace sengen::study
