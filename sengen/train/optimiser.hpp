// SPDX-License-Identifier: Apache-2.0
// First-order optimisers on flat parameters.
//   Adam (Kingma & Ba, ICLR 2015): m, s moving averages of g and g^2 with bias correction,
//     w -= rate m / (sqrt(s) + epsilon); decay of the weights apart from the gradient (AdamW,
//     Loshchilov & Hutter, ICLR 2019): w -= rate weight_decay w
//   SGD: v <- momentum v + g; w -= rate v, or with Nesterov's rate (g + momentum v); decay is part
//     of the gradient
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <sengen/train/flat_parameters.hpp>

namespace sengen::train {

enum class OptimiserKind { kAdam, kSgd };

// "adam", "sgd": what options may say; kUsage for other words.
const std::vector<std::string>& optimiser_names();
OptimiserKind optimiser_named(const std::string& name);

struct OptimiserOptions {
  OptimiserKind kind = OptimiserKind::kAdam;
  double beta1 = 0.9;
  double beta2 = 0.999;
  double epsilon = 1e-8;
  double momentum = 0;
  bool nesterov = false;
  double weight_decay = 0;
};

class Optimiser {
 public:
  // parameters must outlive this.
  Optimiser(const FlatParameters& parameters, const OptimiserOptions& options);

  // One update of all values from the gradients.
  void step(double rate);

  // What a restart needs: moments by name, and the number of steps so far.
  nn::NamedTensors state() const;
  std::int64_t& steps() noexcept { return steps_; }

 private:
  void adam_step(double rate);
  void sgd_step(double rate);

  const FlatParameters& parameters_;
  OptimiserOptions options_;
  std::int64_t steps_ = 0;
  at::Tensor first_;   // m, or v of SGD with momentum
  at::Tensor second_;  // s
};

}  // namespace sengen::train
