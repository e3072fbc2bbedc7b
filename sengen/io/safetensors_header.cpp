// SPDX-License-Identifier: Apache-2.0
#include <sengen/io/safetensors_header.hpp>

#include <algorithm>
#include <array>
#include <limits>
#include <numeric>
#include <string_view>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include <sengen/core/error.hpp>
#include <sengen/core/hash.hpp>

namespace sengen::io {

namespace {

using Json = nlohmann::json;

constexpr std::uint64_t kLengthBytes = 8;
constexpr const char* kMetadataKey = "__metadata__";
constexpr std::string_view kOwnStart = R"({"__metadata__":{"sengen":"1","xxh3":")";
static_assert(kLengthBytes + kOwnStart.size() == kOwnChecksumOffset);
// Far beyond any network, and what keeps a header of 100 MB from taking gigabytes of memory.
constexpr std::size_t kMostEntries = 65'536;
constexpr std::array<std::string_view, 3> kFields = {"dtype", "shape", "data_offsets"};
constexpr std::size_t kMostAxes = 64;
constexpr std::size_t kLongestShownName = 80;

[[noreturn]] void refuse(const std::string& source, const std::string& what,
                         const std::string& hint = {}) {
  throw Error(ErrorKind::kInput, fmt::format("{}: {}", source, what), hint);
}

// Takes the parser's events one by one, so that what is not allowed stops it at once: no tree of
// values is ever built, and nesting is no deeper than the format's three levels.
class HeaderEvents {
 public:
  HeaderEvents(SafetensorsHeader& header, const std::string& source)
      : header_(header), source_(source) {}

  bool null() { fail("null"); }
  bool boolean(bool) { fail("true or false"); }
  bool number_integer(Json::number_integer_t value) { fail(fmt::format("the number {}", value)); }
  bool number_float(Json::number_float_t, const Json::string_t&) { fail("a fraction"); }
  bool binary(Json::binary_t&) { fail("binary data"); }

  bool number_unsigned(Json::number_unsigned_t value) {
    if (at_ == At::kShape) {
      if (value > std::uint64_t{std::numeric_limits<std::int64_t>::max()}) {
        fail(fmt::format("the extent {}", value));
      }
      if (tensor().shape.size() == kMostAxes) fail(fmt::format("more than {} axes", kMostAxes));
      tensor().shape.push_back(static_cast<std::int64_t>(value));
    } else if (at_ == At::kOffsets) {
      if (offsets_.size() == 2) fail("a third offset");
      offsets_.push_back(value);
    } else {
      fail(fmt::format("the number {}", value));
    }
    return true;
  }

  bool string(Json::string_t& value) {
    if (at_ == At::kMetadata) {
      const bool is_new = header_.metadata.emplace(field_, std::move(value)).second;
      if (!is_new) fail(fmt::format("the key {} twice", shown_name(field_)));
      if (header_.metadata.size() > kMostEntries) fail("too many entries");
    } else if (at_ == At::kTensor && field_ == "dtype") {
      const auto type = dtype_named(value);
      if (!type) fail(fmt::format("the unknown dtype {}", shown_name(value)));
      tensor().type = *type;
    } else {
      fail(fmt::format("the text {}", shown_name(value)));
    }
    return true;
  }

  bool key(Json::string_t& value) {
    if (at_ == At::kRoot) {
      name_ = std::move(value);
      return true;
    }
    field_ = std::move(value);
    if (at_ != At::kTensor) return true;
    const auto known = std::find(kFields.begin(), kFields.end(), field_);
    if (known == kFields.end()) fail(fmt::format("the unknown key {}", shown_name(field_)));
    bool& has = has_field_[static_cast<std::size_t>(known - kFields.begin())];
    if (has) fail(fmt::format("{} twice", field_));
    has = true;
    return true;
  }

  bool start_object(std::size_t) {
    if (at_ == At::kRoot && name_ == kMetadataKey) {
      if (has_metadata_) fail("a second time");
      has_metadata_ = true;
      at_ = At::kMetadata;
    } else if (at_ == At::kRoot) {
      if (header_.tensors.size() == kMostEntries) {
        refuse(source_, fmt::format("more than {} tensors", kMostEntries));
      }
      header_.tensors.push_back({name_, DType::kF32, {}, 0, 0});
      has_field_ = {};
      offsets_.clear();
      at_ = At::kTensor;
    } else if (at_ == At::kStart) {
      at_ = At::kRoot;
    } else {
      fail("an object");
    }
    return true;
  }

  bool end_object() {
    if (at_ == At::kTensor) finish_tensor();
    at_ = At::kRoot;
    return true;
  }

  bool start_array(std::size_t) {
    if (at_ == At::kTensor && field_ == "shape") {
      at_ = At::kShape;
    } else if (at_ == At::kTensor && field_ == "data_offsets") {
      at_ = At::kOffsets;
    } else {
      fail("a list");
    }
    return true;
  }

  bool end_array() {
    at_ = At::kTensor;
    return true;
  }

  bool parse_error(std::size_t position, const std::string&, const Json::exception&) {
    refuse(source_,
           fmt::format("the header is no readable JSON at byte {}", kLengthBytes + position));
  }

 private:
  enum class At { kStart, kRoot, kMetadata, kTensor, kShape, kOffsets };

  TensorInfo& tensor() { return header_.tensors.back(); }

  [[noreturn]] void fail(const std::string& found) const {
    const char* kind = at_ == At::kMetadata || name_ == kMetadataKey ? "metadata" : "tensor";
    refuse(source_,
           fmt::format("the header is damaged: {} in {} {}", found, kind, shown_name(name_)));
  }

  void finish_tensor() {
    for (std::size_t i = 0; i < kFields.size(); ++i) {
      if (!has_field_[i]) fail(fmt::format("no {}", kFields[i]));
    }
    if (offsets_.size() != 2) fail(fmt::format("{} offsets", offsets_.size()));
    const auto [begin, end] = std::pair(offsets_[0], offsets_[1]);
    const auto bytes = bytes_of(tensor().type, tensor().shape);
    if (!bytes) {
      fail(fmt::format("{} of shape [{}], which cannot be meant,", to_string(tensor().type),
                       fmt::join(tensor().shape, ", ")));
    }
    if (end < begin || end - begin != *bytes) {
      fail(fmt::format("data from byte {} to {}, expected {} bytes for {} of shape [{}],", begin,
                       end, *bytes, to_string(tensor().type), fmt::join(tensor().shape, ", ")));
    }
    tensor().offset = begin;
    tensor().bytes = *bytes;
  }

  SafetensorsHeader& header_;
  const std::string& source_;
  At at_ = At::kStart;
  bool has_metadata_ = false;
  std::string name_;
  std::string field_;
  std::array<bool, kFields.size()> has_field_{};  // of this tensor, so far
  std::vector<std::uint64_t> offsets_;
};

void check_names(const std::vector<TensorInfo>& tensors, const std::string& source) {
  std::vector<std::string_view> names;
  names.reserve(tensors.size());
  for (const TensorInfo& tensor : tensors) names.push_back(tensor.name);
  std::sort(names.begin(), names.end());
  const auto twice = std::adjacent_find(names.begin(), names.end());
  if (twice != names.end()) {
    refuse(source, fmt::format("two tensors are called {}", shown_name(std::string(*twice))));
  }
}

// The end of the last tensor, when they lie one after the other.
std::uint64_t check_places(const std::vector<TensorInfo>& tensors, const std::string& source) {
  std::vector<std::size_t> order(tensors.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return std::pair(tensors[a].offset, tensors[a].bytes) <
           std::pair(tensors[b].offset, tensors[b].bytes);
  });
  std::uint64_t end = 0;
  for (const std::size_t i : order) {
    if (tensors[i].offset != end) {
      refuse(source, fmt::format("tensor {} begins at byte {} of the data, expected {}: there are "
                                 "no gaps and no overlaps",
                                 shown_name(tensors[i].name), tensors[i].offset, end));
    }
    end += tensors[i].bytes;
  }
  return end;
}

// The text of a JSON string, with quotes.
std::string quoted(const std::string& text) {
  try {
    return Json(text).dump();
  } catch (const Json::exception&) {
    throw Error(ErrorKind::kInternal,
                fmt::format("{} is no UTF-8, as safetensors asks for", shown_name(text)));
  }
}

}  // namespace

std::string shown_name(const std::string& name) {
  if (name.size() <= kLongestShownName) return fmt::format("{:?}", name);
  return fmt::format("{:?}...", name.substr(0, kLongestShownName));
}

std::optional<std::uint64_t> bytes_of(DType type, const Shape& shape) {
  auto bits = static_cast<std::int64_t>(bits_of(type));
  bool is_empty = false;
  for (const std::int64_t extent : shape) {
    is_empty = is_empty || extent == 0;
    // An empty array's other extents must be such that callers may multiply them, too.
    if (extent < 0 || __builtin_mul_overflow(bits, std::max(extent, std::int64_t{1}), &bits)) {
      return std::nullopt;
    }
  }
  if (is_empty) return 0;
  if (bits % 8 != 0) return std::nullopt;
  return static_cast<std::uint64_t>(bits / 8);
}

std::uint64_t safetensors_header_bytes(std::span<const std::byte> bytes, std::uintmax_t file_bytes,
                                       const std::string& source) {
  if (bytes.size() < kLengthBytes || file_bytes < kLengthBytes) {
    refuse(source, fmt::format("no safetensors file: {} bytes, expected at least {}", file_bytes,
                               kLengthBytes));
  }
  std::uint64_t length = 0;
  for (std::size_t i = 0; i < kLengthBytes; ++i) {
    length |= static_cast<std::uint64_t>(bytes[i]) << (8 * i);
  }
  if (length > kLargestSafetensorsHeader) {
    refuse(source, fmt::format("no safetensors file: a header of {} bytes, expected at most {}",
                               length, kLargestSafetensorsHeader));
  }
  if (length > file_bytes - kLengthBytes) {
    refuse(source,
           fmt::format("{} bytes, expected at least {}: the header is truncated", file_bytes,
                       kLengthBytes + length),
           "copy the file again");
  }
  return length;
}

SafetensorsHeader parse_safetensors_header(std::span<const std::byte> bytes,
                                           std::uintmax_t file_bytes, const std::string& source) {
  const std::uint64_t length = safetensors_header_bytes(bytes, file_bytes, source);
  if (bytes.size() < kLengthBytes + length) {
    throw Error(ErrorKind::kInternal,
                fmt::format("{} bytes of {} of a header", bytes.size(), kLengthBytes + length));
  }
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()) + kLengthBytes, length);
  // The parser would take a zero byte for the end, and whatever follows would be hidden.
  if (!text.starts_with('{') || text.find('\0') != std::string_view::npos) {
    refuse(source, "no safetensors file: the header is no JSON object");
  }
  SafetensorsHeader header;
  header.data_offset = kLengthBytes + length;
  HeaderEvents events(header, source);
  Json::sax_parse(text.begin(), text.end(), &events);
  check_names(header.tensors, source);
  const std::uint64_t data_bytes = check_places(header.tensors, source);
  if (data_bytes != file_bytes - header.data_offset) {
    refuse(
        source, fmt::format("{} bytes, expected {}", file_bytes, header.data_offset + data_bytes),
        data_bytes > file_bytes - header.data_offset ? "the file is truncated: copy it again" : "");
  }
  const auto checksum = header.metadata.find(kChecksumKey);
  if (checksum != header.metadata.end() && checksum->second.size() == kHashDigits) {
    const std::string written = fmt::format("\"{}\":\"{}\"", kChecksumKey, checksum->second);
    const std::size_t at = text.find(written);
    if (at != std::string_view::npos) {
      header.checksum_offset = kLengthBytes + at + written.size() - 1 - kHashDigits;
    }
  }
  return header;
}

std::string format_safetensors_header(std::span<const TensorInfo> tensors,
                                      const Metadata& metadata) {
  std::string text(kOwnStart);
  text.append(kHashDigits, '0') += '"';
  for (const auto& [key, value] : metadata) {
    if (key == kLayoutKey || key == kChecksumKey) {
      throw Error(ErrorKind::kInternal, fmt::format("the metadata key '{}' is taken", key));
    }
    text += fmt::format(",{}:{}", quoted(key), quoted(value));
  }
  text += "}";
  std::uint64_t end = 0;
  for (const TensorInfo& tensor : tensors) {
    if (tensor.name.empty() || tensor.name == kMetadataKey) {
      throw Error(ErrorKind::kInternal,
                  fmt::format("a tensor cannot be called {}", shown_name(tensor.name)));
    }
    text += fmt::format(R"(,{}:{{"dtype":"{}","shape":[{}],"data_offsets":[{},{}]}})",
                        quoted(tensor.name), to_string(tensor.type), fmt::join(tensor.shape, ","),
                        end, end + tensor.bytes);
    end += tensor.bytes;
  }
  text += "}";
  text.append((kLengthBytes - text.size() % kLengthBytes) % kLengthBytes, ' ');
  if (text.size() > kLargestSafetensorsHeader || tensors.size() > kMostEntries) {
    throw Error(ErrorKind::kInternal,
                fmt::format("{} tensors and a header of {} bytes are too many", tensors.size(),
                            text.size()));
  }
  std::string length;
  for (std::size_t i = 0; i < kLengthBytes; ++i) {
    length += static_cast<char>((text.size() >> (8 * i)) & 0xff);
  }
  return length + text;
}

}  // namespace sengen::io
