// SPDX-License-Identifier: Apache-2.0
// What the evaluator of GTOPX reaches: ./bootstrap bench gtopx [CASE...].
#include <map>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <sengen/core/error.hpp>

#include "cases.hpp"

int main(int argc, char** argv) {
  using namespace sengen;
  const parallel::Environment environment(argc, argv);
  const std::map<std::string, void (*)(bench::Results&)> cases = {{"speed", bench::speed}};
  std::vector<std::string> names;
  for (const auto& entry : cases) names.push_back(entry.first);
  std::string output;
  CLI::App app("Space-mission problems against the figures of the reference functions");
  app.add_option("case", names, "what to measure")->check(CLI::IsMember(names));
  app.add_option("-o,--output", output, "file for the figures (JSON)");
  CLI11_PARSE(app, argc, argv);
  try {
    bench::Results results("bench gtopx", output, parallel::Communicator::self());
    for (const std::string& name : names) {
      cases.at(name)(results);
      results.finish(name);
    }
  } catch (const Error& error) {
    fmt::print(stderr, "{}\n", error.what());
    return static_cast<int>(error.kind());
  }
  return 0;
}
