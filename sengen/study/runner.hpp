// SPDX-License-Identifier: Apache-2.0
// Runner: walks the stages of a study. A stage is skipped when its record in stages/<name>.json has
// the same key = hash(options, content of inputs, keys of predecessors, version) and its outputs
// are there; otherwise it is done anew. The record is written last and atomically, so a kill at any
// moment leaves either a finished stage or one that runs again (from its restart file).
#pragma once

#include <string>
#include <vector>

#include <sengen/study/context.hpp>
#include <sengen/study/summary.hpp>
#include <sengen/study/system.hpp>

namespace sengen::study {

class Runner {
 public:
  // version: of the program, for summary.json and manifest.json.
  Runner(const System& system, Context& context, std::string version);

  // Runs what is missing of the stages up to last ("*": all). Collective. Returns the number of
  // stages that ran.
  int run(const std::string& last);
  // The plan of run() as text: every stage with "finished", "to do" or "left out".
  std::string plan(const std::string& last);
  // Calls the check of every stage that a run up to last would do.
  void check(const std::string& last) const;

 private:
  std::vector<const Stage*> needed(const std::string& last) const;
  std::string key_of(const Stage& stage);
  bool is_finished(const Stage& stage, const std::string& key) const;
  void run_stage(const Stage& stage, const std::string& key, Summary& summary);
  // One line of metrics.jsonl: the history of the folder, which no later run rewrites.
  void append_record(const std::string& stage, double seconds) const;
  std::filesystem::path record_path(const Stage& stage) const;

  const System& system_;
  Context& context_;
  std::string version_;
  std::map<std::string, std::string> keys_;
};

// Compares every output file with the hash in its stage's record, and the checkpoints with their
// manifests. Returns the lines of what is wrong; empty when all is well. kInput when directory has
// no stage records and is no folder of checkpoints.
std::vector<std::string> verify_outputs(const std::filesystem::path& directory);

}  // namespace sengen::study
