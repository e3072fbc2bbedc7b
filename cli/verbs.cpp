// SPDX-License-Identifier: Apache-2.0
#include "verbs.hpp"

#include <filesystem>
#include <map>

#include <fmt/format.h>

#include <sengen/core/build_info.hpp>
#include <sengen/core/error.hpp>
#include <sengen/core/options.hpp>
#include <sengen/study/verify.hpp>

#include "doctor.hpp"
#include "inspect.hpp"
#include "reference.hpp"
#include "run_system.hpp"
#include "systems.hpp"

namespace sengen::cli {

namespace {

using Words = std::vector<std::string>;

struct ProgramVerb {
  std::string argument;  // shown in the usage; empty: it takes none
  std::string summary;
  int (*run)(const Words& arguments, const parallel::Communicator& comm, bool& working);
  bool uses_ranks = false;
};

int list(const Words&, const parallel::Communicator&, bool&) {
  for (const SystemEntry& entry : systems()) {
    if (entry.make == nullptr) {
      fmt::print("{:<14} {} (not in this build: needs {})\n", entry.command, entry.summary,
                 entry.missing);
      continue;
    }
    fmt::print("{:<14} {}\n{:<14} verbs:", entry.command, entry.summary, "");
    for (const study::Verb& verb : entry.make().verbs) fmt::print(" {}", verb.name);
    fmt::print("\n");
  }
  return 0;
}

int verify(const Words& arguments, const parallel::Communicator&, bool&) {
  const auto faults = study::verify_outputs(arguments.front());
  for (const std::string& fault : faults) fmt::print("{}\n", fault);
  if (!faults.empty()) {
    throw Error(ErrorKind::kInput,
                fmt::format("{} of the files of {} are not as they were written", faults.size(),
                            arguments.front()),
                "run the study again: stages with missing files are redone, and a damaged "
                "checkpoint is passed over");
  }
  fmt::print("{}: every file is as it was written\n", arguments.front());
  return 0;
}

int report(const Words& arguments, const parallel::Communicator& comm, bool& working) {
  return rebuild_report(arguments.front(), comm, working);
}

int reference(const Words& arguments, const parallel::Communicator&, bool&) {
  write_reference(arguments.front());
  return 0;
}

int inspect(const Words& arguments, const parallel::Communicator&, bool&) {
  fmt::print("{}", inspect_file(arguments.front()));
  return 0;
}

int doctor(const Words&, const parallel::Communicator&, bool&) {
  const Diagnosis diagnosis = examine();
  fmt::print("{}", diagnosis.text);
  return diagnosis.healthy ? 0 : static_cast<int>(ErrorKind::kResource);
}

const std::map<std::string, ProgramVerb>& program_verbs() {
  static const std::map<std::string, ProgramVerb> table = {
      {"list", {"", "the systems and their verbs", list}},
      {"doctor", {"", "looks whether this machine has what the program needs", doctor}},
      {"inspect", {"FILE", "what is in a file, checkpoint or output folder", inspect}},
      {"verify",
       {"DIR", "compares the files of an output folder, and its checkpoints, with their hashes",
        verify}},
      {"report", {"DIR", "makes the report of an output folder anew", report, true}},
      {"reference", {"DIR", "writes the reference pages of all options", reference}},
  };
  return table;
}

std::string help_text() {
  std::string text =
      "sengen: AI for science, from solver to network to report\n\n"
      "  sengen SYSTEM VERB [STUDY.toml] [flags]\n"
      "  mpirun -n N sengen SYSTEM VERB ...\n\nVerbs of the program:\n";
  for (const auto& [name, verb] : program_verbs()) {
    text += fmt::format("  {:<18} {}\n", name + " " + verb.argument, verb.summary);
  }
  text += "\nSystems:\n";
  for (const SystemEntry& entry : systems()) {
    text += fmt::format("  {:<18} {}\n", entry.command, entry.summary);
  }
  return text + "\n'sengen SYSTEM --help' lists its verbs and options.\n";
}

}  // namespace

std::optional<int> run_program_verb(const Words& words, const parallel::Communicator& comm,
                                    bool& working) {
  const std::string first = words.empty() ? "--help" : words.front();
  std::string text;
  if (first == "--help" || first == "-h" || first == "help") text = help_text();
  if (first == "--version") text = build_info().long_text();
  if (!text.empty()) {
    if (comm.is_root()) fmt::print("{}", text);
    return words.empty() ? static_cast<int>(ErrorKind::kUsage) : 0;
  }
  const auto found = program_verbs().find(first);
  if (found == program_verbs().end()) return std::nullopt;
  const ProgramVerb& verb = found->second;
  if (words.size() > 1 && (words[1] == "--help" || words[1] == "-h")) {
    if (comm.is_root()) fmt::print("sengen {} {}: {}\n", first, verb.argument, verb.summary);
    return 0;
  }
  const std::size_t expected = verb.argument.empty() ? 1 : 2;
  if (words.size() != expected) {
    throw Error(
        ErrorKind::kUsage,
        fmt::format("sengen {} takes {}", first,
                    verb.argument.empty() ? "no argument" : "one argument: " + verb.argument));
  }
  if (!verb.uses_ranks && !comm.is_root()) return 0;
  return verb.run({words.begin() + 1, words.end()}, comm, working);
}

}  // namespace sengen::cli
