// SPDX-License-Identifier: Apache-2.0
// What a search that was stopped or killed needs to go on: the store of its runs, and how the best
// value fell. One NPY file in the stage's scratch folder.
#pragma once

#include <filesystem>
#include <vector>

#include <sengen/optimise/retry_state.hpp>

namespace sengen::gtopx {

struct SearchState {
  optimise::RetryState store;
  struct Record {
    std::int64_t evaluations = 0;
    double best = 0;
  };
  std::vector<Record> history;  // where the best became better, by rounds

  // Adds a record when the store's best is new.
  void note();
};

// Atomic.
void save_state(const std::filesystem::path& path, const SearchState& state);
// kInput for a damaged file.
SearchState load_state(const std::filesystem::path& path, std::size_t variables);

}  // namespace sengen::gtopx
