// SPDX-License-Identifier: Apache-2.0
// MANIFEST.json, the table of contents of a checkpoint folder: without it, or with another shard
// than it names, there is no checkpoint. A JSON object whose last entry is the XXH3-128 of the text
// itself with zeros in place of these 32 digits; docs/formats.md has an example.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <sengen/io/safetensors_header.hpp>

namespace sengen::io {

struct CheckpointShard {
  std::string file;  // shard-<rank>.safetensors, beside the manifest
  std::uint64_t bytes = 0;
  std::string xxh3;  // of the whole file
};

struct CheckpointManifest {
  std::int64_t step = 0;
  std::int64_t save = 1;  // counts the checkpoints of a run up, also where steps are done again
  bool best = false;      // of all so far
  std::string program;    // its version
  int ranks = 1;          // that wrote it
  Metadata metadata;
  std::vector<CheckpointShard> shards;  // of rising ranks; a rank without arrays has none
};

inline constexpr const char* kManifestFile = "MANIFEST.json";

std::string shard_file(int rank);

// kInput naming what is wrong: any changed byte, a newer version, a shard that is no plain name.
CheckpointManifest parse_checkpoint_manifest(std::span<const std::byte> bytes,
                                             const std::string& source);
std::string format_checkpoint_manifest(const CheckpointManifest& manifest);

}  // namespace sengen::io
