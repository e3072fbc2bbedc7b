// SPDX-License-Identifier: Apache-2.0
// The cases of the bench.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "../results.hpp"

namespace sengen::bench {

struct Setting {
  std::filesystem::path data;  // SENGEN_TEST_DATA/gtopx
  int seeds = 10;
  std::string folder = {};  // for the fronts found, CSV; empty: none is written
  double scale = 1;         // of the budgets of the fronts of missions
  std::uint64_t seed = 1;   // of these
};

// NSGA-II and MOEA/D against pagmo's at equal evaluations: hypervolume.
void populations(const Setting& setting, Results& results);
// The ant colony against gaco at equal evaluations: median of the best value.
void colonies(const Setting& setting, Results& results);
// The front of instance 9, and that of instance 10 with the sequences chosen too, against those of
// the reference files.
void cassini_front(const Setting& setting, Results& results);
void cassini_sequences_front(const Setting& setting, Results& results);

}  // namespace sengen::bench
