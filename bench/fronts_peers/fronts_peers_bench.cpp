// SPDX-License-Identifier: Apache-2.0
// Fronts and the ant colony against pagmo's at equal evaluations, and the fronts of the missions of
// GTOPX against the reference files: ./bootstrap bench fronts_peers [CASE...].
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
      {"populations", bench::populations},
      {"colonies", bench::colonies},
      {"cassini1-mo", bench::cassini_front},
      {"cassini1-mo-minlp", bench::cassini_sequences_front}};
  std::vector<std::string> names;
  for (const auto& entry : cases) names.push_back(entry.first);
  const char* data = std::getenv("SENGEN_TEST_DATA");
  bench::Setting setting{.data = std::string(data == nullptr ? "." : data) + "/gtopx"};
  std::string output;
  int threads = 1;
  CLI::App app("Fronts and the ant colony against pagmo's, fronts of missions");
  app.add_option("case", names, "what to measure")->check(CLI::IsMember(names));
  app.add_option("--seeds", setting.seeds, "runs of each");
  app.add_option("--scale", setting.scale, "of the budgets of missions' fronts");
  app.add_option("--folder", setting.folder, "for the missions' fronts (CSV)");
  app.add_option("-t,--threads", threads, "threads");
  app.add_option("-o,--output", output, "file for the figures (JSON)");
  CLI11_PARSE(app, argc, argv);
  try {
    set_threads(threads);
    install_stop_signals();
    bench::Results results("bench fronts_peers", output, parallel::Communicator::self());
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
