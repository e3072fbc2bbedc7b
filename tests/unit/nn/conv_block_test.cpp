// SPDX-License-Identifier: Apache-2.0
// The fused kernels against the same block made of LibTorch's operators.
#include <sengen/nn/conv_block.hpp>

#include <ATen/core/grad_mode.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <torch/types.h>

#include <sengen/core/parallel_for.hpp>
#include <sengen/nn/lane_conv.hpp>
#include <sengen/tensor/random.hpp>

namespace sengen::nn {
namespace {

struct Case {
  ConvBlockShape shape;
  ImageSize in;
  ImageSize size;
  std::int64_t samples = 16;
};

struct Result {
  at::Tensor output;
  at::Tensor grad_input;
  at::Tensor grad_weight;
  at::Tensor grad_bias;
};

// Multiples of 1/16 in [-1, 1]: sums of their products are exact, so that both sides see the same
// ties of a pool and the same signs of a ReLU.
at::Tensor random_tensor(at::IntArrayRef shape, std::uint64_t stream) {
  return (tensor::uniform(shape, -1, 1, Random(7, stream), at::TensorOptions()) * 16).round() / 16;
}

// Runs the block on images [n, ...] in either form, with a random gradient of its output.
Result run(const Case& c, const ConvBlock& block, bool lanes) {
  at::Tensor images =
      random_tensor({c.samples, c.shape.in_channels, c.in.height, c.in.width}, 1).requires_grad_();
  block.convolution.weight.mutable_grad() = at::Tensor();
  block.convolution.bias.mutable_grad() = at::Tensor();
  const at::Tensor input = lanes ? to_lanes(images) : images;
  at::Tensor output = block.forward(input, c.size);
  if (lanes) output = from_lanes(output, c.samples);
  const at::Tensor cotangent = random_tensor(output.sizes(), 2);
  (output * cotangent).sum().backward();
  return {output.detach(), images.grad().clone(), block.convolution.weight.grad().clone(),
          block.convolution.bias.grad().clone()};
}

// Largest difference relative to the largest value.
double distance(const at::Tensor& a, const at::Tensor& b) {
  const double scale = std::max(1e-30, b.abs().max().item<double>());
  return (a - b).abs().max().item<double>() / scale;
}

double largest_distance(const Result& a, const Result& b) {
  EXPECT_EQ(a.output.sizes(), b.output.sizes());
  // Sums over all cells may cancel to little.
  constexpr double kCancelling = 0.1;
  return std::max({distance(a.output, b.output), distance(a.grad_input, b.grad_input),
                   kCancelling * distance(a.grad_weight, b.grad_weight),
                   kCancelling * distance(a.grad_bias, b.grad_bias)});
}

ConvBlock make_block(const ConvBlockShape& shape) {
  ConvBlock block(shape, "block", Initialiser(3));
  const at::NoGradGuard no_gradient;
  // Small: where tanh is flat, it would make ties.
  block.convolution.weight.copy_(random_tensor(block.convolution.weight.sizes(), 4) / 8);
  block.convolution.bias.copy_(random_tensor({shape.out_channels}, 3));
  return block;
}

RC_GTEST_PROP(ConvBlock, FusedKernelsAreTheirTwin, ()) {
  Case c;
  c.shape.in_channels = *rc::gen::inRange(1, 19);
  c.shape.out_channels = *rc::gen::inRange(1, 19);
  c.shape.activation = static_cast<Activation>(*rc::gen::inRange(0, 4));
  c.shape.doubling = *rc::gen::arbitrary<bool>();
  c.shape.pooling = *rc::gen::arbitrary<bool>() ? Pooling::kMax : Pooling::kNone;
  c.in = {*rc::gen::inRange<std::int64_t>(1, 21), *rc::gen::inRange<std::int64_t>(1, 90)};
  c.size = c.in;
  if (c.shape.doubling) {
    c.size = {2 * c.in.height - *rc::gen::inRange(0, 2), 2 * c.in.width - *rc::gen::inRange(0, 2)};
  }
  c.samples = *rc::gen::inRange<std::int64_t>(1, 40);
  const ConvBlock block = make_block(c.shape);
  RC_ASSERT(largest_distance(run(c, block, true), run(c, block, false)) < 2e-5);
}

TEST(ConvBlock, ThreadsDoNotChangeBits) {
  const Case c{{8, 16, Activation::kTanh, Pooling::kMax, false}, {24, 48}, {24, 48}, 32};
  const ConvBlock block = make_block(c.shape);
  const int before = threads();
  set_threads(1);
  const Result one = run(c, block, true);
  set_threads(3);
  const Result three = run(c, block, true);
  set_threads(before);
  EXPECT_TRUE(one.output.equal(three.output));
  EXPECT_TRUE(one.grad_input.equal(three.grad_input));
  EXPECT_TRUE(one.grad_weight.equal(three.grad_weight));
  EXPECT_TRUE(one.grad_bias.equal(three.grad_bias));
}

TEST(ConvBlock, LanesOfOtherPoolingsAndPrecisionsGoThroughTheTwin) {
  for (const Pooling pooling : {Pooling::kAverage, Pooling::kStride}) {
    const Case c{{3, 4, Activation::kRelu, pooling, false}, {7, 9}, {7, 9}, 5};
    const ConvBlock block = make_block(c.shape);
    EXPECT_LT(largest_distance(run(c, block, true), run(c, block, false)), 1e-5);
  }
}

}  // namespace
}  // namespace sengen::nn
