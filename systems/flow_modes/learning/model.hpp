// SPDX-License-Identifier: Apache-2.0
// Model: everything that a trained flow-modes model is, in one safetensors file: the autoencoder,
// the mean that fluctuations are about, grid, units, the range of what it was taught, and the
// forecast models of its latents. A caller passes physical values. docs/formats.md has the layout.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <sengen/io/snapshots.hpp>
#include <sengen/linalg/autoregression.hpp>

#include "autoencoder.hpp"
#include "field_data.hpp"
#include "latent_lstm.hpp"

namespace sengen::flow_modes {

// Smallest and largest values seen in teaching.
struct TrainingRange {
  std::vector<double> field_low;  // of every component, physical
  std::vector<double> field_high;
  std::vector<double> latent_low;
  std::vector<double> latent_high;
};

struct Model {
  std::string name;  // of train.networks
  Autoencoder network;
  Normalisation normalisation = {};
  at::Tensor mode_means = {};  // [mode, component, y, x], normalised, part of the mean of the flow
  // The grid of the data it was taught with, without snapshots: shape [0, y, x, c].
  io::SnapshotInfo grid = {};
  double time_step = 0;
  TrainingRange range = {};
  double snapshots_per_period = 0;  // 0: the flow was not periodic
  std::optional<LatentLstm> lstm = {};
  std::optional<linalg::Autoregression> linear = {};
};

void save_model(const std::filesystem::path& path, const Model& model);
// In the precision that it was trained in. kInput naming what the file lacks or has in another
// form.
Model load_model(const std::filesystem::path& path, at::Device device);
// Device and precision of a model's network, which its images need.
at::TensorOptions options_of(const Model& model);

// kInput naming the first difference between a model's grid and that of data for it.
void check_grid(const Model& model, const io::SnapshotInfo& info, const std::string& model_name,
                const std::string& data_name);

}  // namespace sengen::flow_modes
