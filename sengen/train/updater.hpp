// SPDX-License-Identifier: Apache-2.0
// Updater: from the gradients that backward() left to new weights. Sums gradients over ranks in
// buckets, refuses what is not finite, clips by the norm of all gradients together (Pascanu et al.,
// ICML 2013), takes the optimiser's step at the schedule's rate, and keeps a moving average of the
// weights where asked for. Losses must be normalised by the batch of all ranks together; then N
// ranks do what one would.
#pragma once

#include <cstdint>

#include <sengen/parallel/communicator.hpp>
#include <sengen/train/optimiser.hpp>
#include <sengen/train/schedule.hpp>

namespace sengen::train {

struct UpdaterOptions {
  OptimiserOptions optimiser;
  Schedule schedule;
  double clip_norm = 0;      // 0: no clipping
  double average_decay = 0;  // of the weights' moving average; 0: none
  std::int64_t bucket_bytes = 4 << 20;
};

class Updater {
 public:
  // Collective: all ranks take the root's weights.
  Updater(nn::NamedTensors parameters, const UpdaterOptions& options,
          const parallel::Communicator& comm);

  // Before backward().
  void clear() const { parameters_.zero_gradients(); }
  // After it. loss: this rank's share. Returns the loss of all ranks. kNumerics naming update and
  // tensor when loss or gradient is not finite; weights are then as they were. Collective.
  double apply(std::int64_t update, double loss);

  // What a restart needs, by name.
  nn::NamedTensors state() const;
  std::int64_t& steps() noexcept { return optimiser_.steps(); }

  const FlatParameters& parameters() const noexcept { return parameters_; }
  double last_gradient_norm() const noexcept { return gradient_norm_; }
  // Puts the averages in the weights' place and the weights in theirs; does nothing where no
  // average is kept. Twice is as never: for validation.
  void swap_average();

 private:
  void sum_over_ranks() const;
  [[noreturn]] void refuse(std::int64_t update, double loss) const;

  FlatParameters parameters_;
  UpdaterOptions options_;
  parallel::Communicator comm_;
  Optimiser optimiser_;
  at::Tensor average_;
  double gradient_norm_ = 0;
};

}  // namespace sengen::train
