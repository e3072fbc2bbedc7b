// SPDX-License-Identifier: Apache-2.0
// Any bytes as a PNG: a picture of the size it claims, or a refusal.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include <sengen/core/error.hpp>
#include <sengen/io/png.hpp>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using sengen::io::Transparency;
  for (const auto transparency : {Transparency::kOnBlack, Transparency::kKept}) {
    try {
      const auto bytes = std::as_bytes(std::span(data, size));
      const auto picture = sengen::io::parse_png(bytes, "fuzz.png", transparency);
      const auto expected = picture.width * picture.height * picture.channels;
      if (static_cast<std::int64_t>(picture.pixels.size()) != expected) std::abort();
    } catch (const sengen::Error& error) {
      if (error.kind() != sengen::ErrorKind::kInput) std::abort();
    }
  }
  return 0;
}
