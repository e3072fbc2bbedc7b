// SPDX-License-Identifier: Apache-2.0
// First weights. A weight is a function of (seed, name of the tensor, index in the whole tensor)
// alone: it does not depend on the order in which layers are made, on ranks or on the device.
#pragma once

#include <cstdint>
#include <string>

#include <ATen/core/Tensor.h>

namespace sengen::nn {

class Initialiser {
 public:
  // options: device and precision of all tensors made here; they require gradients.
  explicit Initialiser(std::uint64_t seed, at::TensorOptions options = {});

  at::Tensor zeros(at::IntArrayRef shape) const;
  // Even in [-bound, bound).
  at::Tensor uniform(const std::string& name, at::IntArrayRef shape, double bound) const;
  // Even with bound sqrt(6 / (inputs + outputs)); Glorot & Bengio, AISTATS 2010, eq. 16. inputs,
  // outputs: how many terms a sum of the layer has, forwards and backwards.
  at::Tensor glorot(const std::string& name, at::IntArrayRef shape, double inputs,
                    double outputs) const;

  const at::TensorOptions& options() const noexcept { return options_; }

 private:
  std::uint64_t seed_;
  at::TensorOptions options_;
};

}  // namespace sengen::nn
