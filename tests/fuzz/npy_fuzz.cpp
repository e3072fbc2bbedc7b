// SPDX-License-Identifier: Apache-2.0
// Any bytes as an NPY file: either bad input, or an array whose items all lie in the file.
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <vector>

#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include <sengen/core/error.hpp>
#include <sengen/io/npy.hpp>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    const auto bytes = std::as_bytes(std::span(data, size));
    const auto any = sengen::io::parse_npy(bytes, "fuzz.npy");
    std::size_t numbers = any.is_complex ? 2 : 1;
    for (const auto extent : any.shape) numbers *= static_cast<std::size_t>(extent);
    if (any.values.size() != numbers) std::abort();
    const auto header = sengen::io::parse_npy_header(bytes, size, "fuzz.npy");
    const auto items = static_cast<std::size_t>(header.items());
    if (header.data_offset + items * header.item_bytes != size) std::abort();
  } catch (const sengen::Error& error) {
    if (error.kind() != sengen::ErrorKind::kInput) std::abort();
    return 0;
  }
  // A file in memory, since the reader wants a path.
  static const int file = memfd_create("fuzz", MFD_CLOEXEC);
  if (ftruncate(file, 0) != 0 || pwrite(file, data, size, 0) != static_cast<ssize_t>(size)) {
    std::abort();
  }
  sengen::io::NpyReader reader(fmt::format("/proc/self/fd/{}", file));
  const std::int64_t items = reader.header().items();
  std::vector<double> all(static_cast<std::size_t>(items));
  std::vector<float> last(static_cast<std::size_t>(items - items / 2));
  reader.read(0, items, all.data());
  reader.read(items / 2, items - items / 2, last.data());
  for (std::size_t i = 0; i < last.size(); ++i) {
    const float expected = static_cast<float>(all[static_cast<std::size_t>(items / 2) + i]);
    if (expected == expected && last[i] == last[i] && expected != last[i] &&
        reader.header().item_bytes < 8) {
      std::abort();  // 8 bytes may round twice on the way through double
    }
  }
  return 0;
}
