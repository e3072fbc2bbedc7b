// SPDX-License-Identifier: Apache-2.0
// flow-modes: the table of its stages and verbs.
#include <functional>
#include <memory>

#include <sengen/study/system.hpp>

#include "stages.hpp"
#if SENGEN_HAVE_TORCH
#include <sengen/tensor/memory_error.hpp>

#include "learning/learning_stages.hpp"
#endif

namespace sengen::flow_modes {

namespace {

using study::Context;
using study::Stage;

Stage simulate_stage(const std::shared_ptr<Config>& config) {
  return {
      .name = "simulate",
      .summary = "computes the flow with the lattice Boltzmann solver and records it",
      .tables = {"flow", "domain", "snapshots"},
      .outputs = {kDataFile, kDataXdmf, kForcesFile, kProbesFile},
      .version = 2,
      .run = [config](Context& context) { simulate(*config, context); },
      .inputs =
          [config] {
            return config->domain.mask.empty()
                       ? std::vector<std::filesystem::path>{}
                       : std::vector<std::filesystem::path>{config->domain.mask};
          },
      .wanted = [config] { return config->data.file.empty(); },
      .check =
          [config](const parallel::Communicator& comm) { check_simulation(*config, comm.size()); }};
}

// The user's own snapshots, where there are some.
std::vector<std::filesystem::path> data_of_user(const Config& config) {
  if (config.data.file.empty()) return {};
  return {config.data.file};
}

Stage split_stage(const std::shared_ptr<Config>& config) {
  return {.name = "split",
          .summary = "decides which snapshots teach and which judge",
          .after = {"simulate"},
          .tables = {"data", "split"},
          .outputs = {kSplitFile},
          .uses_seed = true,
          .run = [config](Context& context) { split_snapshots(*config, context); },
          .inputs = [config] { return data_of_user(*config); },
          .wanted = [config] { return is_split(*config); },
          .check = [config](const auto&) { check_data(*config); }};
}

Stage pod_stage(const std::shared_ptr<Config>& config) {
  return {.name = "pod",
          .summary = "decomposes the fluctuations into orthogonal modes",
          .after = {"simulate", "split"},
          .tables = {"data", "pod"},
          .outputs = {kPodFile, kPodXdmf, kPodTable, kCoefficientsFile},
          .version = 2,
          .run = [config](Context& context) { decompose(*config, context); },
          .inputs = [config] { return data_of_user(*config); },
          .check = [config](const auto&) { check_data(*config); }};
}

#if SENGEN_HAVE_TORCH
// What a stage with LibTorch runs.
std::function<void(Context&)> learns(const std::shared_ptr<Config>& config,
                                     void (*work)(const Config&, Context&)) {
  return [config, work](Context& context) {
    tensor::with_memory_errors([&] { work(*config, context); });
  };
}

bool is_learning(const Config& config) { return !config.learning.train.networks.empty(); }

Stage train_stage(const std::shared_ptr<Config>& config) {
  return {.name = "train",
          .summary = "trains networks that split the flow into nonlinear modes",
          .after = {"simulate", "split"},
          .tables = {"data", "network", "train"},
          .outputs = {kNetworkFile, kNetworksFile, kLatentsFile},
          .version = 2,
          .uses_seed = true,
          .run = learns(config, train_networks),
          .inputs = [config] { return data_of_user(*config); },
          .wanted = [config] { return is_learning(*config); },
          .check = [config](const auto& comm) { check_training(*config, comm); }};
}

Stage forecast_stage(const std::shared_ptr<Config>& config) {
  return {.name = "forecast",
          .summary = "teaches the latents to go on by themselves",
          .after = {"train"},
          .tables = {"data", "rom"},
          .outputs = {kModelFile, kTracedFile, kForecastFile},
          .uses_seed = true,
          .run = learns(config, make_forecast),
          .wanted = [config] { return is_learning(*config); }};
}

Stage predict_stage(const std::shared_ptr<Config>& config) {
  const auto files = [config] {
    const PredictConfig& predict = config->learning.predict;
    return std::vector<std::filesystem::path>{predict.model, predict.data};
  };
  return {.name = "predict",
          .summary = "shows other snapshots to a trained model",
          .tables = {"predict"},
          .outputs = {kReconstructionFile, kModesFile, kEncodedFile, kPredictionFile,
                      kPredictedLatentsFile},
          .leaves =
              [config](const std::string& output) {
                const bool of_forecast =
                    output == kPredictionFile || output == kPredictedLatentsFile;
                return !of_forecast || config->learning.predict.steps > 0;
              },
          .run = learns(config, predict),
          .inputs = files,
          .wanted = [config] { return !config->learning.predict.model.empty(); },
          .check = [config](const auto&) { check_prediction(*config); }};
}
#endif

Stage report_stage(const std::shared_ptr<Config>& config) {
  std::vector<std::string> after = {"simulate", "pod"};
#if SENGEN_HAVE_TORCH
  after.insert(after.end(), {"train", "forecast"});
#endif
  return {.name = "report",
          .summary = "draws fields, modes, spectra, energy, forces and forecasts on one page",
          .after = after,
          .tables = {"report"},
          .outputs = {kReportFile},
          .run = [config](Context& context) { make_report(*config, context); }};
}

}  // namespace

study::System make_system() {
  auto config = std::make_shared<Config>();
  study::System system;
  system.name = "flow-modes";
  system.summary = "modes, spectra and forces of an unsteady flow";
  declare(system.options, *config);
  system.stages = {simulate_stage(config), split_stage(config), pod_stage(config)};
#if SENGEN_HAVE_TORCH
  system.stages.push_back(train_stage(config));
  system.stages.push_back(forecast_stage(config));
  system.stages.push_back(predict_stage(config));
#endif
  system.stages.push_back(report_stage(config));
  system.verbs = {
      {.name = "run",
       .summary = "everything: simulate, decompose, train, forecast, report",
       .tables = {"data"},
       .last_stage = "*"},
      {.name = "simulate", .summary = "only the solver", .tables = {}, .last_stage = "simulate"},
      {.name = "pod",
       .summary = "up to the modes; DATA.h5 in place of the solver",
       .tables = {"data", "pod"},
       .last_stage = "pod"},
#if SENGEN_HAVE_TORCH
      {.name = "train",
       .summary = "up to the trained model: train STUDY.toml, or DATA.h5 --networks mdae",
       .tables = {"data", "train"},
       .last_stage = "forecast"},
      {.name = "predict",
       .summary = "a trained model at work: predict MODEL.safetensors DATA.h5 --steps 48",
       .tables = {"predict"},
       .last_stage = "predict",
       .uses_ranks = false},
#endif
      {.name = "report", .summary = "up to the report", .tables = {"data"}, .last_stage = "report"},
      {.name = "import",
       .summary = "makes DATA (NPY, HDF5) a file of snapshots: import DATA --dt 0.1 -o data.h5",
       .tables = {"import"},
       .action = [config](Context& context) { import_data(*config, context); },
       .check = [config](const auto&) { check_import(*config); },
       .file_endings = {".h5", ".hdf5"},
       .uses_ranks = false},
  };
  return system;
}

}  // namespace sengen::flow_modes
