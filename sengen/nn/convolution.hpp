// SPDX-License-Identifier: Apache-2.0
// Convolution in one, two or three dimensions (cross-correlation, as all networks say it):
//   y[n, o, p] = bias[o] + sum_{i, k} weight[o, i, k] x[n, i, stride p + dilation k - padding]
// with zeros outside of x. Bias and weights start by Glorot's rule and at 0.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <sengen/nn/initialiser.hpp>
#include <sengen/nn/named_tensors.hpp>

namespace sengen::nn {

struct ConvolutionShape {
  std::int64_t in_channels = 1;
  std::int64_t out_channels = 1;
  std::vector<std::int64_t> kernel = {3, 3};  // one extent a dimension
  std::int64_t stride = 1;
  std::int64_t padding = 1;
  std::int64_t dilation = 1;
};

struct Convolution {
  ConvolutionShape shape;
  at::Tensor weight;  // [out, in, kernel...]
  at::Tensor bias;    // [out]

  Convolution(ConvolutionShape shape, const std::string& name, const Initialiser& initialiser);

  // x [n, in, ...] -> [n, out, ...]
  at::Tensor forward(const at::Tensor& x) const;
  void collect(const std::string& prefix, NamedTensors& list) const;
};

}  // namespace sengen::nn
