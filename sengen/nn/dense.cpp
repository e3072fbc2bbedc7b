// SPDX-License-Identifier: Apache-2.0
#include <sengen/nn/dense.hpp>

#include <ATen/ops/linear.h>

namespace sengen::nn {

Dense::Dense(std::int64_t in, std::int64_t out, const std::string& name,
             const Initialiser& initialiser)
    : weight(initialiser.glorot(name + ".weight", {out, in}, static_cast<double>(in),
                                static_cast<double>(out))),
      bias(initialiser.zeros({out})) {}

at::Tensor Dense::forward(const at::Tensor& x) const { return at::linear(x, weight, bias); }

void Dense::collect(const std::string& prefix, NamedTensors& list) const {
  list.push_back({prefix + "weight", weight});
  list.push_back({prefix + "bias", bias});
}

}  // namespace sengen::nn
