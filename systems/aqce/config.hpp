// SPDX-License-Identifier: Apache-2.0
// What a user of aqce can set.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <sengen/circuits/encoder.hpp>
#include <sengen/circuits/mps_encoder.hpp>
#include <sengen/circuits/synthesis.hpp>
#include <sengen/core/options.hpp>

#include "picture_encoding.hpp"

namespace sengen::aqce {

// The state, and how it becomes amplitudes.
struct StateConfig {
  std::string state;
  std::vector<std::string> with;  // further states: one circuit for all
  std::string segments = "1";
  std::string ordering = "raster";
  bool pad = false;
};

struct EncodeConfig {
  std::int64_t gates = 60;
  double fidelity = 0;
  std::int64_t cnots = 0;
  std::string coupling = "all";
  std::string kind = "auto";
  std::string insertion = "mixed";
  std::int64_t starts = 0;
  std::int64_t keep = 2;
  std::int64_t moves = 100;
  std::int64_t first = 12;
  std::int64_t more = 6;
  std::int64_t sweeps = 20;
  std::int64_t search_every = 1;
  std::int64_t rivals = 4;
  std::int64_t polish = 200;
  double kick = 0.15;
  double depth_price = 0;
  double cnot_price = 0;
  std::string from;
  std::int64_t shots = 0;
  bool slice = false;
  bool mps = false;
  std::int64_t range = 2;
  std::int64_t bond = 16;
};

struct CompileConfig {
  std::string gates;  // of the verb compile
  std::string basis = "cx";
};

// Of the noise that the best number of gates is judged by.
struct NoiseConfig {
  double cnot_error = 0.003;
  double one_qubit_error = 0.0003;
};

struct VerifyConfig {
  std::string circuit;
  std::string state;
  double fidelity = 0;
  bool mps = false;
  std::int64_t bond = 256;
};

struct DecodeConfig {
  std::string circuit;
  std::string like;
};

struct DatasetConfig {
  std::string file;
  std::string dataset;
  std::int64_t first = 0;
  std::int64_t count = 0;
};

struct Config {
  StateConfig state;
  EncodeConfig encode;
  CompileConfig compile;
  NoiseConfig noise;
  VerifyConfig verify;
  DecodeConfig decode;
  DatasetConfig dataset;
};

void declare(Options& options, Config& config);

// The options in the terms of the library. coupling, from: read here (kInput); check_config says
// what can be known without the state.
PictureCoding picture_coding(const StateConfig& state);
std::vector<circuits::Pair> coupling_pairs(const std::string& coupling, int qubits);
circuits::EncodeOptions encode_options(const EncodeConfig& encode, int qubits, bool is_real,
                                       std::uint64_t seed);
// Whether a study's state is taken as matrix product state.
bool takes_mps(const Config& config);
// The same of a target that is a matrix product state. kUsage for what such a search does not do.
circuits::MpsEncodeOptions mps_options(const EncodeConfig& encode, bool is_real,
                                       std::uint64_t seed);
void check_mps_options(const Config& config);
// How circuits of a study become elementary gates.
circuits::SynthesisOptions synthesis_options(const Config& config, int qubits);
// The states of a study as they were written.
std::vector<std::string> state_words(const StateConfig& state);

}  // namespace sengen::aqce
