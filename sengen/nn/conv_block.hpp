// SPDX-License-Identifier: Apache-2.0
// What convolutional autoencoders and U-nets are made of, one block of an encoder or a decoder:
//   [doubling] -> convolution 3x3 "same" + bias -> activation -> [pooling]
// Images in lanes form, in float on the CPU, with no or max-pooling, are worked on by the fused
// kernels of lane_conv.hpp; everything else by LibTorch's operators, which are the oracle of the
// kernels in tests and the path on other devices.
#pragma once

#include <string>

#include <sengen/nn/activation.hpp>
#include <sengen/nn/convolution.hpp>
#include <sengen/nn/images.hpp>

namespace sengen::nn {

struct ConvBlockShape {
  std::int64_t in_channels = 1;
  std::int64_t out_channels = 1;
  Activation activation = Activation::kTanh;
  Pooling pooling = Pooling::kNone;
  // Doubles its input first, to the size given to forward.
  bool doubling = false;
};

struct ConvBlock {
  ConvBlockShape shape;
  Convolution convolution;

  ConvBlock(const ConvBlockShape& shape, const std::string& name, const Initialiser& initialiser);

  // size: of the convolution (before pooling); that of the images unless they are doubled. The
  // result has the form (lanes or not) of the images.
  at::Tensor forward(const at::Tensor& images, ImageSize size) const;
  void collect(const std::string& prefix, NamedTensors& list) const;

 private:
  bool is_fused(const at::Tensor& images) const;
  at::Tensor forward_unfused(const at::Tensor& images, ImageSize size) const;
};

}  // namespace sengen::nn
