// SPDX-License-Identifier: Apache-2.0
#include "command_line.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fstream>
#include <sstream>

#include <fmt/format.h>
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <sengen/core/error.hpp>

namespace sengen::cli {

namespace {

struct Words {
  std::vector<std::string> positional;
  std::vector<std::string> assignments;  // of --set
  std::vector<std::pair<Option*, std::string>> flags;
  std::string max_time;
};

std::string describe(const Option& option) {
  std::string text = option.doc();
  if (!option.range_text().empty()) text += fmt::format(" ({})", option.range_text());
  if (!option.unit().empty()) text += fmt::format(" [{}]", option.unit());
  if (option.is_required()) return text + ", required";
  if (option.default_text() != "\"\"") text += fmt::format(", default {}", option.default_text());
  return text;
}

std::vector<Option*> options_of(study::System& system, const study::Verb& verb) {
  std::vector<Option*> options;
  for (const std::string& name : verb.tables) {
    for (Option& option : system.options.table(name).options()) options.push_back(&option);
  }
  return options;
}

void add_flags(CLI::App& app, CommandLine& line, Words& words) {
  app.add_option("-o,--output", line.output, "folder for everything this run writes")
      ->default_str(line.output.string());
  app.add_option("--set", words.assignments, "table.key=value: set any key of the study")
      ->expected(1)
      ->take_all();
  app.add_option("--threads", line.threads,
                 "threads of each process, default OMP_NUM_THREADS or the CPUs it may use");
  app.add_option("--seed", line.seed, "seed of everything random, default 1");
  app.add_option("--max-time", words.max_time,
                 "stop with a restart file after this time: 90, 15m, 2h, 1:30:00");
  app.add_flag("--dry-run", line.dry_run, "check everything, print the plan and stop");
  app.add_flag("--print-config", line.print_config, "print the study with all keys and stop");
  app.add_flag("-q,--quiet", line.quiet, "errors and warnings only");
  app.add_flag("-v,--verbose", line.verbose, "more about what is going on");
}

// The flags a user might have meant, for the hint.
std::vector<std::string> flag_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  return names;
}

std::string read_study(const std::string& path, const parallel::Communicator& comm) {
  std::string text;
  if (comm.is_root()) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream content;
    // "+": read; "-": not. Every rank must learn of a failure.
    if (file && content << file.rdbuf()) text = "+" + content.str();
  }
  text = comm.broadcast(text);
  if (text.empty()) {
    throw Error(ErrorKind::kInput, fmt::format("{}: the study file cannot be read", path),
                "studies that come with Sengen lie in systems/<name>/*.toml");
  }
  return text.substr(1);
}

void take_positional(study::System& system, const study::Verb& verb, const Words& words,
                     CommandLine& line) {
  std::vector<Option*> slots;
  for (Option* option : options_of(system, verb)) {
    if (!option->positional().empty()) slots.push_back(option);
  }
  std::size_t used = 0;
  for (const std::string& word : words.positional) {
    if (line.study.empty() && word.ends_with(".toml")) {
      line.study = word;
    } else if (used < slots.size()) {
      ++used;  // set after the study file, which it overrides
    } else {
      throw Error(ErrorKind::kUsage, fmt::format("unexpected argument '{}'", word),
                  fmt::format("see 'sengen {} {} --help'", system.name, verb.name));
    }
  }
}

void set_positional(study::System& system, const study::Verb& verb, const Words& words,
                    const CommandLine& line) {
  std::vector<std::string> values = words.positional;
  std::erase(values, line.study);
  std::size_t used = 0;
  for (Option* option : options_of(system, verb)) {
    if (option->positional().empty() || used == values.size()) continue;
    option->set_text(values[used++], option->positional());
  }
}

std::string usage_line(study::System& system, const study::Verb& verb) {
  std::string text = fmt::format("sengen {} {}", system.name, verb.name);
  for (const Option* option : options_of(system, verb)) {
    if (!option->positional().empty()) text += fmt::format(" [{}]", option->positional());
  }
  return text + (verb.last_stage.empty() ? "" : " [STUDY.toml]");
}

std::string keys_help(const Options& options) {
  std::string text = "\nKeys of a study (in the TOML file or as --set table.key=value):\n";
  for (const OptionTable& table : options.tables()) {
    text += fmt::format("\n[{}]  {}\n", table.name(), table.doc());
    for (const Option& option : table.options()) {
      text += fmt::format("  {:<22} {}\n", option.key(), describe(option));
    }
  }
  return text;
}

}  // namespace

double parse_duration(const std::string& text) {
  const auto refuse = [&] {
    throw Error(ErrorKind::kUsage, fmt::format("--max-time: '{}' is no duration", text),
                "examples: 90 (seconds), 15m, 2h, 1:30:00");
  };
  std::string number = text;
  double unit = 1;
  if (!number.empty() && std::string("smh").find(number.back()) != std::string::npos) {
    unit = number.back() == 'h' ? 3600 : number.back() == 'm' ? 60 : 1;
    number.pop_back();
  }
  double seconds = 0;
  std::istringstream parts(number);
  std::string part;
  while (std::getline(parts, part, ':')) {
    double value = 0;
    const auto result = std::from_chars(part.data(), part.data() + part.size(), value);
    if (result.ec != std::errc{} || result.ptr != part.data() + part.size() || value < 0) refuse();
    seconds = 60 * seconds + value;
  }
  seconds *= unit;
  if (!(seconds > 0) || !std::isfinite(seconds)) refuse();
  return seconds;
}

CommandLine parse_command_line(study::System& system, const study::Verb& verb,
                               const std::vector<std::string>& words,
                               const parallel::Communicator& comm) {
  CommandLine line;
  line.output = "out/" + system.name;
  Words given;
  CLI::App app(verb.summary, usage_line(system, verb));
  app.set_help_flag("-h,--help", "this text");
  app.allow_extras();
  add_flags(app, line, given);
  for (Option* option : options_of(system, verb)) {
    if (option->flag().empty()) continue;
    const auto keep = [&given, option](const std::string& text) {
      given.flags.emplace_back(option, text);
    };
    if (option->is_switch()) {
      app.add_flag_callback(option->flag(), [keep] { keep("true"); }, describe(*option));
    } else {
      app.add_option_function<std::string>(option->flag(), keep, describe(*option));
    }
  }
  try {
    std::vector<std::string> reversed(words.rbegin(), words.rend());
    app.parse(reversed);
  } catch (const CLI::CallForHelp&) {
    line.help = app.help() + keys_help(system.options);
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
  if (line.threads < 0) {
    throw Error(ErrorKind::kUsage, fmt::format("--threads {}: expected 1 or more", line.threads));
  }
  if (!given.max_time.empty()) line.max_time_seconds = parse_duration(given.max_time);
  take_positional(system, verb, given, line);
  if (!line.study.empty()) {
    system.options.read_toml(read_study(line.study, comm), line.study,
                             std::filesystem::path(line.study).parent_path());
  }
  for (const std::string& assignment : given.assignments) system.options.set(assignment);
  set_positional(system, verb, given, line);
  for (const auto& [option, text] : given.flags) option->set_text(text, option->flag());
  system.options.check_required(verb.tables);
  return line;
}

std::string system_help(const study::System& system) {
  std::string text = fmt::format("{}: {}\n\nVerbs:\n", system.name, system.summary);
  for (const study::Verb& verb : system.verbs) {
    text += fmt::format("  {:<12} {}\n", verb.name, verb.summary);
  }
  text += fmt::format("\n'sengen {} VERB --help' lists the flags.\n", system.name);
  return text + keys_help(system.options);
}

}  // namespace sengen::cli
