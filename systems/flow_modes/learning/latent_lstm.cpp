// SPDX-License-Identifier: Apache-2.0
#include "latent_lstm.hpp"

#include <algorithm>
#include <cmath>

#include <ATen/core/grad_mode.h>
#include <fmt/format.h>
#include <torch/types.h>

#include <sengen/core/error.hpp>
#include <sengen/train/loader.hpp>
#include <sengen/train/updater.hpp>

namespace sengen::flow_modes {

namespace {

// Windows of a series: {rows, the rows after them}.
class Windows : public train::Dataset {
 public:
  Windows(at::Tensor series, std::int64_t window) : series_(std::move(series)), window_(window) {}
  std::int64_t size() const override { return series_.size(0) - window_; }
  train::Batch load(std::span<const std::int64_t> samples) const override {
    std::vector<at::Tensor> seen;
    std::vector<at::Tensor> next;
    for (const std::int64_t first : samples) {
      seen.push_back(series_.narrow(0, first, window_));
      next.push_back(series_.narrow(0, first + 1, window_));
    }
    return {at::stack(seen), at::stack(next)};
  }

 private:
  at::Tensor series_;
  std::int64_t window_;
};

void standardise_by(std::span<const double> series, LatentLstm& model) {
  const auto latents = model.mean.size();
  const std::size_t times = series.size() / latents;
  const auto rows = static_cast<double>(times);
  for (std::size_t k = 0; k < latents; ++k) {
    double sum = 0;
    for (std::size_t i = k; i < series.size(); i += latents) sum += series[i];
    model.mean[k] = sum / rows;
    double squares = 0;
    for (std::size_t i = k; i < series.size(); i += latents) {
      squares += (series[i] - model.mean[k]) * (series[i] - model.mean[k]);
    }
    // A latent that does not move is of no use, but no reason to divide by zero.
    model.scale[k] = squares > 0 ? std::sqrt(squares / rows) : 1;
  }
}

at::Tensor standardised(const LatentLstm& model, std::span<const double> series) {
  const std::int64_t latents = model.latents();
  const auto rows = static_cast<std::int64_t>(series.size()) / latents;
  const at::Tensor values = at::empty({rows, latents}, at::kDouble);
  double* target = values.mutable_data_ptr<double>();
  for (std::size_t i = 0; i < series.size(); ++i) {
    const std::size_t k = i % model.mean.size();
    target[i] = (series[i] - model.mean[k]) / model.scale[k];
  }
  return values.to(model.answer.weight.options().requires_grad(false));
}

}  // namespace

LatentLstm::LatentLstm(std::int64_t latents, std::int64_t hidden, std::int64_t layers,
                       const nn::Initialiser& initialiser)
    : lstm(latents, hidden, layers, "lstm", initialiser),
      answer(hidden, latents, "answer", initialiser),
      mean(static_cast<std::size_t>(latents), 0),
      scale(static_cast<std::size_t>(latents), 1) {}

at::Tensor LatentLstm::next(const at::Tensor& rows) const {
  return answer.forward(lstm.forward(rows).sequence);
}

std::vector<double> LatentLstm::run_freely(std::span<const double> seen, std::int64_t steps) const {
  const at::NoGradGuard no_gradient;
  at::Tensor rows = standardised(*this, seen).unsqueeze(0);
  nn::Lstm::State state;
  std::vector<double> made;
  for (std::int64_t step = 0; step < steps; ++step) {
    const nn::Lstm::Output output = lstm.forward(rows, state);
    state = output.state;
    rows = answer.forward(output.sequence.narrow(1, rows.size(1) - 1, 1));
    const at::Tensor row = rows.to(at::kCPU, at::kDouble).contiguous();
    for (std::size_t k = 0; k < mean.size(); ++k) {
      made.push_back(mean[k] + scale[k] * row.const_data_ptr<double>()[k]);
    }
  }
  return made;
}

void LatentLstm::collect(const std::string& prefix, nn::NamedTensors& list) const {
  lstm.collect(prefix + "lstm.", list);
  answer.collect(prefix + "answer.", list);
}

TrainedLstm train_lstm(std::span<const double> series, std::int64_t latents,
                       const LearningConfig& learning, study::Context& context) {
  const RomConfig& config = learning.rom;
  const auto rows = static_cast<std::int64_t>(series.size()) / latents;
  if (rows < config.window + 2) {
    throw Error(ErrorKind::kInput,
                fmt::format("{} snapshots of the teaching time are too few for windows of {}", rows,
                            config.window),
                "lower rom.window or raise split.train_fraction");
  }
  LatentLstm model(latents, config.hidden, config.layers, nn::Initialiser(context.seed()));
  standardise_by(series, model);
  const Windows windows(standardised(model, series), config.window);
  const std::int64_t batch =
      std::max<std::int64_t>(context.comm().size(), std::min(config.batch, windows.size()));
  train::Loader loader(windows, {.batch = batch, .seed = context.seed()}, context.comm());
  train::UpdaterOptions options;
  options.schedule = {train::ScheduleKind::kCosine, config.rate, config.rate / 100, 0,
                      config.updates};
  options.clip_norm = config.clip_norm;
  train::Updater updater(nn::tensors_of(model), options, context.comm());
  const std::int64_t judged = config.window - config.window / 2;
  const double normaliser = static_cast<double>(batch * judged * latents);

  const CheckpointConfig& checkpoints = learning.checkpoints;
  train::Loop loop("lstm",
                   {.updates = config.updates,
                    .report_every = 20,
                    .checkpoint_seconds = checkpoints.seconds,
                    .checkpoint_updates = checkpoints.updates,
                    .keep = checkpoints.keep},
                   context.file("checkpoints") / "lstm", context);
  loop.keep(updater.state());
  loop.keep("optimiser.steps", updater.steps());
  const train::LoopResult result = loop.run([&](std::int64_t update) {
    const train::Batch batch_windows = loader.take(update);
    updater.clear();
    const at::Tensor rest = model.next(batch_windows[0]) - batch_windows[1];
    const at::Tensor loss = rest.narrow(1, config.window / 2, judged).square().sum() / normaliser;
    loss.backward();
    return updater.apply(update, loss.item<double>());
  });
  return {model, result};
}

}  // namespace sengen::flow_modes
