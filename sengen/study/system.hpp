// SPDX-License-Identifier: Apache-2.0
// System: one method of the field as the program offers it: a name, options, stages and verbs. A
// stage is a piece of a study whose result lies in files; a verb is a word of the command line.
// Systems are plain structs of data and functions, made by one function each (systems.def).
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include <sengen/core/options.hpp>
#include <sengen/study/context.hpp>

namespace sengen::study {

struct Stage {
  std::string name;
  std::string summary;
  // Stages whose output it reads.
  std::vector<std::string> after = {};
  // Tables of options that its result depends on.
  std::vector<std::string> tables = {};
  // Files that it leaves in the output directory.
  std::vector<std::string> outputs = {};
  // False for an output that the options do without: one of an earlier call is then removed.
  std::function<bool(const std::string& output)> leaves = {};
  // Raised when the code changes the result.
  int version = 1;
  // Its result depends on --seed.
  bool uses_seed = false;
  std::function<void(Context&)> run = {};
  // Files of the user that it reads; their content is part of the cache key.
  std::function<std::vector<std::filesystem::path>()> inputs = {};
  // False when this study does without it (a solver whose data the user brought).
  std::function<bool()> wanted = {};
  // Refuses impossible options and files that cannot be used (kUsage, kInput) before any stage runs
  // and before anything is written. Every rank calls it by itself: the communicator tells how many
  // ranks will run; nothing collective may be called on it.
  std::function<void(const parallel::Communicator&)> check = {};
};

struct Verb {
  std::string name;
  std::string summary;
  // Tables whose flags and positional arguments it takes on the command line, besides the flags of
  // the stages that it walks.
  std::vector<std::string> tables = {};
  // Walks the stages up to this one ("*": all)...
  std::string last_stage = {};
  // ... or does something of its own.
  std::function<void(Context&)> action = {};
  // Refuses what Stage::check would; of an action it is all that --dry-run does.
  std::function<void(const parallel::Communicator&)> check = {};
  // Of an action whose -o names one file in place of a folder: how its name may end (".h5").
  std::vector<std::string> file_endings = {};
  // Of such an action: without -o (directory() is empty) it prints what the file would hold.
  bool prints_without_file = false;
  // Of an action that writes into the folder -o: it is made and locked, and keeps summary.json.
  bool makes_folder = false;
  // Whether more than one rank helps.
  bool uses_ranks = true;
};

struct System {
  std::string name;
  std::string summary;
  Options options;
  std::vector<Stage> stages;
  std::vector<Verb> verbs;

  const Verb* find_verb(const std::string& verb) const;
  // The tables that a verb works with: its own, then those of the stages that it walks.
  std::vector<std::string> tables_of(const Verb& verb) const;
};

}  // namespace sengen::study
