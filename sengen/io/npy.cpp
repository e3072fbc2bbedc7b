// SPDX-License-Identifier: Apache-2.0
#include <sengen/io/npy.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <map>
#include <string_view>
#include <type_traits>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <sengen/core/error.hpp>
#include <sengen/io/atomic_file.hpp>

namespace sengen::io {

namespace {

constexpr std::string_view kMagic = "\x93NUMPY";
// NumPy's own headers have some hundred bytes; this is room for structured types that we refuse.
constexpr std::size_t kLargestHeader = 1 << 16;
constexpr std::size_t kLargestPreamble = 12;
constexpr std::int64_t kItemsAtOnce = 1 << 16;  // read in pieces: a file may be as large as memory

[[noreturn]] void refuse(const std::string& source, const std::string& what,
                         const std::string& hint = {}) {
  throw Error(ErrorKind::kInput, fmt::format("{}: {}", source, what), hint);
}

// The header is the text of a Python dict with three keys: {'descr': '<f4', 'fortran_order': False,
// 'shape': (3, 4), }. This reads just that.
class Dict {
 public:
  Dict(std::string_view text, const std::string& source) : text_(text), source_(source) {
    expect('{');
    while (!take('}')) {
      const std::string key = quoted();
      expect(':');
      values_[key] = value();
      if (!take(',') && peek() != '}') fail("a comma or the end of the dict");
    }
  }

  const std::string& at(const std::string& key) const {
    const auto found = values_.find(key);
    if (found == values_.end()) refuse(source_, fmt::format("the NPY header has no '{}'", key));
    return found->second;
  }

 private:
  [[noreturn]] void fail(const char* expected) const {
    refuse(source_,
           fmt::format("the NPY header is damaged: expected {} at byte {}", expected, at_));
  }
  char peek() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n')) ++at_;
    return at_ < text_.size() ? text_[at_] : '\0';
  }
  bool take(char c) {
    if (peek() != c) return false;
    ++at_;
    return true;
  }
  void expect(char c) {
    if (!take(c)) fail(std::string(1, c).c_str());
  }
  std::string until(char end) {
    const std::size_t stop = text_.find(end, at_);
    if (stop == std::string_view::npos) fail("the end of a value");
    const std::string word(text_.substr(at_, stop - at_));
    at_ = stop + 1;
    return word;
  }
  std::string quoted() {
    if (take('"')) return until('"');
    if (take('\'')) return until('\'');
    fail("a quoted word");
  }
  // A quoted text, the inside of a tuple, or a bare word.
  std::string value() {
    if (peek() == '"' || peek() == '\'') return quoted();
    if (take('(')) return until(')');
    if (peek() == '[') {
      refuse(source_, "structured arrays are not read",
             "np.save(file, array['name of one field'])");
    }
    const std::size_t stop = text_.find_first_of(",}", at_);
    if (stop == std::string_view::npos) fail("the end of a value");
    std::string word(text_.substr(at_, stop - at_));
    at_ = stop;
    while (word.ends_with(' ') || word.ends_with('\n')) word.pop_back();
    return word;
  }

  std::string_view text_;
  const std::string& source_;
  std::size_t at_ = 0;
  std::map<std::string, std::string> values_;
};

Shape parse_shape(std::string_view text, const std::string& source) {
  Shape shape;
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    std::string_view word = text.substr(0, comma);
    text.remove_prefix(std::min(comma + 1, text.size()));
    while (!word.empty() && word.front() == ' ') word.remove_prefix(1);
    while (!word.empty() && word.back() == ' ') word.remove_suffix(1);
    if (word.empty() && text.empty() && !shape.empty()) break;  // (3,)
    std::int64_t extent = -1;
    const auto result = std::from_chars(word.data(), word.data() + word.size(), extent);
    if (result.ec != std::errc{} || result.ptr != word.data() + word.size() || extent < 0) {
      refuse(source, fmt::format("'{}' is no extent of an array", word));
    }
    shape.push_back(extent);
  }
  return shape;
}

// Its other extents may have a product that overflows.
bool is_empty(const Shape& shape) {
  return std::find(shape.begin(), shape.end(), 0) != shape.end();
}

std::size_t item_bytes(const std::string& descriptor, const std::string& source,
                       NpyNumbers numbers) {
  static const std::map<std::string, std::size_t> known = {{"<f4", 4}, {"<f8", 8}, {"<i2", 2},
                                                           {"<i4", 4}, {"<i8", 8}, {"|i1", 1},
                                                           {"|u1", 1}, {"<u2", 2}, {"|b1", 1}};
  const auto found = known.find(descriptor);
  if (found != known.end()) return found->second;
  const bool complex = descriptor == "<c8" || descriptor == "<c16";
  if (complex && numbers == NpyNumbers::kAny) return descriptor == "<c8" ? 8 : 16;
  const bool big_endian = !descriptor.empty() && descriptor.front() == '>';
  refuse(source,
         fmt::format("elements of type '{}' are not read, expected one of <f4 <f8 <i2 <i4 <i8 <u2 "
                     "|i1 |u1 |b1{}",
                     descriptor, numbers == NpyNumbers::kAny ? " <c8 <c16" : ""),
         big_endian ? "np.save(file, array.astype(array.dtype.newbyteorder('<')))"
                    : "np.save(file, array.astype('<f4'))");
}

std::size_t read_length(std::span<const std::byte> bytes, std::size_t at, std::size_t count) {
  std::size_t length = 0;
  for (std::size_t i = 0; i < count; ++i) {
    length |= static_cast<std::size_t>(bytes[at + i]) << (8 * i);
  }
  return length;
}

// Converts all of raw, items of the file's type, to T.
template <typename Stored, typename T>
void convert(std::span<const char> raw, T* values) {
  for (std::size_t i = 0; i < raw.size() / sizeof(Stored); ++i) {
    Stored item;
    std::memcpy(&item, raw.data() + i * sizeof(Stored), sizeof(Stored));
    values[i] = static_cast<T>(item);
  }
}

template <typename T>
void convert_as(const std::string& descriptor, std::span<const char> raw, T* values) {
  if (descriptor == "<f4" || descriptor == "<c8") convert<float>(raw, values);
  if (descriptor == "<f8" || descriptor == "<c16") convert<double>(raw, values);
  if (descriptor == "<i2") convert<std::int16_t>(raw, values);
  if (descriptor == "<i4") convert<std::int32_t>(raw, values);
  if (descriptor == "<i8") convert<std::int64_t>(raw, values);
  if (descriptor == "<u2") convert<std::uint16_t>(raw, values);
  if (descriptor == "|i1") convert<std::int8_t>(raw, values);
  if (descriptor == "|u1" || descriptor == "|b1") convert<std::uint8_t>(raw, values);
}

}  // namespace

std::int64_t NpyHeader::items() const {
  if (is_empty(shape)) return 0;
  std::int64_t count = 1;
  for (const std::int64_t extent : shape) count *= extent;
  return count;
}

NpyHeader parse_npy_header(std::span<const std::byte> bytes, std::uintmax_t file_bytes,
                           const std::string& source, NpyNumbers numbers) {
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (!text.starts_with(kMagic)) refuse(source, "no NPY file: the first bytes are not \\x93NUMPY");
  if (text.size() < kLargestPreamble) refuse(source, "the NPY header is truncated");
  const auto major = static_cast<int>(bytes[6]);
  if (major < 1 || major > 3) refuse(source, fmt::format("NPY version {} is not known", major));
  const std::size_t length_bytes = major == 1 ? 2 : 4;
  const std::size_t length = read_length(bytes, 8, length_bytes);
  const std::size_t start = 8 + length_bytes;
  if (length > kLargestHeader) refuse(source, fmt::format("an NPY header of {} bytes", length));
  if (start + length > text.size()) {
    refuse(source, fmt::format("the NPY header is truncated: {} bytes, expected {}", text.size(),
                               start + length));
  }
  const Dict dict(text.substr(start, length), source);
  NpyHeader header;
  header.descriptor = dict.at("descr");
  header.item_bytes = item_bytes(header.descriptor, source, numbers);
  header.data_offset = start + length;
  const std::string& order = dict.at("fortran_order");
  header.shape = parse_shape(dict.at("shape"), source);
  if (order != "False" && order != "True") {
    refuse(source, fmt::format("fortran_order is '{}', expected True or False", order));
  }
  if (order == "True" && header.shape.size() > 1) {
    refuse(source, "the array is in Fortran order", "np.save(file, np.ascontiguousarray(array))");
  }
  std::uintmax_t expected = is_empty(header.shape) ? 0 : header.item_bytes;
  for (const std::int64_t extent : header.shape) {
    if (__builtin_mul_overflow(expected, static_cast<std::uintmax_t>(extent), &expected)) {
      refuse(source, fmt::format("a shape of [{}] cannot be meant", fmt::join(header.shape, ", ")));
    }
  }
  const std::uintmax_t found = file_bytes - header.data_offset;
  if (found != expected) {
    refuse(source,
           fmt::format("{} bytes of data, expected {} for shape [{}] of {}", found, expected,
                       fmt::join(header.shape, ", "), header.descriptor),
           found < expected ? "the file is truncated: copy it again" : "");
  }
  return header;
}

NpyArray parse_npy(std::span<const std::byte> bytes, const std::string& source,
                   NpyNumbers numbers) {
  const NpyHeader header = parse_npy_header(bytes, bytes.size(), source, numbers);
  NpyArray array{header.shape, header.is_complex(), {}};
  array.values.resize(static_cast<std::size_t>(header.items()) * (array.is_complex ? 2 : 1));
  const auto data = bytes.subspan(header.data_offset);
  convert_as(header.descriptor, {reinterpret_cast<const char*>(data.data()), data.size()},
             array.values.data());
  return array;
}

NpyReader::NpyReader(const std::filesystem::path& path, NpyNumbers numbers)
    : path_(path), file_(path, std::ios::binary) {
  std::error_code missing;
  const auto size = std::filesystem::file_size(path, missing);
  if (!file_ || missing) {
    refuse(path.string(), fmt::format("cannot be read{}", missing ? ": " + missing.message() : ""));
  }
  std::vector<std::byte> start(std::min<std::uintmax_t>(size, kLargestHeader + kLargestPreamble));
  file_.read(reinterpret_cast<char*>(start.data()), static_cast<std::streamsize>(start.size()));
  header_ = parse_npy_header(start, size, path.string(), numbers);
}

template <typename T>
void NpyReader::read(std::int64_t first, std::int64_t count, T* values) {
  if (first < 0 || count < 0 || first > header_.items() - count) {
    throw Error(ErrorKind::kInternal, fmt::format("items [{}, {}) of {} are not there", first,
                                                  first + count, path_.string()));
  }
  file_.clear();
  file_.seekg(static_cast<std::streamoff>(header_.data_offset) +
              first * static_cast<std::streamoff>(header_.item_bytes));
  std::vector<char> raw(static_cast<std::size_t>(std::min(kItemsAtOnce, count)) *
                        header_.item_bytes);
  for (std::int64_t done = 0; done < count; done += kItemsAtOnce) {
    const auto items = static_cast<std::size_t>(std::min(kItemsAtOnce, count - done));
    const std::span<char> piece(raw.data(), items * header_.item_bytes);
    if (!file_.read(piece.data(), static_cast<std::streamsize>(piece.size()))) {
      refuse(path_.string(), "cannot be read to its end");
    }
    convert_as<T>(header_.descriptor, piece, values + done * (header_.is_complex() ? 2 : 1));
  }
}
template void NpyReader::read(std::int64_t, std::int64_t, float*);
template void NpyReader::read(std::int64_t, std::int64_t, double*);

void NpyReader::read(std::int64_t first, std::int64_t count, std::complex<double>* values) {
  // The standard lays a complex number out as an array of two.
  auto* parts = reinterpret_cast<double*>(values);
  read<double>(first, count, parts);
  if (header_.is_complex()) return;
  // The real numbers fill the first half: the last is moved first.
  for (std::int64_t i = count; i-- > 0;) values[i] = parts[i];
}

namespace {

template <typename T>
constexpr const char* descriptor_of() {
  if constexpr (std::is_same_v<T, float>) return "<f4";
  if constexpr (std::is_same_v<T, double>) return "<f8";
  return "<c16";
}

}  // namespace

template <typename T>
void write_npy(const std::filesystem::path& path, const Shape& shape, const T* values) {
  std::string extents = fmt::format("{}", fmt::join(shape, ", "));
  if (shape.size() == 1) extents += ",";
  std::string dict = fmt::format("{{'descr': '{}', 'fortran_order': False, 'shape': ({}), }}",
                                 descriptor_of<T>(), extents);
  // The data begin at a multiple of 64 bytes; the last byte of the header is a line end.
  const std::size_t preamble = kMagic.size() + 4;
  dict.append(63 - (preamble + dict.size()) % 64, ' ');
  dict += '\n';
  std::size_t count = 1;
  for (const std::int64_t extent : shape) count *= static_cast<std::size_t>(extent);
  AtomicFile target(path);
  {
    std::ofstream file(target.temporary(), std::ios::binary);
    file << kMagic << '\x01' << '\0' << static_cast<char>(dict.size() & 0xff)
         << static_cast<char>(dict.size() >> 8) << dict;
    file.write(reinterpret_cast<const char*>(values),
               static_cast<std::streamsize>(count * sizeof(T)));
    file.flush();
    if (!file) fail_writing(path, errno);
  }
  target.commit();
}
template void write_npy(const std::filesystem::path&, const Shape&, const float*);
template void write_npy(const std::filesystem::path&, const Shape&, const double*);
template void write_npy(const std::filesystem::path&, const Shape&, const std::complex<double>*);

}  // namespace sengen::io
