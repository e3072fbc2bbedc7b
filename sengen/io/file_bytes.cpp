// SPDX-License-Identifier: Apache-2.0
#include <sengen/io/file_bytes.hpp>

#include <sengen/io/posix_file.hpp>

namespace sengen::io {

std::vector<std::byte> read_bytes(const std::filesystem::path& path) {
  const InputFile file(path);
  std::vector<std::byte> bytes(file.size());
  file.read(0, bytes);
  return bytes;
}

}  // namespace sengen::io
