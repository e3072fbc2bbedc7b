// SPDX-License-Identifier: Apache-2.0
// Runs "SYSTEM VERB ...": options, output directory with its lock, manifest, stages.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <sengen/parallel/communicator.hpp>

namespace sengen::cli {

// words: the command line without the program's name. Sets working to true when work starts that
// one rank may fail alone. Returns the exit code. Collective.
int run_system(const std::vector<std::string>& words, const parallel::Communicator& comm,
               bool& working);

// Makes the report of an output directory anew from its finished stages; computes nothing else.
// kInput when they are not finished. Collective.
int rebuild_report(const std::filesystem::path& directory, const parallel::Communicator& comm,
                   bool& working);

}  // namespace sengen::cli
