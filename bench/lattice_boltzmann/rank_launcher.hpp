// SPDX-License-Identifier: Apache-2.0
// Starts this program once more, as ranks, for one measurement. They are gone between measurements:
// a rank that waits for a message takes a core.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

// The variables of this process, "NAME=value".
std::vector<std::string> environment_now();

class RankLauncher {
 public:
  // launcher: words of a command to which ranks, this program and arguments are added; empty:
  // measures nothing. environment: what it was before MPI put its own into it.
  RankLauncher(const std::string& launcher, int ranks, const std::vector<std::string>& arguments,
               std::vector<std::string> environment);

  // Runs the ranks; a figure of the file that they leave. 0 where nothing was measured; says so
  // once.
  double metric(const char* name);

 private:
  int run();

  std::vector<std::string> words_;
  std::vector<std::string> environment_;
  std::filesystem::path output_;
};
