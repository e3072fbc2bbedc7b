// SPDX-License-Identifier: Apache-2.0
// Training on N ranks is training on one: weights of a small MD-CNN-AE after 20 steps of SGD in
// double, gradients in float, validation and penalty included, with batches that do not divide.
#include <filesystem>
#include <optional>

#include <gtest/gtest.h>
#include <torch/types.h>
#include <unistd.h>

#include <sengen/io/snapshots.hpp>
#include <sengen/tensor/random.hpp>

#include "mpi_main.hpp"
#include "systems/flow_modes/learning/evaluation.hpp"
#include "systems/flow_modes/learning/network_training.hpp"
#include "tests/devices.hpp"

namespace sengen::flow_modes {
namespace {

namespace fs = std::filesystem;
using parallel::Communicator;

constexpr std::int64_t kSnapshots = 30;
constexpr std::int64_t kHeight = 12;
constexpr std::int64_t kWidth = 17;

class TrainingTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const Communicator world = Communicator::world();
    const std::string name =
        world.broadcast("sengen-training-" + std::to_string(getpid()) +
                        ::testing::UnitTest::GetInstance()->current_test_info()->name());
    folder = fs::path(::testing::TempDir()) / name;
    if (world.is_root()) {
      fs::create_directories(folder);
      write_snapshots();
    }
    world.barrier();
    fs::create_directories(folder / std::to_string(world.rank()));
    reader.emplace(folder / "data.h5");
    for (std::int64_t t = 0; t < kSnapshots; ++t) {
      split.parts.push_back(t % 5 == 4   ? Part::kHeldOut
                            : t % 5 == 2 ? Part::kValidation
                                         : Part::kTrain);
      split.phases.push_back(static_cast<double>(t) / 7);
    }
    split.train_end = kSnapshots;
    config.network.phase_penalty = 0.1;
    config.network.encoder = {4, 3};
    config.network.decoder = {4};
    config.train.optimiser = "sgd";
    config.train.schedule = "constant";
    config.train.rate = 0.5;
    config.train.batch = 13;
    config.train.updates = 20;
    config.train.validate_every = 5;
    config.train.final_rate = 0;
  }
  void TearDown() override {
    Communicator::world().barrier();
    if (Communicator::world().is_root()) fs::remove_all(folder);
  }

  void write_snapshots() {
    io::SnapshotInfo info;
    info.shape = {kSnapshots, kHeight, kWidth, 2};
    for (std::int64_t t = 0; t < kSnapshots; ++t)
      info.times.push_back(0.25 * static_cast<double>(t));
    info.axes = {std::vector<double>(kHeight), std::vector<double>(kWidth)};
    for (std::size_t axis = 0; axis < 2; ++axis) {
      for (std::size_t i = 0; i < info.axes[axis].size(); ++i) {
        info.axes[axis][i] = static_cast<double>(i);
      }
    }
    info.components = {"u", "v"};
    info.solid.assign(kHeight * kWidth, 0);
    info.weights.assign(kHeight * kWidth, 1);
    info.solid[3 * kWidth + 4] = 1;
    const at::Tensor noise = tensor::normal({kSnapshots, kHeight, kWidth, 2}, Random(21),
                                            at::TensorOptions().dtype(at::kFloat));
    io::SnapshotWriter writer(folder / "data.h5", info);
    for (std::int64_t t = 0; t < kSnapshots; ++t) {
      writer.write(t, noise[t].const_data_ptr<float>());
    }
    writer.commit();
  }

  // What a training on these ranks gives, judged on them.
  struct Trained {
    at::Tensor weights;
    double validation = 0;
    Evaluation evaluation;
  };
  Trained train(const Communicator& comm, const at::TensorOptions& options) {
    const fs::path mine = comm.size() == Communicator::world().size() && comm.size() > 1
                              ? folder
                              : folder / std::to_string(Communicator::world().rank());
    study::Context context(comm, Log(), mine, 5);
    FieldData data(*reader, 100, options);
    data.normalise_by(split.snapshots(Part::kTrain), config.network.scale, comm);
    const NetworkPlan plan = plan_network("mdae", config.network, data.size(), data.components());
    TrainedNetwork trained = train_network(plan, 5, data, split, config, context);
    Trained result;
    result.validation = trained.result.curve.validation.back();
    const at::Tensor means = settle_gauge(trained.network, data, split, comm);
    result.evaluation = evaluate(trained.network, means, data, split, comm);
    std::vector<at::Tensor> list;
    for (const nn::NamedTensor& entry : nn::tensors_of(trained.network)) {
      list.push_back(entry.tensor.detach().reshape({-1}).to(at::kCPU, at::kDouble));
    }
    result.weights = at::cat(list);
    comm.barrier();
    if (comm.is_root()) fs::remove_all(mine / "checkpoints");
    comm.barrier();
    return result;
  }

  fs::path folder;
  std::optional<io::SnapshotReader> reader;
  Split split;
  LearningConfig config;
};

TEST_F(TrainingTest, TwentyStepsInDoubleAreThoseOfOneRank) {
  for (const at::Device& device : devices()) {
    const at::TensorOptions options = at::TensorOptions().dtype(at::kDouble).device(device);
    SCOPED_TRACE(device);
    Communicator::world().barrier();
    const Trained one = train(Communicator::self(), options);
    Communicator::world().barrier();
    const Trained all = train(Communicator::world(), options);
    EXPECT_LT((all.weights - one.weights).abs().max().item<double>(), 1e-10);
    EXPECT_NEAR(all.validation, one.validation, 1e-12);
    EXPECT_NEAR(all.evaluation.error, one.evaluation.error, 1e-10);
    EXPECT_NEAR(all.evaluation.lost_harmonics[0], one.evaluation.lost_harmonics[0], 1e-10);
    for (std::size_t i = 0; i < one.evaluation.latents.size(); ++i) {
      ASSERT_NEAR(all.evaluation.latents[i], one.evaluation.latents[i], 1e-10);
    }
  }
}

TEST_F(TrainingTest, GradientsInFloatAreThoseOfOneRank) {
  config.train.updates = 1;
  for (const at::Device& device : devices()) {
    SCOPED_TRACE(device);
    config.train.rate = 1;
    Communicator::world().barrier();
    const at::TensorOptions options = at::TensorOptions().dtype(at::kFloat).device(device);
    const Trained one = train(Communicator::self(), options);
    config.train.rate = 1e-12;
    Communicator::world().barrier();
    const Trained start = train(Communicator::self(), options);
    config.train.rate = 1;
    Communicator::world().barrier();
    const Trained all = train(Communicator::world(), options);
    const double gradient = (one.weights - start.weights).norm().item<double>();
    EXPECT_GT(gradient, 1e-3);
    EXPECT_LT((all.weights - one.weights).norm().item<double>(), 1e-5 * gradient);
  }
}

}  // namespace
}  // namespace sengen::flow_modes
