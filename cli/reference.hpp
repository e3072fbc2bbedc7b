// SPDX-License-Identifier: Apache-2.0
// Reference pages: every verb and option of every system as Markdown, from their declarations.
#pragma once

#include <filesystem>

namespace sengen::cli {

// Writes <folder>/<system>.md for every system of this build.
void write_reference(const std::filesystem::path& folder);

}  // namespace sengen::cli
