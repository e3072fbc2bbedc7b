// SPDX-License-Identifier: Apache-2.0
// Checkpoint: the named arrays that all ranks of a run saved at one step, in a folder
// `step-<step>[-<n>]` with a shard (safetensors) of each rank that had arrays, and MANIFEST.json.
// Arrays are found by name, whichever rank saved them: the number of ranks may change. Written by
// CheckpointStore.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <sengen/io/checkpoint_manifest.hpp>
#include <sengen/io/safetensors.hpp>
#include <sengen/parallel/communicator.hpp>

namespace sengen::io {

class Checkpoint {
 public:
  std::int64_t step() const noexcept { return manifest_.step; }
  const Metadata& metadata() const noexcept { return manifest_.metadata; }
  const CheckpointManifest& manifest() const noexcept { return manifest_; }
  const std::filesystem::path& folder() const noexcept { return folder_; }
  // One text for each checkpoint that was found damaged and passed over.
  const std::vector<std::string>& warnings() const noexcept { return warnings_; }

  // In the order of ranks, and of each rank's arrays.
  const std::vector<std::string>& names() const noexcept { return names_; }
  bool contains(const std::string& name) const { return shard_of_.contains(name); }

  // As those of SafetensorsReader, over all shards. Read what is needed before the next save, which
  // may remove the folder. Not for several threads at once.
  TensorInfo info(const std::string& name) { return reader_of(name).info(name); }
  template <typename T>
  std::vector<T> read(const std::string& name) {
    return reader_of(name).read<T>(name);
  }
  void read_bytes(const std::string& name, std::span<std::byte> target, std::uint64_t first = 0) {
    reader_of(name).read_bytes(name, target, first);
  }

 private:
  friend class CheckpointStore;
  friend Checkpoint load_checkpoint(const std::filesystem::path& folder,
                                    const parallel::Communicator& comm);
  Checkpoint() = default;
  SafetensorsReader& reader_of(const std::string& name);

  std::filesystem::path folder_;
  CheckpointManifest manifest_;
  std::vector<std::string> warnings_;
  std::vector<std::string> names_;
  std::map<std::string, std::size_t> shard_of_;
  std::map<std::size_t, SafetensorsReader> readers_;  // of shards that are open
};

// The checkpoint in this folder, all of whose shards were read and compared with the manifest, each
// by one of the ranks. kInput naming every file that is damaged. Collective.
Checkpoint load_checkpoint(const std::filesystem::path& folder,
                           const parallel::Communicator& comm = parallel::Communicator::self());

// The name of a folder: step-0001234; number: counts those of one step, from 1.
std::string checkpoint_folder(std::int64_t step, int number = 1);

// What lies in a folder under the name of a checkpoint.
struct CheckpointEntry {
  std::filesystem::path folder;
  std::optional<CheckpointManifest> manifest;
  std::string fault;  // without a manifest: why
};
// The last saved first, those without a readable manifest at the end. Shards are not looked at.
std::vector<CheckpointEntry> list_checkpoints(const std::filesystem::path& folder);

// Reads all checkpoints in a folder and below; a line for each file that is not as it was written.
std::vector<std::string> verify_checkpoints(const std::filesystem::path& folder);

}  // namespace sengen::io
