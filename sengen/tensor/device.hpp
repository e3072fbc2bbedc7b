// SPDX-License-Identifier: Apache-2.0
// Where and in which precision tensors live, by the words a user writes. Nothing above this room
// assumes the CPU.
#pragma once

#include <string>

#include <c10/core/TensorOptions.h>

namespace sengen::tensor {

// "cpu", "cuda" (this process's share of the GPUs: local_rank modulo their number), or "auto": a
// GPU where LibTorch sees one. kUsage for other words, kResource where "cuda" is not to be had.
at::Device choose_device(const std::string& word, int local_rank = 0);

// "float" or "double"; kUsage for other words.
at::ScalarType choose_precision(const std::string& word);

// Whether LibTorch sees a GPU: tests run there too.
bool has_gpu();

// Waits until the device has done what was asked of it: before a clock is read.
void synchronise(const at::Device& device);

}  // namespace sengen::tensor
