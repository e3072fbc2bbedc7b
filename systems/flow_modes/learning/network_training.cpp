// SPDX-License-Identifier: Apache-2.0
#include "network_training.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

#include <ATen/core/grad_mode.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <torch/types.h>

#include <sengen/core/hash.hpp>
#include <sengen/core/parallel_for.hpp>
#include <sengen/nn/loss.hpp>
#include <sengen/tensor/device.hpp>
#include <sengen/tensor/runtime.hpp>
#include <sengen/train/loader.hpp>
#include <sengen/train/updater.hpp>

#include "training_set.hpp"

namespace sengen::flow_modes {

namespace {

constexpr std::size_t kValidatedAtOnce = 64;

train::UpdaterOptions updater_options(const TrainConfig& config) {
  train::UpdaterOptions options;
  options.optimiser = {.kind = train::optimiser_named(config.optimiser),
                       .epsilon = config.epsilon,
                       .momentum = config.momentum,
                       .nesterov = config.nesterov,
                       .weight_decay = config.weight_decay};
  options.schedule = {train::schedule_named(config.schedule), config.rate, config.final_rate,
                      config.warmup, config.updates};
  options.clip_norm = config.clip_norm;
  options.average_decay = config.average_decay;
  return options;
}

train::LoopOptions loop_options(const TrainConfig& config, const CheckpointConfig& checkpoints,
                                std::string key) {
  constexpr std::int64_t kPointsOfCurve = 20;  // at least
  return {.updates = config.updates,
          .report_every = std::clamp<std::int64_t>(config.updates / kPointsOfCurve, 1, 50),
          .validate_every = config.validate_every,
          .patience = config.patience,
          .checkpoint_seconds = checkpoints.seconds,
          .checkpoint_updates = checkpoints.updates,
          .keep = checkpoints.keep,
          .key = std::move(key)};
}

// The part of the work that is the same for every batch of one training.
class Training {
 public:
  Training(const NetworkPlan& plan, std::uint64_t seed, const FieldData& data, const Split& split,
           const LearningConfig& config, study::Context& context)
      : plan_(plan),
        data_(data),
        comm_(context.comm()),
        options_(data.cell_weights().options()),
        lanes_(uses_lanes(plan.shape, options_)),
        network_(plan.shape, nn::Initialiser(seed, options_)),
        updater_(nn::tensors_of(network_), updater_options(config.train), comm_),
        training_(data, split.snapshots(Part::kTrain), lanes_),
        validation_(split.snapshots(Part::kValidation)),
        loader_(training_, {.batch = config.train.batch, .seed = seed}, comm_),
        normaliser_(static_cast<double>(config.train.batch) * data.sample_weight()),
        cosine_(std::cos(config.network.phase_offset * std::numbers::pi / 180)) {}

  double step(std::int64_t update) {
    const train::Batch batch = loader_.take(update);
    updater_.clear();
    const at::Tensor latents = network_.encode(batch[0]);
    const at::Tensor made = network_.decode(latents, lanes_);
    at::Tensor loss =
        nn::weighted_square_error(made, batch[0], data_.cell_weights(), batch[1], normaliser_);
    const double share = loss.item<double>();
    if (plan_.phase_penalty > 0 && latents.size(1) > 1) {
      const at::Tensor penalty = phase_penalty(latents, batch[1], cosine_, comm_);
      loss = loss + plan_.phase_penalty * data_.variance() * penalty;
    }
    loss.backward();
    return updater_.apply(update, share);
  }

  // Mean squared error over the validation snapshots, with averaged weights where they are kept.
  double validate() {
    const at::NoGradGuard no_gradient;
    updater_.swap_average();
    const parallel::Range part = parallel::block_range(
        static_cast<std::ptrdiff_t>(validation_.size()), comm_.size(), comm_.rank());
    double sum = 0;
    for (auto n = static_cast<std::size_t>(part.begin); n < static_cast<std::size_t>(part.end);
         n += kValidatedAtOnce) {
      const std::size_t count = std::min(kValidatedAtOnce, static_cast<std::size_t>(part.end) - n);
      const at::Tensor images = data_.images(std::span(validation_).subspan(n, count));
      const train::Batch batch = lanes_ ? in_lanes(images) : train::Batch{images, at::Tensor()};
      const at::Tensor made = network_.decode(network_.encode(batch[0]), lanes_);
      sum += nn::weighted_square_error(made, batch[0], data_.cell_weights(), batch[1], 1)
                 .item<double>();
    }
    updater_.swap_average();
    return comm_.allreduce(sum) / (static_cast<double>(validation_.size()) * data_.sample_weight());
  }

  bool has_validation() const { return !validation_.empty(); }
  train::Updater& updater() { return updater_; }
  Autoencoder& network() { return network_; }

 private:
  const NetworkPlan& plan_;
  const FieldData& data_;
  parallel::Communicator comm_;
  at::TensorOptions options_;
  bool lanes_;
  Autoencoder network_;
  train::Updater updater_;
  TrainingSet training_;
  std::vector<std::int64_t> validation_;
  train::Loader loader_;
  double normaliser_;
  double cosine_;
};

AutoencoderShape widened(AutoencoderShape shape) {
  for (std::int64_t& channels : shape.encoder) channels *= 2;
  for (std::int64_t& channels : shape.decoder) channels *= 2;
  return shape;
}

}  // namespace

std::string NetworkPlan::metric() const { return fmt::format("{}_error_{}", name, shape.latents); }

NetworkPlan plan_network(const std::string& name, const NetworkConfig& config, nn::ImageSize size,
                         std::int64_t components) {
  NetworkPlan plan;
  plan.name = name;
  AutoencoderShape& shape = plan.shape;
  shape.size = size;
  shape.components = components;
  shape.latents = config.modes;
  shape.joint = name.starts_with("ae");
  shape.encoder =
      config.encoder.empty() ? AutoencoderShape::default_encoder(shape.size) : config.encoder;
  shape.decoder =
      config.decoder.empty() ? AutoencoderShape::mirrored(shape.encoder) : config.decoder;
  shape.activation = nn::activation_named(config.activation);
  shape.pooling = nn::pooling_named(config.pooling);
  if (name == "mdae") plan.phase_penalty = config.phase_penalty;
  if (name == "mdae_linear") shape.activation = nn::Activation::kLinear;
  if (name == "ae_wide") shape = widened(shape);
  shape.check();
  return plan;
}

std::string training_key(const NetworkPlan& plan, std::uint64_t seed, const LearningConfig& config,
                         const std::string& inputs) {
  const AutoencoderShape& shape = plan.shape;
  const NetworkConfig& network = config.network;
  const TrainConfig& train = config.train;
  std::string text = fmt::format("inputs {}\nseed {}\n", inputs, seed);
  text += fmt::format("{} components of {} x {}, {} latents, joint {}\n", shape.components,
                      shape.size.height, shape.size.width, shape.latents, shape.joint);
  text += fmt::format("encoder {}, decoder {}, {}, {}\n", fmt::join(shape.encoder, " "),
                      fmt::join(shape.decoder, " "), nn::to_string(shape.activation),
                      nn::to_string(shape.pooling));
  text += fmt::format("scale {}, {}\n", network.scale, train.precision);
  if (plan.phase_penalty > 0) {
    text += fmt::format("penalty {} at {}\n", plan.phase_penalty, network.phase_offset);
  }
  text += fmt::format("{}: epsilon {}, momentum {}, Nesterov {}, decay {}, clip {}, average {}\n",
                      train.optimiser, train.epsilon, train.momentum, train.nesterov,
                      train.weight_decay, train.clip_norm, train.average_decay);
  text += fmt::format("batch {}, {} rate {} to {}, warmup {}\n", train.batch, train.schedule,
                      train.rate, train.final_rate, train.warmup);
  text += fmt::format("validation every {}, patience {}\n", train.validate_every, train.patience);
  // With a constant rate and nothing that judges, more updates go on where fewer ended.
  if (train.schedule != "constant" || config.split.validation > 0) {
    text += fmt::format("{} updates\n", train.updates);
  }
  return hash_text(text);
}

at::TensorOptions tensor_options(const TrainConfig& config, const parallel::Communicator& comm) {
  tensor::initialise(threads());
  return at::TensorOptions()
      .device(tensor::choose_device(config.device, comm.split_by_host().rank()))
      .dtype(tensor::choose_precision(config.precision));
}

bool uses_lanes(const AutoencoderShape& shape, const at::TensorOptions& options) {
  return options.device().is_cpu() && options.dtype() == at::kFloat &&
         shape.pooling == nn::Pooling::kMax;
}

at::Tensor phase_penalty(const at::Tensor& latents, const at::Tensor& weights, double cosine,
                         const parallel::Communicator& comm) {
  // Sums over the batch of this rank with gradient, plus those of the others without.
  const at::Tensor weight = weights.defined() ? weights.unsqueeze(1) : at::ones_like(latents);
  const auto over_ranks = [&](const at::Tensor& own) {
    if (comm.size() == 1) return own;
    const at::Tensor all = own.detach().to(at::kCPU, at::kDouble).contiguous().clone();
    comm.allreduce(
        std::span<double>(all.mutable_data_ptr<double>(), static_cast<std::size_t>(all.numel())));
    return own + (all.to(own.device(), own.scalar_type()) - own.detach());
  };
  const std::int64_t pairs = latents.size(1) / 2;
  const at::Tensor count = over_ranks(weight.sum(0).slice(0, 0, 1));
  // Moments about the mean do not change with the mean, to first order: it needs no gradient, and
  // then no rank needs that of another.
  const at::Tensor mean = (over_ranks((latents * weight).sum(0)) / count).detach();
  const at::Tensor centred = (latents - mean) * weight;
  const at::Tensor own =
      at::cat({centred.square().sum(0),
               (centred.slice(1, 0, 2 * pairs, 2) * centred.slice(1, 1, 2 * pairs, 2)).sum(0)});
  const at::Tensor moments = over_ranks(own);
  const at::Tensor variance = moments.slice(0, 0, latents.size(1));
  const at::Tensor covariance = moments.slice(0, latents.size(1));
  const at::Tensor product =
      variance.slice(0, 0, 2 * pairs, 2) * variance.slice(0, 1, 2 * pairs, 2);
  const at::Tensor correlation = covariance / (product + 1e-24).sqrt();
  return (correlation - cosine).square().sum();
}

TrainedNetwork train_network(const NetworkPlan& plan, std::uint64_t seed, const FieldData& data,
                             const Split& split, const LearningConfig& config,
                             study::Context& context) {
  const std::string label = fmt::format("{}-{}", plan.name, seed);
  Training training(plan, seed, data, split, config, context);
  const std::string key = training_key(plan, seed, config, context.inputs_key());
  train::Loop loop(label, loop_options(config.train, config.checkpoints, key),
                   context.file("checkpoints") / label, context);
  loop.keep(training.updater().state());
  loop.keep("optimiser.steps", training.updater().steps());
  train::Loop::Validation validate;
  if (training.has_validation()) validate = [&] { return training.validate(); };
  const train::LoopResult result =
      loop.run([&](std::int64_t update) { return training.step(update); }, validate);
  training.updater().swap_average();
  TrainedNetwork trained{training.network(), result, 0};
  if (result.step_seconds > 0) {
    trained.samples_per_second =
        static_cast<double>(result.updates * config.train.batch) / result.step_seconds;
  }
  return trained;
}

}  // namespace sengen::flow_modes
