// SPDX-License-Identifier: Apache-2.0
// PNG through libpng: 8-bit pictures out, every kind in (16 bits and palettes are brought to 8
// bits). Sizes are limited before anything is allocated.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace sengen::io {

struct Picture {
  std::int64_t width = 0;
  std::int64_t height = 0;
  int channels = 1;                  // 1: grey, 3: RGB, 4: RGBA
  std::vector<std::uint8_t> pixels;  // [height][width][channels], first line on top
};

// What is done with a picture that is transparent in places: laid on black, or kept as RGBA.
enum class Transparency { kOnBlack, kKept };

// kInput when the bytes are no complete PNG; source is the name for messages.
Picture parse_png(std::span<const std::byte> bytes, const std::string& source,
                  Transparency transparency = Transparency::kOnBlack);
Picture read_png(const std::filesystem::path& path,
                 Transparency transparency = Transparency::kOnBlack);
// The bytes of a PNG file.
std::string encode_png(const Picture& picture);
// Atomic. kResource.
void write_png(const std::filesystem::path& path, const Picture& picture);

}  // namespace sengen::io
