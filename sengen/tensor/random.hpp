// SPDX-License-Identifier: Apache-2.0
// Tensors of counter-based random numbers: element i of the row-major whole is a function of
// (seed, stream, first + i) alone, the same on every device, for any number of ranks and threads.
#pragma once

#include <cstdint>

#include <ATen/core/Tensor.h>

#include <sengen/core/random.hpp>

namespace sengen::tensor {

// Even in [low, high).
at::Tensor uniform(at::IntArrayRef shape, double low, double high, const Random& random,
                   const at::TensorOptions& options, std::uint64_t first = 0);
// Mean 0, variance 1.
at::Tensor normal(at::IntArrayRef shape, const Random& random, const at::TensorOptions& options,
                  std::uint64_t first = 0);

}  // namespace sengen::tensor
