// SPDX-License-Identifier: Apache-2.0
// Fronts and the ant colony against pagmo's at equal evaluations, and the fronts of the missions of
// GTOPX against the reference files: ./bootstrap bench fronts_peers [CASE...].
#include "../cases_main.hpp"
#include "cases.hpp"

int main(int argc, char** argv) {
  using namespace sengen::bench;
  Setting setting{.data = test_data("gtopx")};
  CLI::App app("Fronts and the ant colony against pagmo's, fronts of missions");
  app.add_option("--seeds", setting.seeds, "runs of each");
  app.add_option("--scale", setting.scale, "of the budgets of missions' fronts");
  app.add_option("--seed", setting.seed, "of missions' fronts");
  app.add_option("--folder", setting.folder, "for the missions' fronts (CSV)");
  const auto with_setting = [&](auto measure) {
    return [&setting, measure](Results& results) { measure(setting, results); };
  };
  return run_cases(argc, argv, "fronts_peers", app,
                   {{"populations", with_setting(populations)},
                    {"colonies", with_setting(colonies)},
                    {"cassini1-mo", with_setting(cassini_front)},
                    {"cassini1-mo-minlp", with_setting(cassini_sequences_front)}},
                   1);
}
