// SPDX-License-Identifier: Apache-2.0
// LibTorch says with errors of its own that memory is used up, on the CPU in words alone.
#pragma once

#include <functional>

namespace sengen::tensor {

// Runs the work; what LibTorch throws for want of memory becomes kResource with the bytes it asked
// for, all else passes.
void with_memory_errors(const std::function<void()>& work);

}  // namespace sengen::tensor
