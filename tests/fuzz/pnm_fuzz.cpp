// SPDX-License-Identifier: Apache-2.0
// Any bytes as a PGM or PPM: a picture of the size and depth it claims, or a refusal.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include <sengen/core/error.hpp>
#include <sengen/io/picture.hpp>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    const auto picture = sengen::io::parse_pnm(std::as_bytes(std::span(data, size)), "fuzz.pgm");
    const auto expected = picture.width * picture.height * picture.channels;
    if (static_cast<std::int64_t>(picture.values.size()) != expected || expected == 0) std::abort();
    for (const auto value : picture.values) {
      if (value > picture.peak) std::abort();
    }
  } catch (const sengen::Error& error) {
    if (error.kind() != sengen::ErrorKind::kInput) std::abort();
  }
  return 0;
}
