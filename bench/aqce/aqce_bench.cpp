// SPDX-License-Identifier: Apache-2.0
// What the encoder of quantum states reaches: ./bootstrap bench aqce [CASE...]. Hours in all;
// states, tiles and draws are kept one by one in the file of results, so that a run that was
// stopped goes on.
#include "../cases_main.hpp"
#include "cases.hpp"

int main(int argc, char** argv) {
  using namespace sengen::bench;
  Setting setting{.data = test_data("quantum")};
  CLI::App app("Circuits for quantum states against the tables of docs/aqce.md");
  app.add_option("--starts", setting.starts, "independent searches");
  app.add_option("--moves", setting.moves, "relocations of a gate");
  app.add_flag("--again", setting.again, "measure what the file of results has already");
  const auto with_setting = [&](auto measure) {
    return [&setting, measure](Results& results) { measure(setting, results); };
  };
  return run_cases(argc, argv, "aqce", app,
                   {{"prototype", with_setting(prototype_rows)},
                    {"aqer", with_setting(aqer_setting)},
                    {"camera", with_setting(camera)},
                    {"known", with_setting(known_circuits)},
                    {"exact", with_setting(exact_states)},
                    {"mps", with_setting(large_mps)},
                    {"speed", with_setting(speed)}});
}
