// SPDX-License-Identifier: Apache-2.0
#include <sengen/core/parallel_for.hpp>

#include <sched.h>

#include <sengen/core/error.hpp>

namespace sengen {

namespace {
int thread_count = 1;
}  // namespace

void set_threads(int threads) {
  if (threads < 1) {
    throw Error(ErrorKind::kUsage, "the number of threads must be at least 1");
  }
  thread_count = threads;
  omp_set_num_threads(threads);
}

int threads() noexcept { return thread_count; }

int available_cpus() {
  cpu_set_t mask;
  CPU_ZERO(&mask);
  if (sched_getaffinity(0, sizeof(mask), &mask) != 0) return 1;
  return std::max(1, CPU_COUNT(&mask));
}

}  // namespace sengen
