// SPDX-License-Identifier: Apache-2.0
// Whether an output directory is as it was written: every stage of its last run has a record, every
// file of a record has its length and hash, and checkpoints are as their manifests say.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace sengen::study {

// One line for everything that is wrong; empty when all is well. kInput when directory is no
// output directory and no folder of checkpoints.
std::vector<std::string> verify_outputs(const std::filesystem::path& directory);

}  // namespace sengen::study
