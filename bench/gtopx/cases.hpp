// SPDX-License-Identifier: Apache-2.0
// The cases of the bench of the space-mission problems.
#pragma once

#include <string>
#include <vector>

#include "../results.hpp"

namespace sengen::bench {

struct Setting {
  int seeds = 10;                           // of searches
  std::vector<std::string> instances = {};  // of searches; empty: all
  bool again = false;                       // measures what the file of results has already
};

// Evaluations of every instance on one thread, one by one and in batches, against the published
// time of the reference functions.
void speed(const Setting& setting, Results& results);
// Times to 1.005 x the best known values.
void solve_missions(const Setting& setting, Results& results);

}  // namespace sengen::bench
