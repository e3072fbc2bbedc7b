// SPDX-License-Identifier: Apache-2.0
// Recorder: the one stream of a training's numbers, which goes to metrics.jsonl of the output
// directory and, for TensorBoard, to events/<label>/. The root writes, other ranks do nothing. A
// history of what happened: a run that goes on after a kill appends, repeating what was lost.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <sengen/io/event_file.hpp>
#include <sengen/io/json_lines.hpp>
#include <sengen/study/context.hpp>

namespace sengen::train {

using Numbers = std::vector<std::pair<std::string, double>>;

class Recorder {
 public:
  Recorder(const std::string& label, const study::Context& context);

  void record(std::int64_t update, const Numbers& numbers);

 private:
  std::string label_;
  std::string stage_;
  std::optional<io::JsonLines> lines_;
  std::optional<io::EventFile> events_;
};

}  // namespace sengen::train
