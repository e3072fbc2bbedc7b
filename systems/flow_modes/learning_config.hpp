// SPDX-License-Identifier: Apache-2.0
// Options of what flow-modes learns: which snapshots teach, the networks, their training, and the
// forecast in their latents. Times are counted in updates (weights changed once), not in epochs.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <sengen/core/options.hpp>

namespace sengen::flow_modes {

struct SplitConfig {
  std::string hold_out = "none";
  std::int64_t bins = 24;
  std::int64_t every = 3;
  double train_fraction = 0.45;
  double validation = 0;
};

struct NetworkConfig {
  std::int64_t modes = 2;
  std::vector<std::int64_t> encoder;
  std::vector<std::int64_t> decoder;
  std::string activation = "tanh";
  std::string pooling = "max";
  double scale = 5;
  double phase_penalty = 0;
  double phase_offset = 38;
};

struct TrainConfig {
  std::vector<std::string> networks;
  std::int64_t seeds = 1;
  std::int64_t updates = 10000;
  std::int64_t batch = 16;
  std::string optimiser = "adam";
  double rate = 3e-3;
  std::string schedule = "cosine";
  double final_rate = 3e-5;
  std::int64_t warmup = 0;
  double epsilon = 1e-8;
  double momentum = 0;
  bool nesterov = false;
  double weight_decay = 0;
  double clip_norm = 0;
  double average_decay = 0;
  std::int64_t validate_every = 500;
  std::int64_t patience = 0;
  std::string device = "auto";
  std::string precision = "float";
  std::int64_t memory_megabytes = 4096;
  std::int64_t pictures = 24;
};

// No part of what a stage depends on: changing it trains nothing anew.
struct CheckpointConfig {
  double seconds = 30;
  std::int64_t updates = 0;
  std::int64_t keep = 2;
};

struct RomConfig {
  double periods = 20;
  std::int64_t hidden = 32;
  std::int64_t layers = 1;
  std::int64_t window = 48;
  std::int64_t updates = 1500;
  std::int64_t batch = 32;
  double rate = 5e-3;
  double clip_norm = 1;
  double delays = 1;
};

struct PredictConfig {
  std::string model;
  std::string data;
  std::int64_t steps = 0;
  std::string by = "lstm";
};

struct LearningConfig {
  SplitConfig split;
  NetworkConfig network;
  TrainConfig train;
  CheckpointConfig checkpoints;
  RomConfig rom;
  PredictConfig predict;
};

// Declares the tables split, network, train, checkpoints, rom and predict; config must outlive
// options.
void declare(Options& options, LearningConfig& config);

}  // namespace sengen::flow_modes
