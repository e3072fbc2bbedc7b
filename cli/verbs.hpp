// SPDX-License-Identifier: Apache-2.0
// Verbs that belong to no system: list, doctor, inspect, verify, report, reference, --version.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <sengen/parallel/communicator.hpp>

namespace sengen::cli {

// The exit code when words name such a verb; nothing otherwise. Sets working to true when work
// starts that one rank may fail alone.
std::optional<int> run_program_verb(const std::vector<std::string>& words,
                                    const parallel::Communicator& comm, bool& working);

}  // namespace sengen::cli
