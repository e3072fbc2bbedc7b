// SPDX-License-Identifier: Apache-2.0
// Runner: walks the stages of a study. A stage is skipped when its record (stage_record.hpp) has
// the same key = hash(options, content of inputs, keys of predecessors, version) and its outputs
// are there; otherwise it is done anew, and so are the stages after it: what two runs measured
// never stands side by side. A kill at any moment leaves either a finished stage or one that runs
// again (from its restart file).
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <sengen/study/context.hpp>
#include <sengen/study/summary.hpp>
#include <sengen/study/system.hpp>

namespace sengen::study {

class Runner {
 public:
  // version: of the program, for summary.json and records.
  Runner(const System& system, Context& context, std::string version);

  // Names of the stages that run(last) walks, in their order ("*": all that are wanted).
  std::vector<std::string> walk(const std::string& last) const;
  // What can be wrong with run(last) before it starts: required options, inputs that cannot be read
  // (their content is hashed), files of finished stages that have changed since (kInput; those that
  // the stages to do may read are hashed), and the checks of the stages that it would do. Touches
  // nothing; errors are the same on all ranks. Collective.
  void prepare(const std::string& last);
  // Runs what is missing of the stages up to last. begin: called on all ranks before the first of
  // them, when the records of all that is redone are gone: the place to write down what this run
  // is. Until then errors are the same on all ranks, afterwards a rank may fail alone. Collective.
  // Returns the number of stages that ran.
  int run(const std::string& last, const std::function<void()>& begin = {});
  // Runs one stage again from what the finished stages before it left: nothing else is computed,
  // and their inputs are not looked at. kInput naming a stage that has not finished, with this
  // hint, or a file that has changed. Collective; begin as above.
  void redo(const std::string& stage, const std::string& how_to_finish,
            const std::function<void()>& begin = {});
  // The plan of run() as text: every stage with "finished", "to do" or "left out". Root.
  std::string plan(const std::string& last);

 private:
  using Stages = std::vector<const Stage*>;

  const Stage& stage_named(const std::string& name) const;
  Stages needed(const std::string& last) const;
  std::string key_of(const Stage& stage);
  bool is_finished(const Stage& stage);
  // Those that are not finished, with all after them. Root.
  std::set<std::string> to_do(const Stages& stages);
  // The root's answer on all ranks. Collective.
  std::set<std::string> agreed_to_do(const Stages& stages);
  // Refuses what finished stages left for those of `open` when it is no longer what they wrote.
  // Root.
  void check_what_is_read(const std::set<std::string>& open) const;
  void check(const Stages& stages) const;
  // summary.json becomes what the records say; records and figures of these stages and of all after
  // them go, their files may stay. Collective.
  void clear_for(const std::set<std::string>& stages);
  void restore_summary();                            // root
  void save_summary() const;                         // root
  void forget(const std::set<std::string>& stages);  // root
  void remove_scratch(const std::string& stage, const std::filesystem::path& except) const;
  void run_stage(const Stage& stage);
  void finish_stage(const Stage& stage, const std::string& key, double seconds);
  // One line of metrics.jsonl: the history of the folder, which no later run rewrites.
  void append_history(const std::string& stage, double seconds) const;

  const System& system_;
  Context& context_;
  std::string version_;
  std::map<std::string, std::string> keys_;         // root
  std::map<std::string, std::string> inputs_keys_;  // root
  Summary summary_;                                 // root
};

}  // namespace sengen::study
