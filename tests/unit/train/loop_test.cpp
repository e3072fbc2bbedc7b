// SPDX-License-Identifier: Apache-2.0
// The loop on a small regression: going on exactly, early stopping, damaged checkpoints, stops.
#include <sengen/train/loop.hpp>

#include <cmath>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/types.h>
#include <unistd.h>

#include <sengen/core/error.hpp>
#include <sengen/core/stop.hpp>
#include <sengen/nn/dense.hpp>
#include <sengen/tensor/random.hpp>
#include <sengen/train/updater.hpp>

#include "tests/devices.hpp"

namespace sengen::train {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class LoopTest : public ::testing::Test {
 protected:
  using BeforeStep = std::function<void(std::int64_t update)>;

  void SetUp() override {
    const auto* info = ::testing::UnitTest::GetInstance()->current_test_info();
    folder =
        fs::path(::testing::TempDir()) / ("sengen-loop-" + std::to_string(getpid()) + info->name());
    fs::remove_all(folder);
    fs::create_directories(folder);
  }
  void TearDown() override {
    clear_stop_request();
    fs::remove_all(folder);
  }

  // What a training leaves: its weights and the result.
  struct Trained {
    at::Tensor weights;
    LoopResult result;
  };

  // A plane through points by Adam, on `device`. poison: the update whose loss is NaN.
  Trained train(const LoopOptions& options, std::int64_t poison = -1,
                const BeforeStep& before_step = {}, const Loop::Validation& validate = {}) {
    study::Context context(parallel::Communicator::self(), Log(), folder, 1);
    const at::TensorOptions tensors = at::TensorOptions().device(device);
    const nn::Dense dense(4, 1, "dense", nn::Initialiser(1, tensors));
    UpdaterOptions updater_options;
    updater_options.schedule = {ScheduleKind::kCosine, 0.05, 0.001, 0, options.updates};
    updater_options.average_decay = 0.9;
    Updater updater(nn::tensors_of(dense), updater_options, context.comm());
    Loop loop("line", options, folder / "checkpoints", context);
    loop.keep(updater.state());
    loop.keep("optimiser.steps", updater.steps());
    const auto step = [&](std::int64_t update) {
      if (before_step) before_step(update);
      const Random random(9, static_cast<std::uint64_t>(update));
      const at::Tensor x = tensor::normal({8, 4}, random, tensors);
      updater.clear();
      at::Tensor loss = (dense.forward(x) - x.sum(1, true)).square().mean();
      if (update == poison) loss = loss * NAN;
      loss.backward();
      return updater.apply(update, loss.item<double>());
    };
    const LoopResult result = loop.run(step, validate);
    return {updater.parameters().values().detach().clone().cpu(), result};
  }

  void train_until_stopped(const LoopOptions& options, std::int64_t last_update) {
    clear_stop_request();
    try {
      train(options, -1, [last_update](std::int64_t update) {
        if (update == last_update) request_stop();
      });
      ADD_FAILURE() << "was not stopped";
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kStopped);
    }
    clear_stop_request();
  }

  io::Checkpoint newest() const {
    io::CheckpointStore store(folder / "checkpoints", parallel::Communicator::self());
    auto checkpoint = store.load_newest();
    EXPECT_TRUE(checkpoint.has_value());
    return std::move(*checkpoint);
  }

  fs::path folder;
  at::Device device = at::kCPU;
};

TEST_F(LoopTest, LearnsAndKeepsTheCurve) {
  for (const at::Device& each : devices()) {
    SCOPED_TRACE(each);
    device = each;
    fs::remove_all(folder / "checkpoints");
    const Trained trained = train({.updates = 200, .report_every = 10});
    EXPECT_EQ(trained.result.updates, 200);
    ASSERT_EQ(trained.result.curve.loss.size(), 20U);
    EXPECT_LT(trained.result.curve.loss.back(), 0.05 * trained.result.curve.loss.front());
    EXPECT_TRUE(fs::exists(folder / "metrics.jsonl"));
    EXPECT_TRUE(fs::exists(folder / "events" / "line"));
  }
}

TEST_F(LoopTest, GoesOnExactlyAfterStops) {
  for (const at::Device& each : devices()) {
    SCOPED_TRACE(each);
    device = each;
    fs::remove_all(folder / "checkpoints");
    const LoopOptions options{.updates = 100, .report_every = 7};
    const Trained whole = train(options);
    fs::remove_all(folder / "checkpoints");
    for (const std::int64_t update : {3, 50, 90}) train_until_stopped(options, update);
    const Trained parts = train(options);
    EXPECT_TRUE(parts.weights.equal(whole.weights));
    EXPECT_EQ(parts.result.curve.loss, whole.result.curve.loss);
    // All is done: the next run only reads.
    const Trained again = train(options, 0);
    EXPECT_TRUE(again.weights.equal(whole.weights));
  }
}

TEST_F(LoopTest, FallsBackFromADamagedCheckpoint) {
  for (const at::Device& each : devices()) {
    SCOPED_TRACE(each);
    device = each;
    fs::remove_all(folder / "checkpoints");
    const LoopOptions options{
        .updates = 40, .report_every = 10, .checkpoint_updates = 10, .keep = 3};
    const Trained whole = train(options);
    const fs::path shard = newest().folder() / "shard-0.safetensors";
    std::fstream file(shard, std::ios::in | std::ios::out | std::ios::binary);
    file.seekg(-9, std::ios::end);
    const int byte = file.get();
    file.seekp(-9, std::ios::end);
    file.put(static_cast<char>(byte ^ 1));
    file.close();
    std::int64_t first = -1;
    const Trained again = train(options, -1, [&](std::int64_t update) {
      if (first < 0) first = update;
    });
    EXPECT_EQ(first, 30);
    EXPECT_TRUE(again.weights.equal(whole.weights));
  }
}

TEST_F(LoopTest, StopsAtWhatIsNotFiniteAndKeepsTheLastCheckpoint) {
  for (const at::Device& each : devices()) {
    SCOPED_TRACE(each);
    device = each;
    fs::remove_all(folder / "checkpoints");
    const LoopOptions options{.updates = 40, .report_every = 10, .checkpoint_updates = 10};
    try {
      train(options, 25);
      FAIL() << "was not refused";
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kNumerics);
      EXPECT_THAT(error.what(), HasSubstr("update 25"));
    }
    EXPECT_EQ(newest().step(), 20);
  }
}

TEST_F(LoopTest, LosesPatienceAndTakesTheBest) {
  for (const at::Device& each : devices()) {
    SCOPED_TRACE(each);
    device = each;
    fs::remove_all(folder / "checkpoints");
    // The validation falls until update 60 and rises from there.
    std::int64_t done = 0;
    const auto count = [&](std::int64_t update) { done = update + 1; };
    const auto validate = [&] { return std::abs(static_cast<double>(done) - 60) + 1; };
    const LoopOptions options{
        .updates = 1000, .report_every = 10, .validate_every = 20, .patience = 50};
    const Trained early = train(options, -1, count, validate);
    EXPECT_TRUE(early.result.early);
    EXPECT_EQ(early.result.updates, 110);
    EXPECT_EQ(early.result.best_update, 60);
    EXPECT_EQ(early.result.best_validation, 1);
    // A restart after the end finds the end.
    const Trained again = train(options, 0, count, validate);
    EXPECT_EQ(again.result.updates, 110);
    EXPECT_TRUE(again.weights.equal(early.weights));
    // The weights are those after update 60 of the same training.
    fs::remove_all(folder / "checkpoints");
    train_until_stopped(options, 59);
    io::Checkpoint at_60 = newest();
    EXPECT_EQ(at_60.step(), 60);
    const std::vector<float> weights = at_60.read<float>("weights.weight");
    EXPECT_TRUE(early.weights.narrow(0, 0, 4).equal(at::tensor(at::ArrayRef<float>(weights))));
  }
}

TEST_F(LoopTest, BeginsAnewWithAnotherKeyOrFewerUpdates) {
  LoopOptions options{.updates = 40, .report_every = 10, .key = "one"};
  std::vector<std::int64_t> done;
  const auto note = [&](std::int64_t update) { done.push_back(update); };
  const auto updates_of = [&] {
    done.clear();
    train(options, -1, note);
    return done.empty() ? -1 : done.front();
  };
  EXPECT_EQ(updates_of(), 0);
  EXPECT_EQ(updates_of(), -1) << "it was trained before";
  options.updates = 60;
  EXPECT_EQ(updates_of(), 40) << "the key says that more updates are the same training";
  options.updates = 20;
  EXPECT_EQ(updates_of(), 0);
  options.key = "two";
  EXPECT_EQ(updates_of(), 0);
}

}  // namespace
}  // namespace sengen::train
