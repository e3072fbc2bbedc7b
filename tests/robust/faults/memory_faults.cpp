// SPDX-License-Identifier: Apache-2.0
// Memory that runs out when it is told to, for any program:
//
//   LD_PRELOAD=$SENGEN_MEMORY_FAULTS SENGEN_FAULT_MEMORY=BYTES:N program...
//
// counts requests for at least BYTES: malloc, calloc, realloc, posix_memalign, aligned_alloc,
// memalign and anonymous mmap, operator new by way of malloc. The N-th of them and all after it
// fail with ENOMEM; smaller ones are granted, as a machine does that is nearly full. N = 0 only
// counts. SENGEN_FAULT_MEMORY_TRACE=FILE: a line "N call bytes" for each request counted, in FILE.
// Every process counts for itself. A library of its own: sanitizers have their own malloc.
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include <dlfcn.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>

// The C library's own, under the names that stay when malloc is replaced. dlsym would need memory.
extern "C" {
void* __libc_malloc(size_t bytes);
void* __libc_calloc(size_t count, size_t bytes);
void* __libc_realloc(void* old, size_t bytes);
void* __libc_memalign(size_t alignment, size_t bytes);
}

namespace {

// Constant-initialised: memory is asked for before any constructor.
std::size_t least_bytes = SIZE_MAX;
long first_to_fail = 0;
std::atomic<long> counted{0};
int trace_file = -1;

[[gnu::constructor]] void arm_from_environment() {
  const char* text = std::getenv("SENGEN_FAULT_MEMORY");
  if (text == nullptr) return;
  char* middle = nullptr;
  char* end = nullptr;
  const unsigned long long bytes = std::strtoull(text, &middle, 10);
  if (*middle == ':') first_to_fail = std::strtol(middle + 1, &end, 10);
  if (bytes == 0 || end == nullptr || *end != '\0' || end == middle + 1 || first_to_fail < 0) {
    dprintf(2, "SENGEN_FAULT_MEMORY=%s: expected BYTES:N\n", text);
    _exit(2);
  }
  const char* trace = std::getenv("SENGEN_FAULT_MEMORY_TRACE");
  if (trace != nullptr) trace_file = open(trace, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
  least_bytes = bytes;
}

// Whether this request must not be granted.
bool fails(const char* call, std::size_t bytes) {
  if (bytes < least_bytes) return false;
  const long number = ++counted;
  if (trace_file >= 0) {
    char line[96];
    const int length = std::snprintf(line, sizeof line, "%ld %s %zu\n", number, call, bytes);
    syscall(SYS_write, trace_file, line, static_cast<std::size_t>(length));
  }
  if (first_to_fail == 0 || number < first_to_fail) return false;
  errno = ENOMEM;
  return true;
}

std::size_t product(std::size_t count, std::size_t bytes) {
  std::size_t all = 0;
  return __builtin_mul_overflow(count, bytes, &all) ? SIZE_MAX : all;
}

}  // namespace

extern "C" {

// What follows replaces the C library's functions and calls them. NOLINTBEGIN

void* malloc(size_t bytes) { return fails("malloc", bytes) ? nullptr : __libc_malloc(bytes); }

void* calloc(size_t count, size_t bytes) {
  return fails("calloc", product(count, bytes)) ? nullptr : __libc_calloc(count, bytes);
}

void* realloc(void* old, size_t bytes) {
  return fails("realloc", bytes) ? nullptr : __libc_realloc(old, bytes);
}

void* memalign(size_t alignment, size_t bytes) {
  return fails("memalign", bytes) ? nullptr : __libc_memalign(alignment, bytes);
}

void* aligned_alloc(size_t alignment, size_t bytes) {
  return fails("aligned_alloc", bytes) ? nullptr : __libc_memalign(alignment, bytes);
}

int posix_memalign(void** made, size_t alignment, size_t bytes) {
  if (alignment % sizeof(void*) != 0 || (alignment & (alignment - 1)) != 0 || alignment == 0) {
    return EINVAL;
  }
  if (fails("posix_memalign", bytes)) return ENOMEM;
  void* memory = __libc_memalign(alignment, bytes);
  if (memory == nullptr) return ENOMEM;
  *made = memory;
  return 0;
}

#define SENGEN_MMAP(name)                                                                          \
  void* name(void* place, size_t bytes, int protection, int flags, int file, off_t offset) {       \
    static auto* const call =                                                                      \
        reinterpret_cast<void* (*)(void*, size_t, int, int, int, off_t)>(dlsym(RTLD_NEXT, #name)); \
    if ((flags & MAP_ANONYMOUS) != 0 && fails(#name, bytes)) return MAP_FAILED;                    \
    return call(place, bytes, protection, flags, file, offset);                                    \
  }
SENGEN_MMAP(mmap)
SENGEN_MMAP(mmap64)
// NOLINTEND
}
