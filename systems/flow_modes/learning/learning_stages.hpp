// SPDX-License-Identifier: Apache-2.0
// The stages of flow-modes that need LibTorch:
//   train    -> network.safetensors, networks.h5, latents.csv
//   forecast -> model.safetensors, model.pt, forecast.h5
//   predict  a model and snapshots of the user's -> reconstruction.h5, modes.h5, encoded.csv, and
//            where a forecast is asked for prediction.h5, prediction.csv
// Collective over the context's ranks.
#pragma once

#include <sengen/parallel/communicator.hpp>
#include <sengen/study/context.hpp>

#include "../config.hpp"

namespace sengen::flow_modes {

inline constexpr const char* kNetworkFile = "network.safetensors";
inline constexpr const char* kNetworksFile = "networks.h5";
inline constexpr const char* kLatentsFile = "latents.csv";
inline constexpr const char* kModelFile = "model.safetensors";
inline constexpr const char* kTracedFile = "model.pt";
inline constexpr const char* kForecastFile = "forecast.h5";
inline constexpr const char* kReconstructionFile = "reconstruction.h5";
inline constexpr const char* kModesFile = "modes.h5";
inline constexpr const char* kEncodedFile = "encoded.csv";
inline constexpr const char* kPredictionFile = "prediction.h5";
inline constexpr const char* kPredictedLatentsFile = "prediction.csv";

// Refuses impossible trainings before anything is computed: kUsage, kResource for a GPU that is not
// there.
void check_training(const Config& config, const parallel::Communicator& comm);
// Trains every network of train.networks with every seed and judges them.
void train_networks(const Config& config, study::Context& context);
// Teaches the latents of the first network to go on by themselves, and judges that.
void make_forecast(const Config& config, study::Context& context);
// Refuses data that do not fit the model (kInput), and forecasts that it cannot make.
void check_prediction(const Config& config);
// Latents, modes and a forecast of other snapshots by a model.
void predict(const Config& config, study::Context& context);

}  // namespace sengen::flow_modes
