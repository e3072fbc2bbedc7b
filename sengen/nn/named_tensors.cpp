// SPDX-License-Identifier: Apache-2.0
#include <sengen/nn/named_tensors.hpp>

namespace sengen::nn {

std::int64_t count_numbers(const NamedTensors& list) {
  std::int64_t count = 0;
  for (const NamedTensor& entry : list) count += entry.tensor.numel();
  return count;
}

}  // namespace sengen::nn
