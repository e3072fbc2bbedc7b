// SPDX-License-Identifier: Apache-2.0
// Threads: the one way to use them in Sengen. A thin layer over OpenMP, so that our loops and
// LibTorch's share one runtime and one pool. Nested calls run serially.
#pragma once

#include <algorithm>
#include <cstddef>
#include <exception>

#include <omp.h>

namespace sengen {

// Threads of this process used by every parallel_for from now on (>= 1).
void set_threads(int threads);
int threads() noexcept;

// CPUs in this process's affinity mask: what set_threads should get on an exclusive machine.
int available_cpus();

// Calls body(begin, end) on contiguous pieces of [begin, end), at most one a thread. Pieces depend
// on the number of threads: bodies must not let the split change their result. An exception in a
// body is rethrown here after all pieces have ended (the first one by thread number).
template <typename Body>
void parallel_for(std::ptrdiff_t begin, std::ptrdiff_t end, Body&& body) {
  const std::ptrdiff_t count = end - begin;
  if (count <= 0) return;
  const int team = static_cast<int>(std::min<std::ptrdiff_t>(threads(), count));
  if (team == 1 || omp_in_parallel() != 0) {
    body(begin, end);
    return;
  }
  std::exception_ptr failure;
  int failed_thread = team;
#pragma omp parallel num_threads(team)
  {
    const std::ptrdiff_t id = omp_get_thread_num();
    const std::ptrdiff_t members = omp_get_num_threads();
    try {
      body(begin + count * id / members, begin + count * (id + 1) / members);
    } catch (...) {
#pragma omp critical(sengen_parallel_for)
      if (id < failed_thread) {
        failed_thread = static_cast<int>(id);
        failure = std::current_exception();
      }
    }
  }
  if (failure) std::rethrow_exception(failure);
}

}  // namespace sengen
