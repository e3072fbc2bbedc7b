// SPDX-License-Identifier: Apache-2.0
// A whole small file in memory, for parsers that take bytes.
#pragma once

#include <cstddef>
#include <filesystem>
#include <vector>

namespace sengen::io {

// kInput when it cannot be read.
std::vector<std::byte> read_bytes(const std::filesystem::path& path);

}  // namespace sengen::io
