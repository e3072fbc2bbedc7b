// SPDX-License-Identifier: Apache-2.0
// Dense layer, y[n, o] = bias[o] + sum_i weight[o, i] x[n, i].
#pragma once

#include <cstdint>
#include <string>

#include <sengen/nn/initialiser.hpp>
#include <sengen/nn/named_tensors.hpp>

namespace sengen::nn {

struct Dense {
  at::Tensor weight;  // [out, in]
  at::Tensor bias;    // [out]

  Dense(std::int64_t in, std::int64_t out, const std::string& name, const Initialiser& initialiser);

  at::Tensor forward(const at::Tensor& x) const;
  void collect(const std::string& prefix, NamedTensors& list) const;
};

}  // namespace sengen::nn
