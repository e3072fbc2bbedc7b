// SPDX-License-Identifier: Apache-2.0
// Checkpoints whose content follows from their step, for tests that look whether one is whole.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <sengen/io/checkpoint_store.hpp>

namespace sengen::io {

// A few arrays of a training, full of numbers that no other step has.
struct State {
  std::vector<float> weight;
  std::vector<double> moment;
  std::vector<std::int64_t> position;

  explicit State(std::int64_t step, std::size_t size = 300) : weight(size), moment(size / 3) {
    const auto number = static_cast<double>(step);
    for (std::size_t i = 0; i < weight.size(); ++i) {
      weight[i] = static_cast<float>(number + 0.001 * static_cast<double>(i));
    }
    for (std::size_t i = 0; i < moment.size(); ++i) {
      moment[i] = number / (1 + static_cast<double>(i));
    }
    position = {step, 7 * step, -step};
  }
  std::vector<NamedArray> arrays(const std::string& prefix = "") const {
    const auto count = [](const auto& values) { return static_cast<std::int64_t>(values.size()); };
    return {named_array<float>(prefix + "weight", {count(weight) / 3, 3}, weight),
            named_array<double>(prefix + "moment", {count(moment)}, moment),
            named_array<std::int64_t>(prefix + "position", {3}, position)};
  }
  bool is_in(Checkpoint& checkpoint, const std::string& prefix = "") const {
    return checkpoint.read<float>(prefix + "weight") == weight &&
           checkpoint.read<double>(prefix + "moment") == moment &&
           checkpoint.read<std::int64_t>(prefix + "position") == position;
  }
};

inline void save_state(CheckpointStore& store, std::int64_t step, bool best = false) {
  const State state(step);
  store.save(step, state.arrays(), {{"config", "of step " + std::to_string(step)}}, best);
}

// Everything is what save_state() saved at the checkpoint's step.
inline bool is_whole_state(Checkpoint& checkpoint) {
  return State(checkpoint.step()).is_in(checkpoint) && checkpoint.names().size() == 3 &&
         checkpoint.metadata() ==
             Metadata{{"config", "of step " + std::to_string(checkpoint.step())}};
}

}  // namespace sengen::io
