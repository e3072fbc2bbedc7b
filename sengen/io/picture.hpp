// SPDX-License-Identifier: Apache-2.0
// Pixels of any depth up to 16 bits, from PGM, PPM and PNG files. PGM and PPM (netpbm's P2, P3, P5
// and P6, with comments; 16 bits are big-endian): the numbers as they stand in the file. PNG:
// brought to 8 bits, transparent places laid on black (io/png). Not read: PBM, PAM, several
// pictures in one file. Sizes are held against the bytes before anything is allocated.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include <sengen/io/png.hpp>

namespace sengen::io {

struct PixelMap {
  std::int64_t width = 0;
  std::int64_t height = 0;
  int channels = 1;                   // 1: grey, 3: RGB
  int peak = 255;                     // what stands for white, 1 to 65535
  std::vector<std::uint16_t> values;  // [height][width][channels], first line on top
};

// bytes: a whole PGM or PPM. kInput naming what is wrong.
PixelMap parse_pnm(std::span<const std::byte> bytes, const std::string& source);

// PGM, PPM or PNG, whichever the content says. kInput.
PixelMap read_picture(const std::filesystem::path& path);

// 8 bits, P5; picture: grey. Atomic. kResource.
void write_pgm(const std::filesystem::path& path, const Picture& picture);

}  // namespace sengen::io
