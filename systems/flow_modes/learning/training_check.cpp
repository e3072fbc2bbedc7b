// SPDX-License-Identifier: Apache-2.0
// What refuses trainings that cannot work, before anything is computed.
#include <fmt/format.h>

#include <sengen/core/error.hpp>
#include <sengen/io/snapshots.hpp>
#include <sengen/tensor/device.hpp>

#include "../geometry.hpp"
#include "learning_stages.hpp"
#include "network_training.hpp"

namespace sengen::flow_modes {

namespace {

constexpr std::int64_t kSolverComponents = 2;  // u, v

// What networks will see, known before there are snapshots.
struct Images {
  nn::ImageSize size;
  std::int64_t components = 0;
};

Images images_of(const Config& config) {
  if (config.data.file.empty()) {
    const lattice_boltzmann::Window window = recorded_window(config);
    return {{window.ny, window.nx}, kSolverComponents};
  }
  const io::SnapshotInfo info = io::SnapshotReader(config.data.file).info();
  require_planes(info);
  return {{info.shape[1], info.shape[2]}, info.component_count()};
}

}  // namespace

void check_training(const Config& config, const parallel::Communicator& comm) {
  const TrainConfig& train = config.learning.train;
  tensor::choose_device(train.device, 0);
  if (train.batch < comm.size()) {
    throw Error(
        ErrorKind::kUsage,
        fmt::format("train.batch = {} cannot be shared by {} ranks", train.batch, comm.size()),
        "raise the batch or use fewer ranks");
  }
  if (train.final_rate > train.rate) {
    throw Error(ErrorKind::kUsage, fmt::format("train.final_rate = {:g} is above train.rate = {:g}",
                                               train.final_rate, train.rate));
  }
  if (train.patience > 0 && config.learning.split.validation <= 0) {
    throw Error(ErrorKind::kUsage, "train.patience needs validation snapshots",
                "set split.validation to their part, 0.3 for example");
  }
  if (train.patience > 0 && train.patience < train.validate_every) {
    throw Error(ErrorKind::kUsage,
                fmt::format("train.patience = {} ends before the first validation, "
                            "train.validate_every = {}",
                            train.patience, train.validate_every));
  }
  if (train.nesterov && (train.optimiser != "sgd" || train.momentum <= 0)) {
    throw Error(ErrorKind::kUsage, "train.nesterov is a form of the momentum of SGD",
                "set train.optimiser = \"sgd\" and train.momentum, 0.9 for example");
  }
  const Images images = images_of(config);
  for (const std::string& name : train.networks) {
    plan_network(name, config.learning.network, images.size, images.components);
  }
}

}  // namespace sengen::flow_modes
