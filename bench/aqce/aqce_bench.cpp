// SPDX-License-Identifier: Apache-2.0
// What the encoder of quantum states reaches: ./bootstrap bench aqce [CASE...]. Hours in all;
// states, tiles and draws are kept one by one in the file of results, so that a run that was
// stopped goes on.
#include <cstdlib>
#include <map>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <sengen/core/error.hpp>
#include <sengen/core/parallel_for.hpp>
#include <sengen/core/stop.hpp>

#include "cases.hpp"

int main(int argc, char** argv) {
  using namespace sengen;
  const parallel::Environment environment(argc, argv);
  const std::map<std::string, void (*)(const bench::Setting&, bench::Results&)> cases = {
      {"prototype", bench::prototype_rows},
      {"aqer", bench::aqer_setting},
      {"camera", bench::camera},
      {"known", bench::known_circuits},
      {"exact", bench::exact_states},
      {"mps", bench::large_mps},
      {"speed", bench::speed}};
  std::vector<std::string> names;
  for (const auto& entry : cases) names.push_back(entry.first);
  const char* data = std::getenv("SENGEN_TEST_DATA");
  bench::Setting setting{.data = std::filesystem::path(data == nullptr ? "." : data) / "quantum"};
  std::string output;
  int threads = available_cpus();
  CLI::App app("Circuits for quantum states against the tables of docs/aqce.md");
  app.add_option("case", names, "of the table")->check(CLI::IsMember(names));
  app.add_option("--starts", setting.starts, "independent searches");
  app.add_option("--moves", setting.moves, "relocations of a gate");
  app.add_flag("--again", setting.again, "measure what the file of results has already");
  app.add_option("-t,--threads", threads, "threads");
  app.add_option("-o,--output", output, "file for the figures (JSON)");
  CLI11_PARSE(app, argc, argv);
  try {
    set_threads(threads);
    install_stop_signals();
    bench::Results results("bench aqce", output, parallel::Communicator::self());
    for (const std::string& name : names) {
      cases.at(name)(setting, results);
      if (stop_requested()) return 6;
      results.finish(name);
    }
  } catch (const Error& error) {
    fmt::print(stderr, "{}\n", error.what());
    return static_cast<int>(error.kind());
  }
  return 0;
}
