// SPDX-License-Identifier: Apache-2.0
#include <sengen/tensor/device.hpp>

#include <ATen/Context.h>
#include <fmt/format.h>
#include <torch/cuda.h>

#include <sengen/core/error.hpp>
#include <sengen/core/options.hpp>

namespace sengen::tensor {

bool has_gpu() { return torch::cuda::is_available(); }

at::Device choose_device(const std::string& word, int local_rank) {
  if (word == "cpu" || (word == "auto" && !has_gpu())) return at::Device(at::kCPU);
  if (word == "cuda" || word == "auto") {
    if (!has_gpu()) {
      throw Error(ErrorKind::kResource, "device 'cuda': LibTorch sees no GPU here",
                  at::hasCUDA() ? "see nvidia-smi, CUDA_VISIBLE_DEVICES and 'sengen doctor'"
                                : "this LibTorch is a CPU build: ./bootstrap --torch cuda");
    }
    const auto devices = static_cast<int>(torch::cuda::device_count());
    return at::Device(at::kCUDA, static_cast<at::DeviceIndex>(local_rank % devices));
  }
  throw Error(ErrorKind::kUsage, fmt::format("unknown device '{}'", word),
              suggestion(word, {"auto", "cpu", "cuda"}));
}

at::ScalarType choose_precision(const std::string& word) {
  if (word == "float") return at::kFloat;
  if (word == "double") return at::kDouble;
  throw Error(ErrorKind::kUsage, fmt::format("unknown precision '{}'", word),
              suggestion(word, {"float", "double"}));
}

void synchronise(const at::Device& device) {
  if (device.is_cuda()) torch::cuda::synchronize(device.index());
}

}  // namespace sengen::tensor
