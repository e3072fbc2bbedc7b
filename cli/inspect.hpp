// SPDX-License-Identifier: Apache-2.0
// What is in a file (HDF5, NPY, PNG, CSV, safetensors, TOML, JSON, JSON lines, XDMF, HTML), a
// checkpoint or an output folder, as text.
#pragma once

#include <filesystem>
#include <string>

namespace sengen::cli {

// kInput saying what is wrong with the file: it cannot be read, is empty, cut off, damaged, or of a
// kind that is none of these.
std::string inspect_file(const std::filesystem::path& path);

}  // namespace sengen::cli
