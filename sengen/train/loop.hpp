// SPDX-License-Identifier: Apache-2.0
// Loop: calls a step many times and does what every training needs around it: progress, curves and
// metrics, validation, early stopping, checkpoints, going on after a kill exactly where a
// checkpoint was, and ending with one when asked to stop. What a step does is the caller's:
// supervised learning, stochastic reconfiguration, a round of active learning. Collective
// throughout.
//
//   train::Loop loop("network", options, folder, context);
//   loop.keep(updater.state());
//   loop.keep("optimiser.steps", updater.steps());
//   const auto result = loop.run([&](std::int64_t update) { ...; return loss; }, validate);
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <sengen/io/checkpoint_store.hpp>
#include <sengen/nn/named_tensors.hpp>
#include <sengen/study/context.hpp>

namespace sengen::train {

struct LoopOptions {
  std::int64_t updates = 1000;
  // Points of the curve: the loss is the mean over these updates.
  std::int64_t report_every = 50;
  std::int64_t validate_every = 0;  // updates; 0: never
  // Stops after so many updates without a better validation and takes the best weights; 0: never.
  std::int64_t patience = 0;
  double checkpoint_seconds = 60;
  std::int64_t checkpoint_updates = 0;  // 0: by time alone
  std::int64_t keep = 2;                // checkpoints, besides the best
  // What checkpoints belong to: a hash of all that changes the training's arithmetic. Empty: the
  // key of the stage.
  std::string key = {};
};

struct Curve {
  std::vector<double> update;
  std::vector<double> loss;
  std::vector<double> validation;  // NaN where none was made
};

struct LoopResult {
  std::int64_t updates = 0;  // done in all
  bool early = false;        // patience ended it
  double best_validation = std::numeric_limits<double>::infinity();
  std::int64_t best_update = 0;
  Curve curve;
  double step_seconds = 0;  // in steps, over all restarts
};

class Loop {
 public:
  // Does update number `update` and returns its loss, the same on all ranks.
  using Step = std::function<double(std::int64_t update)>;
  // The smaller the better; the same on all ranks.
  using Validation = std::function<double()>;

  // label: in progress and metrics; folder: of the checkpoints. Those of another key, or of more
  // updates, are removed: they belong to other options.
  Loop(std::string label, const LoopOptions& options, std::filesystem::path folder,
       study::Context& context);

  // What must be the same after a restart: overwritten in place by a checkpoint's.
  void keep(const nn::NamedTensors& tensors);
  void keep(const std::string& name, std::int64_t& number);

  // kStopped (exit code 6) after a checkpoint when somebody wants to stop.
  LoopResult run(const Step& step, const Validation& validate = {});

 private:
  void go_on(LoopResult& result);
  void warn_of(const io::Checkpoint& checkpoint) const;
  void take(io::Checkpoint& checkpoint, LoopResult& result);
  void take_best(LoopResult& result);
  void save(const LoopResult& result, bool best);
  void report(LoopResult& result);
  bool validate_now(LoopResult& result, const Validation& validate);

  std::string label_;
  LoopOptions options_;
  study::Context& context_;
  std::filesystem::path folder_;
  io::CheckpointStore store_;
  nn::NamedTensors tensors_;
  std::vector<std::pair<std::string, std::int64_t*>> numbers_;
  double loss_sum_ = 0;  // since the last point of the curve
  std::int64_t loss_count_ = 0;
  std::int64_t saved_at_ = -1;
};

}  // namespace sengen::train
