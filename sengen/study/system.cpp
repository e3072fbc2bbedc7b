// SPDX-License-Identifier: Apache-2.0
#include <sengen/study/system.hpp>

#include <algorithm>
#include <set>

namespace sengen::study {

const Verb* System::find_verb(const std::string& verb) const {
  for (const Verb& known : verbs) {
    if (known.name == verb) return &known;
  }
  return nullptr;
}

std::vector<std::string> System::tables_of(const Verb& verb) const {
  std::vector<std::string> tables = verb.tables;
  std::set<std::string> walked;
  // Backwards: stages are declared after those that they need.
  for (auto stage = stages.rbegin(); stage != stages.rend(); ++stage) {
    if (verb.last_stage == "*" || stage->name == verb.last_stage) walked.insert(stage->name);
    if (walked.contains(stage->name)) walked.insert(stage->after.begin(), stage->after.end());
  }
  for (const Stage& stage : stages) {
    if (!walked.contains(stage.name)) continue;
    for (const std::string& table : stage.tables) {
      if (std::find(tables.begin(), tables.end(), table) == tables.end()) tables.push_back(table);
    }
  }
  return tables;
}

}  // namespace sengen::study
