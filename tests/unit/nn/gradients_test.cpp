// SPDX-License-Identifier: Apache-2.0
// Gradients of layers in double against central differences, on every device at hand.
#include <functional>

#include <ATen/core/grad_mode.h>
#include <gtest/gtest.h>
#include <torch/types.h>

#include <sengen/nn/conv_block.hpp>
#include <sengen/nn/dense.hpp>
#include <sengen/nn/loss.hpp>
#include <sengen/nn/lstm.hpp>
#include <sengen/tensor/random.hpp>

#include "tests/devices.hpp"

namespace sengen::nn {
namespace {

constexpr double kStep = 1e-5;
constexpr double kTolerance = 1e-7;

at::TensorOptions options_on(const at::Device& device) {
  return at::TensorOptions().dtype(at::kDouble).device(device);
}

at::Tensor random_tensor(at::IntArrayRef shape, std::uint64_t stream, const at::Device& device) {
  return tensor::normal(shape, Random(11, stream), options_on(device));
}

// value(): a scalar that depends on the tensors of the list.
void expect_gradients(const NamedTensors& list, const std::function<at::Tensor()>& value) {
  for (const NamedTensor& entry : list) entry.tensor.mutable_grad() = at::Tensor();
  value().backward();
  for (const NamedTensor& entry : list) {
    ASSERT_TRUE(entry.tensor.grad().defined()) << entry.name;
    const at::Tensor gradient = entry.tensor.grad().cpu().flatten();
    const double scale = std::max(1.0, gradient.abs().max().item<double>());
    const at::NoGradGuard no_gradient;
    const at::Tensor flat = entry.tensor.detach().view({-1});
    for (std::int64_t i = 0; i < flat.numel(); ++i) {
      const double kept = flat[i].item<double>();
      flat[i].fill_(kept + kStep);
      const double above = value().item<double>();
      flat[i].fill_(kept - kStep);
      const double below = value().item<double>();
      flat[i].fill_(kept);
      EXPECT_NEAR(gradient[i].item<double>() / scale, (above - below) / (2 * kStep) / scale,
                  kTolerance)
          << entry.name << "[" << i << "]";
    }
  }
}

TEST(Gradients, OfConvolutionBlocks) {
  for (const at::Device& device : devices()) {
    for (const Pooling pooling :
         {Pooling::kNone, Pooling::kMax, Pooling::kAverage, Pooling::kStride}) {
      const bool doubling = pooling == Pooling::kNone;
      const ConvBlock block({2, 3, Activation::kTanh, pooling, doubling}, "block",
                            Initialiser(5, options_on(device)));
      at::Tensor images = random_tensor({2, 2, 5, 4}, 1, device).requires_grad_();
      const ImageSize size = doubling ? ImageSize{9, 8} : ImageSize{5, 4};
      NamedTensors list = tensors_of(block);
      list.push_back({"images", images});
      const at::Tensor shape = block.forward(images, size);
      const at::Tensor cotangent = random_tensor(shape.sizes(), 2, device);
      expect_gradients(list, [&] { return (block.forward(images, size) * cotangent).sum(); });
    }
  }
}

TEST(Gradients, OfConvolutionsInOneTwoAndThreeDimensions) {
  for (const at::Device& device : devices()) {
    for (const std::size_t dimensions : {1U, 2U, 3U}) {
      ConvolutionShape shape{.in_channels = 2, .out_channels = 2, .padding = 2, .dilation = 2};
      shape.kernel.assign(dimensions, 3);
      const Convolution layer(shape, "layer", Initialiser(6, options_on(device)));
      std::vector<std::int64_t> extents = {2, 2};
      extents.insert(extents.end(), dimensions, 4);
      at::Tensor x = random_tensor(extents, 3, device).requires_grad_();
      NamedTensors list = tensors_of(layer);
      list.push_back({"x", x});
      expect_gradients(list, [&] { return layer.forward(x).sin().sum(); });
    }
  }
}

TEST(Gradients, OfDenseLayersAndActivations) {
  for (const at::Device& device : devices()) {
    for (const std::string& name : activation_names()) {
      const Dense layer(4, 3, "layer", Initialiser(7, options_on(device)));
      at::Tensor x = random_tensor({5, 4}, 4, device).requires_grad_();
      NamedTensors list = tensors_of(layer);
      list.push_back({"x", x});
      const Activation activation = activation_named(name);
      expect_gradients(list, [&] { return activate(layer.forward(x), activation).square().sum(); });
    }
  }
}

TEST(Gradients, OfTheLstm) {
  for (const at::Device& device : devices()) {
    const Lstm lstm(2, 3, 2, "lstm", Initialiser(8, options_on(device)));
    at::Tensor x = random_tensor({2, 4, 2}, 5, device).requires_grad_();
    NamedTensors list = tensors_of(lstm);
    list.push_back({"x", x});
    const at::Tensor cotangent = random_tensor({2, 4, 3}, 6, device);
    expect_gradients(list, [&] { return (lstm.forward(x).sequence * cotangent).sum(); });
  }
}

TEST(Gradients, OfTheWeightedLoss) {
  for (const at::Device& device : devices()) {
    at::Tensor y = random_tensor({3, 2, 4, 5}, 7, device).requires_grad_();
    const at::Tensor x = random_tensor({3, 2, 4, 5}, 8, device);
    const at::Tensor cells = random_tensor({4, 5}, 9, device).abs();
    const at::Tensor samples = at::tensor({1.0, 0.0, 1.0}, options_on(device));
    expect_gradients({{"y", y}}, [&] { return weighted_square_error(y, x, cells, samples, 40); });
  }
}

}  // namespace
}  // namespace sengen::nn
