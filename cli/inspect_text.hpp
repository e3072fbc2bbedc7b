// SPDX-License-Identifier: Apache-2.0
// What is in the files of text that this program writes. kInput naming the place where one is
// damaged.
#pragma once

#include <filesystem>
#include <string>

namespace sengen::cli {

std::string inspect_toml(const std::filesystem::path& path);
std::string inspect_json(const std::filesystem::path& path);
std::string inspect_json_lines(const std::filesystem::path& path);
// The XML of a series for ParaView, looked through for its words, not parsed.
std::string inspect_xdmf(const std::filesystem::path& path);
std::string inspect_html(const std::filesystem::path& path);

}  // namespace sengen::cli
