// SPDX-License-Identifier: Apache-2.0
// The case of the bench that takes hours.
#pragma once

#include <string>
#include <vector>

#include "../cases_main.hpp"

namespace sengen::bench {

struct Setting {
  int seeds = 3;
  std::vector<std::string> instances = {};  // empty: all
  bool again = false;                       // measures what the file of results has already
};

// Expected evaluations until a mission's value is within 1 % and 0.1 % of the best known, of the
// coordinated retry and of pagmo's algorithms.
void mission_times(const Setting& setting, Results& results);

}  // namespace sengen::bench
