// SPDX-License-Identifier: Apache-2.0
// The command line of a system's verb: study file, flags that every verb has, flags and positional
// arguments that options declare. Precedence: default < study file < --set < flag.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include <sengen/parallel/communicator.hpp>
#include <sengen/study/system.hpp>

namespace sengen::cli {

struct CommandLine {
  std::string study;             // path of the TOML file; empty: defaults
  std::filesystem::path output;  // a folder, or the file that an action writes
  int threads = 0;               // 0: OMP_NUM_THREADS, else the CPUs of this process
  std::uint64_t seed = 1;
  double max_time_seconds = 0;  // 0: no limit
  bool dry_run = false;
  bool print_config = false;
  bool quiet = false;
  bool verbose = false;
  std::string help;  // the help text when it was asked for; nothing else is set then
};

// Parses words (what follows the verb) and sets the system's options. Root reads the study file for
// all ranks. Every mistake is kUsage (kInput: the file cannot be read). Collective.
CommandLine parse_command_line(study::System& system, const study::Verb& verb,
                               const std::vector<std::string>& words,
                               const parallel::Communicator& comm);

}  // namespace sengen::cli
