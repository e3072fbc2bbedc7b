// SPDX-License-Identifier: Apache-2.0
#include <sengen/nn/initialiser.hpp>

#include <cmath>

#include <ATen/ops/zeros.h>

#include <sengen/core/hash.hpp>
#include <sengen/tensor/random.hpp>

namespace sengen::nn {

namespace {

// The first 64 bits of the name's hash.
std::uint64_t stream_of(const std::string& name) {
  return std::stoull(hash_text(name).substr(0, 16), nullptr, 16);
}

}  // namespace

Initialiser::Initialiser(std::uint64_t seed, at::TensorOptions options)
    : seed_(seed), options_(options) {}

at::Tensor Initialiser::zeros(at::IntArrayRef shape) const {
  return at::zeros(shape, options_).requires_grad_();
}

at::Tensor Initialiser::uniform(const std::string& name, at::IntArrayRef shape,
                                double bound) const {
  return tensor::uniform(shape, -bound, bound, Random(seed_, stream_of(name)), options_)
      .requires_grad_();
}

at::Tensor Initialiser::glorot(const std::string& name, at::IntArrayRef shape, double inputs,
                               double outputs) const {
  return uniform(name, shape, std::sqrt(6 / (inputs + outputs)));
}

}  // namespace sengen::nn
