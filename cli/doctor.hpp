// SPDX-License-Identifier: Apache-2.0
// Looks whether this machine has what the program needs.
#pragma once

#include <string>

namespace sengen::cli {

struct Diagnosis {
  bool healthy = true;
  std::string text;  // one line a finding
};

Diagnosis examine();

}  // namespace sengen::cli
