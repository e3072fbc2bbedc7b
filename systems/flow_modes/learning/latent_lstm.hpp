// SPDX-License-Identifier: Apache-2.0
// Forecast of latents by an LSTM on standardised values: from what it has seen so far it says the
// next snapshot. It learns that on windows of the teaching time with every step known, judged on
// their second halves, since with its first rows it only gets its bearings; then it runs freely on
// its own answers.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <sengen/nn/dense.hpp>
#include <sengen/nn/lstm.hpp>
#include <sengen/study/context.hpp>
#include <sengen/train/loop.hpp>

#include "../learning_config.hpp"

namespace sengen::flow_modes {

struct LatentLstm {
  nn::Lstm lstm;
  nn::Dense answer;
  std::vector<double> mean;  // of every latent over the teaching time
  std::vector<double> scale;

  LatentLstm(std::int64_t latents, std::int64_t hidden, std::int64_t layers,
             const nn::Initialiser& initialiser);

  std::int64_t latents() const { return static_cast<std::int64_t>(mean.size()); }
  // Standardised [n, steps, latents] -> the row after each.
  at::Tensor next(const at::Tensor& rows) const;
  // The `steps` rows that follow seen, [rows, latents] in latent units.
  std::vector<double> run_freely(std::span<const double> seen, std::int64_t steps) const;
  void collect(const std::string& prefix, nn::NamedTensors& list) const;
};

// Collective; series: the latents of the teaching time, [rows, latents]. kInput when it is shorter
// than a window.
struct TrainedLstm {
  LatentLstm model;
  train::LoopResult result;
};
TrainedLstm train_lstm(std::span<const double> series, std::int64_t latents,
                       const LearningConfig& config, study::Context& context);

}  // namespace sengen::flow_modes
