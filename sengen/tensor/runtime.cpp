// SPDX-License-Identifier: Apache-2.0
#include <sengen/tensor/runtime.hpp>

#include <malloc.h>

#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <fmt/format.h>
#include <omp.h>
#include <torch/version.h>

#include <sengen/core/error.hpp>

namespace sengen::tensor {

namespace {

// Blocks above 32 MB would be mapped anew for every tensor and their page faults cost as much as
// the kernels that use them. INT_MAX: a heap is never trimmed below what mallopt's int can say.
void keep_freed_memory() {
  constexpr int kNever = 0x7fffffff;
  constexpr int kGrowBytes = 256 << 20;
  mallopt(M_MMAP_MAX, 0);
  mallopt(M_TRIM_THRESHOLD, kNever);
  mallopt(M_TOP_PAD, kGrowBytes);
}

// Can be set once a process, before LibTorch's first use of that pool.
void leave_one_interop_thread() {
  static const bool done = [] {
    at::set_num_interop_threads(1);
    return true;
  }();
  static_cast<void>(done);
}

}  // namespace

void initialise(int threads) {
  if (threads < 1) {
    throw Error(ErrorKind::kUsage, "the number of LibTorch threads must be at least 1");
  }
  keep_freed_memory();
  leave_one_interop_thread();
  at::set_num_threads(threads);
}

int threads() { return at::get_num_threads(); }

void use_one_thread_here() {
  // LibTorch sets the thread's number when it is first asked; only after that ours holds. Both are
  // settings of this thread alone. Else every thread would have a team of its own, and with more
  // threads than cores OpenMP no longer spins between loops: a step took twice as long.
  at::get_num_threads();
  omp_set_num_threads(1);
}

std::string description() {
  const char* blas = at::hasMKL() ? "MKL" : at::hasLAPACK() ? "LAPACK" : "no LAPACK";
  const std::string devices =
      at::hasCUDA() ? fmt::format("{} CUDA devices", at::detail::getCUDAHooks().deviceCount())
                    : std::string("CPU only");
  return fmt::format("LibTorch {}, {}, {} threads, {}", TORCH_VERSION, blas, threads(), devices);
}

}  // namespace sengen::tensor
