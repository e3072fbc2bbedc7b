// SPDX-License-Identifier: Apache-2.0
#include "run_system.hpp"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <memory>
#include <thread>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <sengen/core/build_info.hpp>
#include <sengen/core/error.hpp>
#include <sengen/core/parallel_for.hpp>
#include <sengen/core/stop.hpp>
#include <sengen/io/atomic_file.hpp>
#include <sengen/io/directory_lock.hpp>
#include <sengen/parallel/agreement.hpp>
#include <sengen/study/manifest.hpp>
#include <sengen/study/runner.hpp>

#include "command_line.hpp"
#include "help.hpp"
#include "systems.hpp"

namespace sengen::cli {

namespace {

namespace fs = std::filesystem;

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

// The output folder, made where it is missing, for this run alone. The lock, on the root, lives as
// long as the run. Collective; errors are the same on all ranks.
std::unique_ptr<io::DirectoryLock> open_output(const fs::path& folder,
                                               const parallel::Communicator& comm) {
  std::unique_ptr<io::DirectoryLock> lock;
  parallel::agree(comm, [&] {
    if (!comm.is_root()) return;
    fs::create_directories(folder);
    lock = std::make_unique<io::DirectoryLock>(folder);
    io::remove_temporaries(folder);
  });
  return lock;
}

// What this run is, for those who find the folder.
void write_down(const study::System& system, const study::Manifest& manifest,
                const fs::path& folder) {
  manifest.save(folder);
  io::write_text_atomic(folder / study::kConfigFile, system.options.to_toml(folder));
}

study::Manifest make_manifest(const study::System& system, const study::Verb& verb,
                              const std::vector<std::string>& words, const CommandLine& line,
                              const parallel::Communicator& comm) {
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
  return manifest;
}

void check_ranks(const study::Verb& verb, const parallel::Communicator& comm) {
  if (verb.uses_ranks || comm.size() == 1) return;
  throw Error(ErrorKind::kUsage,
              fmt::format("the verb '{}' works on one rank, started on {}", verb.name, comm.size()),
              "start it without mpirun");
}

// --verbose: which rank computes where, with how many threads. Collective.
void describe_job(const study::Context& context) {
  const auto& comm = context.comm();
  const auto rows =
      comm.gather(fmt::format("{:<5} {:<24} {:>7}", comm.rank(), parallel::host_name(), threads()));
  context.log().detail("{:<5} {:<24} {:>7}", "rank", "host", "threads");
  for (const std::string& row : rows) context.log().detail("{}", row);
}

void show_results(const study::Context& context, bool worked) {
  if (!context.comm().is_root()) return;
  const auto summary = study::Summary::load(context.directory());
  if (context.log().speaks(Verbosity::kNormal)) fmt::print("{}", study::figures_table(summary));
  if (!worked) context.log().info("nothing to do: every stage was finished");
  const fs::path report = context.file("report.html");
  if (fs::exists(report)) context.log().info("report: {}", report.string());
}

// What can be wrong with -o before anything is written.
void check_output(const study::Verb& verb, const fs::path& output) {
  if (output.empty()) return;  // what it would hold is printed
  if (verb.file_endings.empty()) {
    if (!fs::exists(output) || fs::is_directory(output)) return;
    throw Error(ErrorKind::kUsage,
                fmt::format("-o {}: that is a file, expected a folder", output.string()));
  }
  const fs::path folder = output.has_parent_path() ? output.parent_path() : fs::path(".");
  if (!fs::is_directory(folder)) {
    throw Error(ErrorKind::kUsage,
                fmt::format("-o {}: there is no folder {}", output.string(), folder.string()),
                fmt::format("mkdir -p {}", folder.string()));
  }
  if (fs::is_directory(output)) {
    throw Error(ErrorKind::kUsage,
                fmt::format("-o {}: that is a folder, expected a file", output.string()));
  }
}

// What an action measured: printed, and kept where it made a folder.
void show_action(const study::Verb& verb, double seconds, const study::Context& context) {
  if (context.metrics().empty()) return;
  study::Summary summary;
  summary.version = build_info().version;
  summary.stages[verb.name] =
      study::StageRun::here(seconds, context.comm().size(), build_info().version);
  summary.metrics = context.metrics();
  for (auto& [name, metric] : summary.metrics) metric.stage = verb.name;
  if (context.log().speaks(Verbosity::kNormal)) fmt::print("{}", study::figures_table(summary));
  if (!verb.makes_folder) return;
  study::Summary kept = study::Summary::load(context.directory());
  kept.drop_stage(verb.name);
  kept.merge(summary);
  kept.save(context.directory());
}

void act(const study::Verb& verb, const CommandLine& line, study::Context& context, bool& working) {
  const auto& comm = context.comm();
  if (line.dry_run && !verb.check) {
    throw Error(ErrorKind::kUsage, fmt::format("the verb '{}' knows no --dry-run", verb.name));
  }
  parallel::agree(comm, [&] {
    if (verb.check) verb.check(comm);
  });
  if (line.dry_run) {
    if (comm.is_root())
      fmt::print("{}: what it reads is in order; nothing was written\n", verb.name);
    return;
  }
  std::unique_ptr<io::DirectoryLock> lock;
  if (verb.makes_folder) lock = open_output(line.output, comm);
  working = true;
  const auto begin = std::chrono::steady_clock::now();
  verb.action(context);
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
  if (comm.is_root()) show_action(verb, seconds.count(), context);
}

void walk(const study::System& system, const study::Verb& verb, study::Manifest manifest,
          const CommandLine& line, study::Context& context, bool& working) {
  const auto& comm = context.comm();
  parallel::agree(comm, [&] {
    if (verb.check) verb.check(comm);
  });
  study::Runner runner(system, context, build_info().version);
  runner.prepare(verb.last_stage);
  if (line.dry_run) {
    if (comm.is_root()) fmt::print("{}", runner.plan(verb.last_stage));
    return;
  }
  const auto lock = open_output(line.output, comm);
  context.log().info("{} ranks with {} threads, output in {}", comm.size(), threads(),
                     line.output.string());
  manifest.stages = runner.walk(verb.last_stage);
  const int ran = runner.run(verb.last_stage, [&] {
    parallel::agree(comm, [&] {
      if (comm.is_root()) write_down(system, manifest, line.output);
    });
    working = true;
  });
  show_results(context, ran > 0);
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
  set_threads(choose_threads(line.threads, comm));
  set_time_limit(line.max_time_seconds);
  study::Context context(comm, make_log(line, comm), line.output, line.seed);
  if (line.verbose) describe_job(context);
  parallel::agree(comm, [&] {
    if (comm.is_root()) check_output(verb, line.output);
  });
  if (verb.action) {
    act(verb, line, context, working);
  } else {
    walk(system, verb, make_manifest(system, verb, words, line, comm), line, context, working);
  }
  return 0;
}

int rebuild_report(const fs::path& directory, const parallel::Communicator& comm, bool& working) {
  constexpr const char* kStage = "report";
  const fs::path config = directory / study::kConfigFile;
  study::Manifest manifest;
  study::System system;
  parallel::agree(comm, [&] {
    manifest = study::Manifest::load(directory);
    system = find_system(manifest.system).make();
    std::ifstream file(config);
    if (!file) {
      throw Error(ErrorKind::kInput, fmt::format("{} cannot be read", config.string()),
                  "name the folder given to -o of an earlier run");
    }
    const std::string text(std::istreambuf_iterator<char>(file), {});
    system.options.read_toml(text, config.string(), directory);
    if (std::none_of(system.stages.begin(), system.stages.end(),
                     [&](const study::Stage& stage) { return stage.name == kStage; })) {
      throw Error(ErrorKind::kUsage, fmt::format("{} makes no report", system.name));
    }
  });
  set_threads(choose_threads(0, comm));
  study::Context context(comm, make_log({}, comm), directory, manifest.seed);
  const auto lock = open_output(directory, comm);
  study::Runner runner(system, context, build_info().version);
  const std::string seed = manifest.seed == 1 ? "" : fmt::format(" --seed {}", manifest.seed);
  runner.redo(kStage,
              fmt::format("finish it: sengen {} {} {} -o {}{}", system.name, kStage,
                          config.string(), directory.string(), seed),
              [&] { working = true; });
  show_results(context, true);
  return 0;
}

}  // namespace sengen::cli
