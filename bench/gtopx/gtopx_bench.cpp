// SPDX-License-Identifier: Apache-2.0
// What the evaluator of GTOPX and the optimisers reach: ./bootstrap bench gtopx [CASE...]. Hours
// for the searches; seeds are kept one by one in the file of results, so that a run that was
// stopped goes on.
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
      {"speed", bench::speed}, {"solve", bench::solve_missions}};
  std::vector<std::string> names;
  for (const auto& entry : cases) names.push_back(entry.first);
  std::string output;
  bench::Setting setting;
  int threads = available_cpus();
  CLI::App app("Space-mission problems against the figures of the reference functions");
  app.add_option("case", names, "what to measure")->check(CLI::IsMember(names));
  app.add_option("--seeds", setting.seeds, "searches of an instance");
  app.add_flag("--again", setting.again, "measure what the file of results has already");
  app.add_option("-t,--threads", threads, "threads of searches");
  app.add_option("-o,--output", output, "file for the figures (JSON)");
  CLI11_PARSE(app, argc, argv);
  try {
    set_threads(threads);
    install_stop_signals();
    bench::Results results("bench gtopx", output, parallel::Communicator::self());
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
