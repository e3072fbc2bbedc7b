// SPDX-License-Identifier: Apache-2.0
#include <sengen/io/file_bytes.hpp>

#include <fstream>

#include <fmt/format.h>

#include <sengen/core/error.hpp>

namespace sengen::io {

std::vector<std::byte> read_bytes(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::error_code missing;
  const auto size = std::filesystem::file_size(path, missing);
  std::vector<std::byte> bytes(missing ? 0 : size);
  if (!file || missing ||
      !file.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(size))) {
    throw Error(ErrorKind::kInput, fmt::format("{} cannot be read{}", path.string(),
                                               missing ? ": " + missing.message() : ""));
  }
  return bytes;
}

}  // namespace sengen::io
