// SPDX-License-Identifier: Apache-2.0
#include "run_system.hpp"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <optional>
#include <sstream>
#include <thread>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <sengen/core/build_info.hpp>
#include <sengen/core/error.hpp>
#include <sengen/core/parallel_for.hpp>
#include <sengen/core/stop.hpp>
#include <sengen/io/atomic_file.hpp>
#include <sengen/io/directory_lock.hpp>
#include <sengen/study/manifest.hpp>
#include <sengen/study/runner.hpp>

#include "command_line.hpp"
#include "systems.hpp"

namespace sengen::cli {

namespace {

namespace fs = std::filesystem;

constexpr const char* kConfigFile = "config.resolved.toml";

// --threads, else OMP_NUM_THREADS, else the CPUs of this process; ranks that share one mask share
// its CPUs.
int choose_threads(int asked, const parallel::Communicator& comm) {
  if (asked > 0) return asked;
  if (const char* text = std::getenv("OMP_NUM_THREADS")) {
    // "4" or a list such as "4,2" for nested teams.
    const long count = std::strtol(text, nullptr, 10);
    if (count > 0) return static_cast<int>(count);
  }
  const int neighbours = comm.split_by_host().size();
  const bool masks_differ =
      available_cpus() < static_cast<int>(std::thread::hardware_concurrency());
  return masks_differ ? available_cpus() : std::max(1, available_cpus() / neighbours);
}

const study::Verb& find_verb(const study::System& system, const std::string& name) {
  if (const study::Verb* verb = system.find_verb(name)) return *verb;
  std::vector<std::string> names;
  for (const study::Verb& verb : system.verbs) names.push_back(verb.name);
  throw Error(ErrorKind::kUsage, fmt::format("{} has no verb '{}'", system.name, name),
              suggestion(name, names));
}

Log make_log(const CommandLine& line, const parallel::Communicator& comm) {
  const Verbosity verbosity = line.quiet     ? Verbosity::kQuiet
                              : line.verbose ? Verbosity::kVerbose
                                             : Verbosity::kNormal;
  return Log(stderr, verbosity, comm.rank());
}

// What a run leaves besides its stages' files. The lock lives as long as the run.
std::unique_ptr<io::DirectoryLock> open_output(const study::System& system, const study::Verb& verb,
                                               const std::vector<std::string>& words,
                                               const CommandLine& line,
                                               const parallel::Communicator& comm) {
  if (!comm.is_root()) return nullptr;
  fs::create_directories(line.output);
  auto lock = std::make_unique<io::DirectoryLock>(line.output);
  io::remove_temporaries(line.output);
  study::Manifest manifest;
  manifest.system = system.name;
  manifest.verb = verb.name;
  manifest.version = build_info().version;
  manifest.command = fmt::format("sengen {}", fmt::join(words, " "));
  manifest.host = parallel::host_name();
  manifest.started = study::utc_now();
  manifest.ranks = comm.size();
  manifest.threads = threads();
  manifest.seed = line.seed;
  manifest.save(line.output);
  io::write_text_atomic(line.output / kConfigFile, system.options.to_toml());
  return lock;
}

void check_ranks(const study::Verb& verb, const parallel::Communicator& comm) {
  if (verb.uses_ranks || comm.size() == 1) return;
  throw Error(ErrorKind::kUsage,
              fmt::format("the verb '{}' works on one rank, started on {}", verb.name, comm.size()),
              "start it without mpirun");
}

void run_stages(study::Runner& runner, const study::Context& context, const std::string& last) {
  const int ran = runner.run(last);
  if (!context.comm().is_root()) return;
  const auto summary = study::Summary::load(context.directory());
  if (context.log().speaks(Verbosity::kNormal)) fmt::print("{}", study::figures_table(summary));
  if (ran == 0) context.log().info("nothing to do: every stage was finished");
  const fs::path report = context.file("report.html");
  if (fs::exists(report)) context.log().info("report: {}", report.string());
}

int run_verb(study::System& system, const study::Verb& verb, const std::vector<std::string>& words,
             const CommandLine& line, const parallel::Communicator& comm, bool& working) {
  set_threads(choose_threads(line.threads, comm));
  set_time_limit(line.max_time_seconds);
  study::Context context(comm, make_log(line, comm), line.output, line.seed);
  study::Runner runner(system, context, build_info().version);
  if (!verb.last_stage.empty()) runner.check(verb.last_stage);
  working = true;
  if (line.dry_run) {
    if (comm.is_root() && !verb.last_stage.empty()) fmt::print("{}", runner.plan(verb.last_stage));
    return 0;
  }
  if (verb.action) {
    verb.action(context);
    return 0;
  }
  const auto lock = open_output(system, verb, words, line, comm);
  context.log().info("{} ranks with {} threads, output in {}", comm.size(), threads(),
                     line.output.string());
  run_stages(runner, context, verb.last_stage);
  return 0;
}

}  // namespace

int run_system(const std::vector<std::string>& words, const parallel::Communicator& comm,
               bool& working) {
  const SystemEntry& entry = find_system(words.front());
  study::System system = entry.make();
  if (words.size() == 1 || words[1] == "--help" || words[1] == "-h") {
    if (comm.is_root()) fmt::print("{}", system_help(system));
    return words.size() == 1 ? static_cast<int>(ErrorKind::kUsage) : 0;
  }
  const study::Verb& verb = find_verb(system, words[1]);
  const CommandLine line = parse_command_line(system, verb, {words.begin() + 2, words.end()}, comm);
  if (!line.help.empty() || line.print_config) {
    const std::string text = line.help.empty() ? system.options.to_toml() : line.help;
    if (comm.is_root()) fmt::print("{}", text);
    return 0;
  }
  check_ranks(verb, comm);
  return run_verb(system, verb, words, line, comm, working);
}

int rebuild_report(const fs::path& directory, const parallel::Communicator& comm, bool& working) {
  const study::Manifest manifest = study::Manifest::load(directory);
  study::System system = find_system(manifest.system).make();
  std::ifstream config(directory / kConfigFile);
  std::ostringstream text;
  text << config.rdbuf();
  system.options.read_toml(text.str(), (directory / kConfigFile).string(), directory);
  working = true;
  set_threads(choose_threads(0, comm));
  study::Context context(comm, make_log({}, comm), directory, manifest.seed);
  std::optional<io::DirectoryLock> lock;
  if (comm.is_root()) {
    lock.emplace(directory);
    fs::remove(directory / "stages" / "report.json");
  }
  comm.barrier();
  study::Runner runner(system, context, build_info().version);
  run_stages(runner, context, "report");
  return 0;
}

}  // namespace sengen::cli
