// SPDX-License-Identifier: Apache-2.0
#include <sengen/tensor/random.hpp>

#include <ATen/ops/empty.h>

namespace sengen::tensor {

namespace {

// The numbers are made in double on the CPU, then rounded and moved.
template <class Number>
at::Tensor filled(at::IntArrayRef shape, const at::TensorOptions& options, const Number& number) {
  const at::Tensor values = at::empty(shape, at::TensorOptions().dtype(at::kDouble));
  double* data = values.mutable_data_ptr<double>();
  for (std::int64_t i = 0; i < values.numel(); ++i) data[i] = number(static_cast<std::uint64_t>(i));
  // What options leave open is float on the CPU, as everywhere in LibTorch.
  return values.to(options.device(), at::typeMetaToScalarType(options.dtype()));
}

}  // namespace

at::Tensor uniform(at::IntArrayRef shape, double low, double high, const Random& random,
                   const at::TensorOptions& options, std::uint64_t first) {
  return filled(shape, options,
                [&](std::uint64_t i) { return low + (high - low) * random.uniform(first + i); });
}

at::Tensor normal(at::IntArrayRef shape, const Random& random, const at::TensorOptions& options,
                  std::uint64_t first) {
  return filled(shape, options, [&](std::uint64_t i) { return random.normal(first + i); });
}

}  // namespace sengen::tensor
