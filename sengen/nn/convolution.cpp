// SPDX-License-Identifier: Apache-2.0
#include <sengen/nn/convolution.hpp>

#include <utility>

#include <ATen/ops/convolution.h>

namespace sengen::nn {

Convolution::Convolution(ConvolutionShape convolution, const std::string& name,
                         const Initialiser& initialiser)
    : shape(std::move(convolution)) {
  std::vector<std::int64_t> extents = {shape.out_channels, shape.in_channels};
  double cells = 1;
  for (const std::int64_t extent : shape.kernel) {
    extents.push_back(extent);
    cells *= static_cast<double>(extent);
  }
  weight =
      initialiser.glorot(name + ".weight", extents, cells * static_cast<double>(shape.in_channels),
                         cells * static_cast<double>(shape.out_channels));
  bias = initialiser.zeros({shape.out_channels});
}

at::Tensor Convolution::forward(const at::Tensor& x) const {
  const std::size_t dimensions = shape.kernel.size();
  const std::vector<std::int64_t> stride(dimensions, shape.stride);
  const std::vector<std::int64_t> padding(dimensions, shape.padding);
  const std::vector<std::int64_t> dilation(dimensions, shape.dilation);
  const std::vector<std::int64_t> none(dimensions, 0);
  return at::convolution(x, weight, bias, stride, padding, dilation, false, none, 1);
}

void Convolution::collect(const std::string& prefix, NamedTensors& list) const {
  list.push_back({prefix + "weight", weight});
  list.push_back({prefix + "bias", bias});
}

}  // namespace sengen::nn
