// SPDX-License-Identifier: Apache-2.0
// Any bytes as the manifest of a checkpoint, as they are and with the right checksum: either bad
// input, or one that comes back the same after writing it, with shards in its own folder only.
#include <cstdint>
#include <cstdlib>
#include <string>

#include <sengen/core/error.hpp>
#include <sengen/core/hash.hpp>
#include <sengen/io/checkpoint_manifest.hpp>

namespace {

namespace io = sengen::io;

void require(bool condition) {
  if (!condition) std::abort();
}

void parse(const std::string& text) {
  io::CheckpointManifest manifest;
  try {
    manifest = io::parse_checkpoint_manifest(std::as_bytes(std::span(text)), "fuzz");
  } catch (const sengen::Error& error) {
    require(error.kind() == sengen::ErrorKind::kInput);
    return;
  }
  for (const io::CheckpointShard& shard : manifest.shards) {
    require(shard.file.starts_with("shard-") && shard.file.find('/') == std::string::npos);
  }
  require(manifest.step >= 0 && std::ssize(manifest.shards) <= manifest.ranks);
  const std::string written = io::format_checkpoint_manifest(manifest);
  const auto again = io::parse_checkpoint_manifest(std::as_bytes(std::span(written)), "written");
  require(io::format_checkpoint_manifest(again) == written);
  require(again.metadata == manifest.metadata && again.step == manifest.step);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string text(reinterpret_cast<const char*>(data), size);
  parse(text);
  constexpr std::size_t kTail = 4;  // behind the digits: a quote, an end of line, }, an end of line
  if (size < sengen::kHashDigits + kTail) return 0;
  const std::size_t digits = size - kTail - sengen::kHashDigits;
  text.replace(digits, sengen::kHashDigits, sengen::kHashDigits, '0');
  parse(text.replace(digits, sengen::kHashDigits, sengen::hash_text(text)));
  return 0;
}
