// SPDX-License-Identifier: Apache-2.0
// XXH3-128 of bytes and files, as 32 hexadecimal digits: for cache keys and for finding damage. It
// is no defence against somebody who wants two contents to look alike.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace sengen {

std::string hash_text(std::string_view text);
// The file is streamed; kInput when it cannot be read.
std::string hash_file(const std::filesystem::path& path);

}  // namespace sengen
