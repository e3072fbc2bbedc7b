// SPDX-License-Identifier: Apache-2.0
#include <sengen/study/system.hpp>

namespace sengen::study {

const Verb* System::find_verb(const std::string& verb) const {
  for (const Verb& known : verbs) {
    if (known.name == verb) return &known;
  }
  return nullptr;
}

}  // namespace sengen::study
