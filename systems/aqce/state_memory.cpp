// SPDX-License-Identifier: Apache-2.0
#include "state_memory.hpp"

#include <algorithm>
#include <complex>
#include <cstddef>
#include <fstream>
#include <string>

#include <unistd.h>

#include <fmt/format.h>

#include <sengen/core/error.hpp>

#include "state_array.hpp"

namespace sengen::aqce {

namespace {

using Complex = std::complex<double>;

constexpr std::uint64_t kGibibyte = std::uint64_t{1} << 30;

// The number behind a word of a file, or at its beginning; 0 where there is none.
std::uint64_t number_after(const char* path, const std::string& word) {
  std::ifstream file(path);
  std::string found;
  while (found != word && file >> found) continue;
  std::uint64_t value = 0;
  return file >> value ? value : 0;
}

}  // namespace

void require_memory(const StateWord& word, bool as_mps) {
  const std::uint64_t needed = bytes_needed(word, as_mps);
  const std::uint64_t available = bytes_available();
  if (needed <= available) return;
  const auto gibibytes = [](std::uint64_t bytes) {
    return static_cast<double>(bytes) / static_cast<double>(kGibibyte);
  };
  throw Error(ErrorKind::kResource,
              fmt::format("{}: needs {:.1f} GiB of memory, {:.1f} available", word.text,
                          gibibytes(needed), gibibytes(available)),
              word.is_file() || as_mps ? "" : "every qubit less halves it");
}

std::uint64_t bytes_needed(const StateWord& word, bool as_mps) {
  if (word.kind == StateKind::kPicture) return 0;  // limited by io/picture
  const auto complexes = [](std::uint64_t items) { return items * sizeof(Complex); };
  // Values as they are read, and as a state.
  if (word.kind == StateKind::kArray) {
    return 2 * complexes(static_cast<std::uint64_t>(array_items(word)));
  }
  if (as_mps) {
    // Tensors as they are made, as they are put in order, and what that works with.
    const auto bond = static_cast<std::uint64_t>(std::max(2, word.count));
    return 3 * complexes(2 * bond * bond * static_cast<std::uint64_t>(word.qubits));
  }
  // Far from any memory, but no overflow.
  const std::uint64_t state = complexes(std::uint64_t{1} << std::min(word.qubits, 44));
  if (word.kind == StateKind::kGround) {
    return state + spin_lattice::ground_state_bytes(word.qubits);
  }
  const bool is_mps = word.kind == StateKind::kMps || word.kind == StateKind::kMpsReal;
  // The last but one tensor leaves half the state, times the bond.
  return is_mps ? state + state / 2 * static_cast<std::uint64_t>(word.count) : state;
}

std::uint64_t bytes_available() {
  const std::uint64_t kilobytes = number_after("/proc/meminfo", "MemAvailable:");
  std::uint64_t available = 1024 * kilobytes;
  if (kilobytes == 0) {
    available = static_cast<std::uint64_t>(sysconf(_SC_AVPHYS_PAGES)) *
                static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
  }
  // A container's limit; caches of files go when memory is asked for.
  const std::uint64_t limit = number_after("/sys/fs/cgroup/memory.max", "");
  const std::uint64_t used = number_after("/sys/fs/cgroup/memory.current", "");
  const std::uint64_t cached = number_after("/sys/fs/cgroup/memory.stat", "inactive_file");
  if (limit > 0)
    available = std::min(available, limit - std::min(limit, used - std::min(used, cached)));
  return available;
}

}  // namespace sengen::aqce
