// SPDX-License-Identifier: Apache-2.0
#include <sengen/io/safetensors.hpp>

#include <algorithm>
#include <bit>
#include <set>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <sengen/core/error.hpp>
#include <sengen/io/atomic_file.hpp>

namespace sengen::io {

namespace {

static_assert(std::endian::native == std::endian::little, "arrays are written as they lie");

constexpr std::size_t kLengthBytes = 8;

[[noreturn]] void refuse(const std::filesystem::path& path, const std::string& what,
                         const std::string& hint = {}) {
  throw Error(ErrorKind::kInput, fmt::format("{}: {}", path.string(), what), hint);
}

SafetensorsHeader read_header(const InputFile& file) {
  const std::string source = file.path().string();
  std::vector<std::byte> bytes(std::min<std::uint64_t>(file.size(), kLengthBytes));
  file.read(0, bytes);
  const std::uint64_t length = safetensors_header_bytes(bytes, file.size(), source);
  bytes.resize(kLengthBytes + length);
  file.read(0, bytes);
  return parse_safetensors_header(bytes, file.size(), source);
}

}  // namespace

void check_arrays(std::span<const NamedArray> arrays) {
  std::set<std::string> names;
  for (const NamedArray& array : arrays) {
    if (!names.insert(array.name).second) {
      throw Error(ErrorKind::kInternal,
                  fmt::format("two arrays are called {}", shown_name(array.name)));
    }
    const auto expected = bytes_of(array.type, array.shape);
    if (!expected || *expected != array.bytes.size()) {
      throw Error(
          ErrorKind::kInternal,
          fmt::format("array {}: {} bytes for {} of shape [{}]", shown_name(array.name),
                      array.bytes.size(), to_string(array.type), fmt::join(array.shape, ", ")));
    }
  }
}

WrittenFile write_safetensors(OutputFile& file, std::span<const NamedArray> arrays,
                              const Metadata& metadata) {
  check_arrays(arrays);
  std::vector<TensorInfo> tensors;
  WrittenFile written;
  for (const NamedArray& array : arrays) {
    tensors.push_back({array.name, array.type, array.shape, 0, array.bytes.size()});
    written.bytes += array.bytes.size();
  }
  std::string header = format_safetensors_header(tensors, metadata);
  written.bytes += header.size();
  // The checksum stands before the data that it covers: hashed first, written afterwards.
  Hasher content;
  content.update(header);
  for (const NamedArray& array : arrays) content.update(array.bytes);
  header.replace(kOwnChecksumOffset, kHashDigits, content.digits());
  Hasher whole;
  whole.update(header);
  file.write(header);
  for (const NamedArray& array : arrays) {
    whole.update(array.bytes);
    file.write(array.bytes);
  }
  written.xxh3 = whole.digits();
  return written;
}

void write_safetensors(const std::filesystem::path& path, std::span<const NamedArray> arrays,
                       const Metadata& metadata) {
  AtomicFile target(path);
  {
    OutputFile file = target.open();
    write_safetensors(file, arrays, metadata);
  }
  target.commit();
}

SafetensorsReader::SafetensorsReader(const std::filesystem::path& path, Check check)
    : file_(path), header_(read_header(file_)), metadata_(header_.metadata) {
  has_checksum_ = metadata_.erase(kChecksumKey) != 0;
  const bool is_own = metadata_.erase(kLayoutKey) != 0;
  if (is_own && !has_checksum_) {
    refuse(path, fmt::format("damaged: it has no checksum '{}'", kChecksumKey));
  }
  if (has_checksum_ && check == Check::kAll) check_content();
  for (std::size_t i = 0; i < header_.tensors.size(); ++i) index_[header_.tensors[i].name] = i;
}

std::string SafetensorsReader::content_hash() const {
  Hasher hasher;
  const std::uint64_t digits = header_.checksum_offset;
  hash_part(file_, 0, digits, hasher);
  hasher.update(std::string(kHashDigits, '0'));
  hash_part(file_, digits + kHashDigits, file_.size(), hasher);
  return hasher.digits();
}

void SafetensorsReader::check_content() const {
  const std::string& expected = header_.metadata.at(kChecksumKey);
  const std::string found = header_.checksum_offset == 0 ? "not found" : content_hash();
  if (found == expected) return;
  refuse(file_.path(),
         fmt::format("damaged: its XXH3-128 is {}, expected {}", found, shown_name(expected)),
         fmt::format("take it from a copy; a program that rewrites such a file has to leave out "
                     "the metadata '{}' and '{}'",
                     kLayoutKey, kChecksumKey));
}

std::vector<std::string> SafetensorsReader::names() const {
  std::vector<std::string> names;
  for (const TensorInfo& tensor : header_.tensors) names.push_back(tensor.name);
  return names;
}

const TensorInfo& SafetensorsReader::info(const std::string& name) const {
  const auto found = index_.find(name);
  if (found == index_.end()) {
    refuse(file_.path(), fmt::format("there is no tensor {}", shown_name(name)));
  }
  return header_.tensors[found->second];
}

void SafetensorsReader::read_bytes(const std::string& name, std::span<std::byte> target,
                                   std::uint64_t first) const {
  const TensorInfo& tensor = info(name);
  if (target.size() > tensor.bytes || first > tensor.bytes - target.size()) {
    throw Error(ErrorKind::kInternal,
                fmt::format("{}: bytes [{}, {}) of tensor {}, which has {}", file_.path().string(),
                            first, first + target.size(), shown_name(name), tensor.bytes));
  }
  file_.read(header_.data_offset + tensor.offset + first, target);
}

template <typename T>
std::vector<T> SafetensorsReader::read(const std::string& name) const {
  const TensorInfo& tensor = info(name);
  if (tensor.type != dtype_of<T>()) {
    refuse(file_.path(), fmt::format("tensor {} is of {}, expected {}", shown_name(name),
                                     to_string(tensor.type), to_string(dtype_of<T>())));
  }
  std::vector<T> values(tensor.bytes / sizeof(T));
  read_bytes(name, std::as_writable_bytes(std::span(values)));
  return values;
}
template std::vector<float> SafetensorsReader::read(const std::string&) const;
template std::vector<double> SafetensorsReader::read(const std::string&) const;
template std::vector<std::int64_t> SafetensorsReader::read(const std::string&) const;
template std::vector<std::uint8_t> SafetensorsReader::read(const std::string&) const;

}  // namespace sengen::io
