// SPDX-License-Identifier: Apache-2.0
// Runtime of LibTorch: its threads and its memory, set once at start. Under mpirun LibTorch takes
// one thread whatever the CPU mask says, and glibc gives every large tensor back to the kernel when
// it is freed, which doubles the time of a training step: both are mended here.
#pragma once

#include <string>

namespace sengen::tensor {

// Gives LibTorch this many threads (kUsage below 1) and makes the process keep freed memory. Once,
// in main, before the first tensor operation; later calls change the number of threads only.
void initialise(int threads);

// Threads that LibTorch's operators use.
int threads();

// From now on operators called by this thread, which is not the main one, run on it alone.
void use_one_thread_here();

// One line: version, BLAS, threads, CUDA devices or "CPU only".
std::string description();

}  // namespace sengen::tensor
