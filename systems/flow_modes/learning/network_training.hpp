// SPDX-License-Identifier: Apache-2.0
// Training of one autoencoder: batches of normalised fluctuations, mean squared error over fluid
// cells by their weights, and the phase penalty of nonlinear modes:
//   penalty * variance * (corr(r_1, r_2) - cos(offset))^2   for every pair of latents (1, 2), ...
// The correlation is that of the whole batch, whatever ranks share it. Why: two modes f1(r1) +
// f2(r2) with latents in quadrature cannot make the even harmonics of a limit cycle; 35 to 40
// degrees serve the second and the third.
#pragma once

#include <string>

#include <sengen/study/context.hpp>
#include <sengen/train/loop.hpp>

#include "../learning_config.hpp"
#include "../split.hpp"
#include "autoencoder.hpp"
#include "field_data.hpp"

namespace sengen::flow_modes {

// A network of train.networks.
struct NetworkPlan {
  std::string name;
  AutoencoderShape shape;
  double phase_penalty = 0;

  // "mdae_error_2": the metric of its error.
  std::string metric() const;
};

// kUsage when the shape does not fit images of this size.
NetworkPlan plan_network(const std::string& name, const NetworkConfig& config, nn::ImageSize size,
                         std::int64_t components);

// What the checkpoints of a training belong to: a hash of all that changes its arithmetic. Neither
// the device nor the number of ranks does (to round-off), and none of what other networks and seeds
// there are. inputs: hash of the data and of the split (Context::inputs_key).
std::string training_key(const NetworkPlan& plan, std::uint64_t seed, const LearningConfig& config,
                         const std::string& inputs);

struct TrainedNetwork {
  Autoencoder network;
  train::LoopResult result;
  double samples_per_second = 0;
};

// Collective. Goes on from its checkpoints, below checkpoints/<name>-<seed>.
TrainedNetwork train_network(const NetworkPlan& plan, std::uint64_t seed, const FieldData& data,
                             const Split& split, const LearningConfig& config,
                             study::Context& context);

// Device and precision of a study's tensors. LibTorch gets this process's threads. Collective.
at::TensorOptions tensor_options(const TrainConfig& config, const parallel::Communicator& comm);

// Whether images of this device and precision go through the fused kernels in lanes form.
bool uses_lanes(const AutoencoderShape& shape, const at::TensorOptions& options);

// The phase penalty's gradient, spread over ranks: this rank's latents [n, latents] of a batch;
// the value is the same on all ranks and counts as that of one. weights: of samples, or undefined.
at::Tensor phase_penalty(const at::Tensor& latents, const at::Tensor& weights, double cosine,
                         const parallel::Communicator& comm);

}  // namespace sengen::flow_modes
