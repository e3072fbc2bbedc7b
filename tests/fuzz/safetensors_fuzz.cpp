// SPDX-License-Identifier: Apache-2.0
// Any bytes as a safetensors file: either bad input, or tensors that fill the file and that come
// back the same after writing them.
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <vector>

#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include <sengen/core/error.hpp>
#include <sengen/io/safetensors.hpp>

namespace {

namespace io = sengen::io;

void require(bool condition) {
  if (!condition) std::abort();
}

std::vector<io::NamedArray> arrays_in(const io::SafetensorsHeader& header,
                                      std::span<const std::byte> bytes) {
  std::vector<io::NamedArray> arrays;
  std::uint64_t total = 0;
  for (const io::TensorInfo& tensor : header.tensors) {
    const std::uint64_t begin = header.data_offset + tensor.offset;
    require(begin <= bytes.size() && tensor.bytes <= bytes.size() - begin);
    total += tensor.bytes;
    arrays.push_back({tensor.name, tensor.type, tensor.shape, bytes.subspan(begin, tensor.bytes)});
  }
  require(header.data_offset + total == bytes.size());
  return arrays;
}

// All arrays of a file are these.
void require_same(const io::SafetensorsReader& reader, const std::vector<io::NamedArray>& arrays) {
  require(reader.tensors().size() == arrays.size());
  for (const io::NamedArray& array : arrays) {
    const io::TensorInfo& tensor = reader.info(array.name);
    require(tensor.type == array.type && tensor.shape == array.shape);
    std::vector<std::byte> bytes(tensor.bytes);
    reader.read_bytes(array.name, bytes);
    require(std::equal(bytes.begin(), bytes.end(), array.bytes.begin(), array.bytes.end()));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto bytes = std::as_bytes(std::span(data, size));
  // Files in memory, since readers and writers want paths.
  static const int file = memfd_create("fuzz", MFD_CLOEXEC);
  static const std::string path = fmt::format("/proc/self/fd/{}", file);
  io::SafetensorsHeader header;
  std::vector<io::NamedArray> arrays;
  io::Metadata metadata;
  try {
    header = io::parse_safetensors_header(bytes, size, "fuzz");
    arrays = arrays_in(header, bytes);
    require(ftruncate(file, 0) == 0);
    require(pwrite(file, data, size, 0) == static_cast<ssize_t>(size));
    const io::SafetensorsReader reader(path);
    require_same(reader, arrays);
    metadata = reader.metadata();
  } catch (const sengen::Error& error) {
    require(error.kind() == sengen::ErrorKind::kInput);
    return 0;
  }
  try {
    io::OutputFile written(path);
    io::write_safetensors(written, arrays, metadata);
  } catch (const sengen::Error& error) {  // a name without letters, which others may write
    require(error.kind() == sengen::ErrorKind::kInternal);
    return 0;
  }
  const io::SafetensorsReader again(path);
  require(again.has_checksum() && again.metadata() == metadata);
  require_same(again, arrays);
  return 0;
}
