// SPDX-License-Identifier: Apache-2.0
// Losses of images in either form (images.hpp).
#pragma once

#include <ATen/core/Tensor.h>

namespace sengen::nn {

// sum over samples, channels and cells of weight (y - x)^2 / normaliser, where weight = that of the
// cell [row, column] times that of the sample [n]; either may be undefined (1 everywhere). Solid
// cells and filled-up samples have weight 0. A mean squared error has the normaliser
// samples x channels x sum of the cells' weights, of the whole batch, whatever ranks share it.
at::Tensor weighted_square_error(const at::Tensor& y, const at::Tensor& x,
                                 const at::Tensor& cell_weights, const at::Tensor& sample_weights,
                                 double normaliser);

}  // namespace sengen::nn
