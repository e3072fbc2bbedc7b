// SPDX-License-Identifier: Apache-2.0
// What the evaluator of GTOPX and the optimisers reach: ./bootstrap bench gtopx [CASE...]. Hours
// for the searches; seeds are kept one by one in the file of results, so that a run that was
// stopped goes on.
#include "../cases_main.hpp"
#include "cases.hpp"

int main(int argc, char** argv) {
  using namespace sengen::bench;
  Setting setting;
  CLI::App app("Space-mission problems against the figures of the reference functions");
  app.add_option("--seeds", setting.seeds, "searches of an instance")->capture_default_str();
  app.add_option("--instance", setting.instances, "of the searches alone");
  app.add_flag("--again", setting.again, "measure what the file of results has already");
  return run_cases(argc, argv, "gtopx", app,
                   {{"speed", [&](Results& results) { speed(setting, results); }},
                    {"solve", [&](Results& results) { solve_missions(setting, results); }}});
}
