// SPDX-License-Identifier: Apache-2.0
#include <sengen/nn/loss.hpp>

#include <ATen/TensorOperators.h>

#include <sengen/nn/images.hpp>

namespace sengen::nn {

at::Tensor weighted_square_error(const at::Tensor& y, const at::Tensor& x,
                                 const at::Tensor& cell_weights, const at::Tensor& sample_weights,
                                 double normaliser) {
  const bool lanes = has_lanes(y);
  at::Tensor squares = (y - x).square();
  if (cell_weights.defined()) {
    squares = squares * (lanes ? cell_weights.unsqueeze(-1) : cell_weights);
  }
  if (sample_weights.defined()) {
    squares = squares * (lanes ? sample_weights.view({y.size(0), 1, 1, 1, y.size(4)})
                               : sample_weights.view({y.size(0), 1, 1, 1}));
  }
  return squares.sum() / normaliser;
}

}  // namespace sengen::nn
