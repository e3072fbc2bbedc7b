// SPDX-License-Identifier: Apache-2.0
// What is in a file (HDF5, NPY, CSV, PNG, safetensors), a checkpoint or an output folder, as text.
#pragma once

#include <filesystem>
#include <string>

namespace sengen::cli {

// kInput when the file cannot be read or is damaged.
std::string inspect_file(const std::filesystem::path& path);

}  // namespace sengen::cli
