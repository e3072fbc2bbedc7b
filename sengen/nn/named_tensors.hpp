// SPDX-License-Identifier: Apache-2.0
// A module is a plain struct of tensors with a forward function. It says what it holds by
//   void collect(const std::string& prefix, NamedTensors& list) const;
// which appends its tensors as "<prefix>weight", ...: names are the keys of model files, of
// optimiser states and of messages about a tensor. Tensors are handles: what is in the list is the
// module's own.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <ATen/core/Tensor.h>

namespace sengen::nn {

struct NamedTensor {
  std::string name;
  at::Tensor tensor;
};

using NamedTensors = std::vector<NamedTensor>;

template <class Module>
NamedTensors tensors_of(const Module& module, const std::string& prefix = "") {
  NamedTensors list;
  module.collect(prefix, list);
  return list;
}

// Numbers in all of them together.
std::int64_t count_numbers(const NamedTensors& list);

}  // namespace sengen::nn
