// SPDX-License-Identifier: Apache-2.0
#include "command_line.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <limits>
#include <optional>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <sengen/core/error.hpp>

#include "flag_values.hpp"
#include "help.hpp"

namespace sengen::cli {

namespace {

struct Words {
  std::vector<std::string> positional;
  std::vector<std::string> assignments;  // of --set
  std::vector<std::pair<Option*, std::string>> flags;
  std::optional<std::string> threads;
  std::optional<std::string> seed;
  std::optional<std::string> max_time;
};

std::vector<Option*> options_of(study::System& system, const std::vector<std::string>& tables) {
  std::vector<Option*> options;
  for (const std::string& name : tables) {
    for (Option& option : system.options.table(name).options()) options.push_back(&option);
  }
  return options;
}

std::vector<Option*> positional_options(study::System& system, const study::Verb& verb) {
  std::vector<Option*> options = options_of(system, verb.tables);
  std::erase_if(options, [](const Option* option) { return option->positional().empty(); });
  return options;
}

void add_flags(CLI::App& app, const study::Verb& verb, CommandLine& line, Words& words) {
  app.add_option("-o,--output", line.output, describe_output(verb))
      ->default_str(line.output.string());
  app.add_option("--set", words.assignments, "table.key=value: set any key of the study")
      ->expected(1)
      ->take_all();
  app.add_option("--threads", words.threads,
                 "threads of each process, default OMP_NUM_THREADS or the CPUs it may use");
  app.add_option("--seed", words.seed, "seed of everything random, default 1");
  app.add_option("--max-time", words.max_time,
                 "stop with a restart file after this time: 90, 15m, 2h, 1:30:00");
  app.add_flag("--dry-run", line.dry_run, "check everything, print the plan and stop");
  app.add_flag("--print-config", line.print_config, "print the study with all keys and stop");
  app.add_flag("-q,--quiet", line.quiet, "errors and warnings only");
  app.add_flag("-v,--verbose", line.verbose, "more about what is going on");
}

// Flags of the options that the verb works with.
void add_option_flags(CLI::App& app, study::System& system, const study::Verb& verb, Words& given) {
  for (Option* option : options_of(system, system.tables_of(verb))) {
    if (option->flag().empty()) continue;
    if (app.get_option_no_throw(option->flag()) != nullptr) {
      throw Error(ErrorKind::kInternal,
                  fmt::format("{} {}: the flag {} of {} means two things", system.name, verb.name,
                              option->flag(), option->name()));
    }
    const auto keep = [&given, option](const std::string& text) {
      given.flags.emplace_back(option, text);
    };
    if (option->is_switch()) {
      app.add_flag_callback(option->flag(), [keep] { keep("true"); }, describe(*option));
    } else {
      app.add_option_function<std::string>(option->flag(), keep, describe(*option));
    }
  }
}

// The flags a user might have meant, for the hint.
std::vector<std::string> flag_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  return names;
}

// The text of a study file; root reads it for all ranks, which must learn of a failure as well.
std::string read_study(const std::string& path, const parallel::Communicator& comm) {
  std::string text;  // with a mark before it: "+" read, "-" not
  if (comm.is_root()) {
    std::ifstream file(path, std::ios::binary);
    const int reason = std::filesystem::is_directory(path) ? EISDIR : file ? 0 : errno;
    text = reason == 0 ? "+" + std::string(std::istreambuf_iterator<char>(file), {})
                       : std::string("-") + std::strerror(reason);
  }
  text = comm.broadcast(text);
  if (text.front() == '+') return text.substr(1);
  throw Error(ErrorKind::kInput,
              fmt::format("{}: the study file cannot be read: {}", path, text.substr(1)),
              "studies that come with Sengen lie in systems/<name>/*.toml");
}

void take_positional(study::System& system, const study::Verb& verb, const Words& words,
                     CommandLine& line) {
  const std::size_t slots = positional_options(system, verb).size();
  std::size_t used = 0;
  for (const std::string& word : words.positional) {
    if (word.ends_with(".toml")) {
      if (!line.study.empty()) {
        throw Error(ErrorKind::kUsage, fmt::format("two study files: {} and {}", line.study, word),
                    "--set changes single keys of a study");
      }
      line.study = word;
    } else if (++used > slots) {  // they are set after the study file, which they override
      throw Error(ErrorKind::kUsage, fmt::format("unexpected argument '{}'", word),
                  fmt::format("see 'sengen {} {} --help'", system.name, verb.name));
    }
  }
}

void set_positional(study::System& system, const study::Verb& verb, const Words& words,
                    const CommandLine& line) {
  std::vector<std::string> values = words.positional;
  std::erase(values, line.study);
  const std::vector<Option*> slots = positional_options(system, verb);
  for (std::size_t i = 0; i < values.size(); ++i) {
    slots[i]->set_text(values[i], slots[i]->positional());
  }
}

// The values of the flags that every verb has.
void read_flags(const Words& given, CommandLine& line) {
  if (given.threads) {
    line.threads = parse_integer<int>("--threads", *given.threads, 1, kMostThreads);
  }
  if (given.seed) {
    line.seed = parse_integer<std::uint64_t>("--seed", *given.seed, 0,
                                             std::numeric_limits<std::uint64_t>::max());
  }
  if (given.max_time) line.max_time_seconds = parse_duration(*given.max_time);
}

void check_output(const study::Verb& verb, const CommandLine& line) {
  if (line.output.empty()) {
    if (verb.prints_without_file) return;
    throw Error(ErrorKind::kUsage, "-o is missing", describe_output(verb));
  }
  const auto fits = [&](const std::string& ending) {
    return line.output.string().ends_with(ending);
  };
  if (!verb.file_endings.empty() &&
      std::none_of(verb.file_endings.begin(), verb.file_endings.end(), fits)) {
    throw Error(ErrorKind::kUsage,
                fmt::format("-o {}: expected a file that ends in {}", line.output.string(),
                            fmt::join(verb.file_endings, " or ")));
  }
}

}  // namespace

CommandLine parse_command_line(study::System& system, const study::Verb& verb,
                               const std::vector<std::string>& words,
                               const parallel::Communicator& comm) {
  CommandLine line;
  if (verb.file_endings.empty()) line.output = "out/" + system.name;
  Words given;
  CLI::App app(verb.summary, usage_line(system, verb));
  app.set_help_flag("-h,--help", "this text");
  app.allow_extras();
  add_flags(app, verb, line, given);
  add_option_flags(app, system, verb, given);
  try {
    std::vector<std::string> reversed(words.rbegin(), words.rend());
    app.parse(reversed);
  } catch (const CLI::CallForHelp&) {
    line.help = app.help() + keys_help(system, verb);
    return line;
  } catch (const CLI::ParseError& error) {
    throw Error(ErrorKind::kUsage, error.what(),
                fmt::format("see 'sengen {} {} --help'", system.name, verb.name));
  }
  for (const std::string& word : app.remaining()) {
    if (word.size() > 1 && word.front() == '-') {
      const std::string name = word.substr(0, word.find('='));
      throw Error(ErrorKind::kUsage, fmt::format("unknown flag '{}'", name),
                  suggestion(name, flag_names(app)));
    }
    given.positional.push_back(word);
  }
  read_flags(given, line);
  take_positional(system, verb, given, line);
  if (!line.study.empty()) {
    system.options.read_toml(read_study(line.study, comm), line.study,
                             std::filesystem::path(line.study).parent_path());
  }
  for (const std::string& assignment : given.assignments) system.options.set(assignment);
  set_positional(system, verb, given, line);
  for (const auto& [option, text] : given.flags) option->set_text(text, option->flag());
  system.options.check_required(verb.tables);
  check_output(verb, line);
  return line;
}

}  // namespace sengen::cli
