// SPDX-License-Identifier: Apache-2.0
// The devices at hand, the CPU first: tests of tensors run on each of them.
#pragma once

#include <vector>

#include <ATen/Context.h>
#include <c10/core/TensorOptions.h>

#include <sengen/tensor/device.hpp>

namespace sengen {

inline std::vector<at::Device> devices() {
  std::vector<at::Device> list = {at::Device(at::kCPU)};
  if (tensor::has_gpu()) {
    // Convolutions in float are otherwise done with 10 bits, far from what is compared here.
    at::globalContext().setAllowTF32CuDNN(false);
    list.push_back(tensor::choose_device("cuda"));
  }
  return list;
}

}  // namespace sengen
