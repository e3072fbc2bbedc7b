// SPDX-License-Identifier: Apache-2.0
#include <sengen/train/updater.hpp>

#include <cmath>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/types.h>

#include <sengen/core/error.hpp>
#include <sengen/nn/dense.hpp>

#include "tests/devices.hpp"

namespace sengen::train {
namespace {

using ::testing::HasSubstr;

parallel::Communicator alone() { return parallel::Communicator::self(); }

nn::Dense make_dense(const at::Device& device) {
  return nn::Dense(3, 2, "d", nn::Initialiser(1, at::TensorOptions().device(device)));
}

UpdaterOptions plain_sgd(double rate) {
  UpdaterOptions options;
  options.optimiser.kind = OptimiserKind::kSgd;
  options.schedule = {ScheduleKind::kConstant, rate};
  return options;
}

TEST(FlatParameters, AreViewsOfOnePiece) {
  for (const at::Device& device : devices()) {
    const nn::Dense dense = make_dense(device);
    const at::Tensor weight = dense.weight.detach().clone();
    const FlatParameters flat(nn::tensors_of(dense));
    EXPECT_EQ(flat.values().numel(), 8);
    EXPECT_TRUE(dense.weight.equal(weight));
    flat.values().fill_(2);
    EXPECT_EQ(dense.bias.sum().item<double>(), 4);
    const at::Tensor x = at::ones({5, 3}, weight.options());
    dense.forward(x).sum().backward();
    dense.forward(x).sum().backward();
    EXPECT_EQ(flat.gradients().narrow(0, 6, 2).sum().item<double>(), 20);
    flat.zero_gradients();
    EXPECT_EQ(dense.bias.grad().sum().item<double>(), 0);
  }
}

TEST(Updater, FollowsTheGradient) {
  for (const at::Device& device : devices()) {
    const nn::Dense dense = make_dense(device);
    Updater updater(nn::tensors_of(dense), plain_sgd(0.5), alone());
    const at::Tensor before = dense.bias.detach().clone();
    updater.clear();
    dense.bias.sum().backward();
    EXPECT_EQ(updater.apply(0, 1.25), 1.25);
    EXPECT_TRUE(at::allclose(dense.bias, before - 0.5));
  }
}

TEST(Updater, ClipsTheNormOfAllGradients) {
  const nn::Dense dense = make_dense(at::kCPU);
  UpdaterOptions options = plain_sgd(1);
  options.clip_norm = 0.1;
  Updater updater(nn::tensors_of(dense), options, alone());
  const at::Tensor before = updater.parameters().values().clone();
  updater.clear();
  (3 * dense.weight.sum() + 4 * dense.bias.sum()).backward();
  updater.apply(0, 1);
  EXPECT_NEAR(updater.last_gradient_norm(), std::sqrt(6 * 9 + 2 * 16.0), 1e-5);
  EXPECT_NEAR((updater.parameters().values() - before).norm().item<double>(), 0.1, 1e-6);
}

TEST(Updater, NamesWhatIsNotFinite) {
  const nn::Dense dense = make_dense(at::kCPU);
  Updater updater(nn::tensors_of(dense), {}, alone());
  const at::Tensor before = updater.parameters().values().clone();
  const auto message = [&](double loss) -> std::string {
    try {
      updater.apply(41, loss);
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kNumerics);
      return error.what();
    }
    return "";
  };
  updater.clear();
  EXPECT_THAT(message(std::numeric_limits<double>::quiet_NaN()), HasSubstr("update 41"));
  dense.bias.mutable_grad().fill_(std::numeric_limits<float>::infinity());
  EXPECT_THAT(message(1), HasSubstr("gradient of 'bias'"));
  EXPECT_TRUE(updater.parameters().values().equal(before));
  updater.parameters().values().narrow(0, 2, 1).fill_(NAN);
  EXPECT_THAT(message(1), HasSubstr("weights 'weight'"));
}

TEST(Updater, AveragesWeights) {
  const nn::Dense dense = make_dense(at::kCPU);
  UpdaterOptions options = plain_sgd(1);
  options.average_decay = 0.75;
  Updater updater(nn::tensors_of(dense), options, alone());
  const at::Tensor before = dense.bias.detach().clone();
  updater.clear();
  dense.bias.sum().backward();
  updater.apply(0, 1);
  const at::Tensor after = dense.bias.detach().clone();
  updater.swap_average();
  EXPECT_TRUE(at::allclose(dense.bias, 0.75 * before + 0.25 * after));
  updater.swap_average();
  EXPECT_TRUE(dense.bias.equal(after));
}

}  // namespace
}  // namespace sengen::train
