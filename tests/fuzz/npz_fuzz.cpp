// SPDX-License-Identifier: Apache-2.0
// Any bytes as an NPZ archive: bad input, or arrays with as many values as their shapes say.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include <sengen/core/error.hpp>
#include <sengen/io/npz.hpp>
#include <sengen/io/zip.hpp>

namespace {

// Runs action; any refusal but bad input is a bug.
template <typename Action>
void run(const Action& action) {
  try {
    action();
  } catch (const sengen::Error& error) {
    if (error.kind() != sengen::ErrorKind::kInput) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto bytes = std::as_bytes(std::span(data, size));
  run([&] {
    for (const auto& member : sengen::io::parse_zip(bytes, "fuzz.npz")) {
      run([&] {
        const auto unpacked = sengen::io::unpack_member(bytes, member, "fuzz.npz");
        if (unpacked.size() != member.bytes) std::abort();
      });
    }
  });
  run([&] {
    for (const auto& name : sengen::io::npz_names(bytes, "fuzz.npz")) {
      run([&] {
        const auto array = sengen::io::parse_npz(bytes, name, "fuzz.npz");
        std::size_t items = array.is_complex ? 2 : 1;
        for (const auto extent : array.shape) items *= static_cast<std::size_t>(extent);
        if (array.values.size() != items) std::abort();
      });
    }
  });
  run([&] { sengen::io::parse_npz(bytes, "", "fuzz.npz"); });
  return 0;
}
