// SPDX-License-Identifier: Apache-2.0
// The main of a bench of named cases: ./bootstrap bench NAME [CASE...]. Every case that ran is kept
// in the file of results; a stop keeps what is whole.
#pragma once

#include <cstdlib>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <sengen/core/error.hpp>
#include <sengen/core/parallel_for.hpp>
#include <sengen/core/stop.hpp>

#include "results.hpp"

namespace sengen::bench {

using Cases = std::map<std::string, std::function<void(Results&)>>;

// A folder of the test data, from $SENGEN_TEST_DATA or here.
inline std::filesystem::path test_data(const std::string& folder) {
  const char* data = std::getenv("SENGEN_TEST_DATA");
  return std::filesystem::path(data == nullptr ? "." : data) / folder;
}

// Runs the cases that are named, or all; app has the bench's own options. The exit code.
inline int run_cases(int argc, char** argv, const std::string& bench, CLI::App& app,
                     const Cases& cases, int threads = available_cpus()) {
  const parallel::Environment environment(argc, argv);
  std::vector<std::string> names;
  for (const auto& entry : cases) names.push_back(entry.first);
  std::string output;
  app.add_option("case", names, "what to measure")->check(CLI::IsMember(names));
  app.add_option("-t,--threads", threads, "threads")->capture_default_str();
  app.add_option("-o,--output", output, "file for the figures (JSON)");
  CLI11_PARSE(app, argc, argv);
  try {
    set_threads(threads);
    install_stop_signals();
    Results results("bench " + bench, output, parallel::Communicator::self());
    for (const std::string& name : names) {
      cases.at(name)(results);
      if (stop_requested()) return 6;
      results.finish(name);
    }
  } catch (const Error& error) {
    fmt::print(stderr, "{}\n", error.what());
    return static_cast<int>(error.kind());
  }
  return 0;
}

}  // namespace sengen::bench
