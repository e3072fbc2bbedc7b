// SPDX-License-Identifier: Apache-2.0
#include <sengen/nn/initialiser.hpp>

#include <gtest/gtest.h>
#include <torch/types.h>

#include <sengen/nn/dense.hpp>
#include <sengen/tensor/device.hpp>

namespace sengen::nn {
namespace {

TEST(Initialiser, DependsOnSeedAndNameAlone) {
  const Initialiser initialiser(1);
  const at::Tensor first = initialiser.uniform("a", {3, 4}, 1);
  EXPECT_FALSE(first.equal(initialiser.uniform("b", {3, 4}, 1)));
  EXPECT_FALSE(first.equal(Initialiser(2).uniform("a", {3, 4}, 1)));
  EXPECT_TRUE(first.equal(initialiser.uniform("a", {3, 4}, 1)));
  // The first rows of a taller tensor: the index in the whole decides.
  EXPECT_TRUE(first.equal(initialiser.uniform("a", {5, 4}, 1).narrow(0, 0, 3)));
}

TEST(Initialiser, GlorotHasItsVarianceAndBound) {
  const at::Tensor weights = Initialiser(3).glorot("w", {200, 300}, 300, 200);
  const double bound = std::sqrt(6.0 / 500);
  EXPECT_LE(weights.abs().max().item<double>(), bound);
  EXPECT_NEAR(weights.var().item<double>(), bound * bound / 3, 0.01 * bound * bound / 3);
  EXPECT_NEAR(weights.mean().item<double>(), 0, 0.01 * bound);
}

TEST(Initialiser, IsTheSameInBothPrecisionsAndOnEveryDevice) {
  const Initialiser wide(4, at::TensorOptions().dtype(at::kDouble));
  const at::Tensor expected = Dense(4, 3, "d", Initialiser(4)).weight;
  EXPECT_TRUE(Dense(4, 3, "d", wide).weight.to(at::kFloat).equal(expected));
  if (tensor::has_gpu()) {
    const Initialiser gpu(4, at::TensorOptions().device(tensor::choose_device("cuda")));
    EXPECT_TRUE(Dense(4, 3, "d", gpu).weight.cpu().equal(expected));
  }
}

}  // namespace
}  // namespace sengen::nn
