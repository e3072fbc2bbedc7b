// SPDX-License-Identifier: Apache-2.0
// CheckpointStore: the checkpoints of a run in one folder, the last few and the best. A checkpoint
// is written under another name, made to last, and renamed when every rank has confirmed its part:
// neither a kill nor a full disk leaves half of one under its final name, and nothing is removed
// before the new one is safe. The folder's lock (directory_lock.hpp) is the caller's.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include <sengen/io/checkpoint.hpp>

namespace sengen::io {

struct CheckpointOptions {
  int keep = 2;  // how many of the last, besides the best; at least 1
};

class CheckpointStore {
 public:
  // The folder, which all ranks see, is made by the first save.
  CheckpointStore(std::filesystem::path folder, parallel::Communicator comm,
                  CheckpointOptions options = {});

  // Returns when the checkpoint is safe on the disk and what is too old is gone. mine: the arrays
  // of this rank, whose names no other rank has; metadata and best: those of the root count. When
  // one rank fails, all throw its error: kResource for a disk that is full or broken, and then the
  // checkpoints from before are as they were. kInternal: arrays that cannot be written. Collective.
  void save(std::int64_t step, std::span<const NamedArray> mine, const Metadata& metadata = {},
            bool best = false);

  // The checkpoint saved last of those that are whole, with a warning for each that was passed
  // over; nothing when there is none at all. kInput when all are damaged, naming each. Collective.
  std::optional<Checkpoint> load_newest() { return load(false); }
  // Of those saved as the best so far, the last.
  std::optional<Checkpoint> load_best() { return load(true); }

  // As this rank sees them now.
  std::vector<CheckpointEntry> list() const { return list_checkpoints(folder_); }

 private:
  std::optional<Checkpoint> load(bool best);
  // All of these are the root's alone.
  std::filesystem::path prepare(std::int64_t step, const std::vector<std::string>& names) const;
  std::filesystem::path publish(const std::filesystem::path& temporary, CheckpointManifest manifest,
                                const std::vector<std::string>& shards) const;
  void point_to(const char* file, const std::filesystem::path& checkpoint) const;
  void rotate();
  void remove(const std::filesystem::path& checkpoint);
  bool is_whole(const CheckpointEntry& entry) const;
  std::string unfinished_suffix() const;

  std::filesystem::path folder_;
  parallel::Communicator comm_;
  CheckpointOptions options_;
  std::set<std::filesystem::path> damaged_;  // as a load found out, by all ranks
};

}  // namespace sengen::io
