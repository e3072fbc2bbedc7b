// SPDX-License-Identifier: Apache-2.0
#include <sengen/io/event_file.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <chrono>
#include <cmath>
#include <iterator>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <unistd.h>
#include <nlohmann/json.hpp>

#include <sengen/core/crc32c.hpp>
#include <sengen/core/error.hpp>
#include <sengen/parallel/communicator.hpp>

namespace sengen::io {

namespace {

constexpr std::size_t kBufferBytes = 1 << 16;
constexpr std::size_t kBuckets = 30;  // as many as TensorBoard's own summaries have

// What protocol buffers call a message: fields of (number, wire type) and value, one after the
// other. developers.google.com/protocol-buffers/docs/encoding
class Message {
 public:
  const std::string& bytes() const noexcept { return bytes_; }

  Message& integer(std::uint32_t number, std::int64_t value) {
    key(number, 0);
    varint(static_cast<std::uint64_t>(value));
    return *this;
  }
  Message& real(std::uint32_t number, double value) {
    key(number, 1);
    fixed(std::bit_cast<std::uint64_t>(value), 8);
    return *this;
  }
  Message& real32(std::uint32_t number, float value) {
    key(number, 5);
    fixed(std::bit_cast<std::uint32_t>(value), 4);
    return *this;
  }
  Message& text(std::uint32_t number, std::string_view value) {
    key(number, 2);
    varint(value.size());
    bytes_ += value;
    return *this;
  }
  Message& message(std::uint32_t number, const Message& value) {
    return text(number, value.bytes_);
  }
  Message& reals(std::uint32_t number, std::span<const double> values) {  // "packed"
    key(number, 2);
    varint(8 * values.size());
    for (const double value : values) fixed(std::bit_cast<std::uint64_t>(value), 8);
    return *this;
  }

 private:
  void key(std::uint32_t number, std::uint32_t wire_type) { varint(number << 3 | wire_type); }
  void varint(std::uint64_t value) {
    for (; value >= 0x80; value >>= 7) bytes_ += static_cast<char>((value & 0x7f) | 0x80);
    bytes_ += static_cast<char>(value);
  }
  void fixed(std::uint64_t value, int count) {
    for (int i = 0; i < count; ++i) bytes_ += static_cast<char>((value >> (8 * i)) & 0xff);
  }

  std::string bytes_;
};

double seconds_since_1970() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

std::string little_endian(std::uint64_t value, int count) {
  std::string bytes;
  for (int i = 0; i < count; ++i) bytes += static_cast<char>((value >> (8 * i)) & 0xff);
  return bytes;
}

// So that the checksum of something that holds checksums is no trivial number.
std::string masked_crc(std::string_view bytes) {
  const std::uint32_t crc = crc32c(std::as_bytes(std::span(bytes)));
  return little_endian(std::rotr(crc, 15) + 0xa282ead8U, 4);
}

// The readers of protocol buffers refuse a message with a text that is no UTF-8.
std::string as_utf8(std::string_view text) {
  using Json = nlohmann::json;
  const std::string quoted = Json(text).dump(-1, ' ', false, Json::error_handler_t::replace);
  return Json::parse(quoted).get<std::string>();
}

Message value_of(std::string_view tag) { return Message().text(1, as_utf8(tag)); }

std::filesystem::path free_name(const std::filesystem::path& folder) {
  const std::string name =
      fmt::format("events.out.tfevents.{:.0f}.{}.{}", std::floor(seconds_since_1970()),
                  parallel::host_name(), getpid());
  std::filesystem::path path = folder / name;
  for (int i = 1; std::filesystem::exists(path); ++i) path = folder / fmt::format("{}.{}", name, i);
  return path;
}

// Big-endian, as PNG has them.
std::int64_t number_at(std::span<const std::byte> bytes, std::size_t at) {
  std::int64_t number = 0;
  for (std::size_t i = at; i < at + 4; ++i)
    number = number << 8 | static_cast<std::int64_t>(bytes[i]);
  return number;
}

constexpr std::string_view kPngStart("\x89PNG\r\n\x1a\n\0\0\0\rIHDR", 16);
constexpr std::size_t kPngHeaderBytes = 26;  // as far as the kind of colours

// By the kind of colours in a PNG: grey, -, RGB, palette, grey and alpha, -, RGBA.
constexpr std::array<std::int64_t, 7> kColourSpaces = {1, 1, 3, 3, 2, 1, 4};

}  // namespace

EventFile::EventFile(const std::filesystem::path& folder)
    : path_(free_name(folder)),
      file_(std::make_unique<OutputFile>(path_, OutputFile::Start::kNew)) {
  add_event(Message().real(1, seconds_since_1970()).text(3, "brain.Event:2").bytes());
  flush();
}

EventFile::~EventFile() {
  try {
    flush();
  } catch (const Error&) {
    file_.reset();  // who wants to know calls flush()
  }
}

void EventFile::add_event(const std::string& event) {
  const std::string length = little_endian(event.size(), 8);
  buffer_ += length + masked_crc(length) + event + masked_crc(event);
  if (buffer_.size() >= kBufferBytes) flush();
}

void EventFile::add_value(std::int64_t step, const std::string& value) {
  add_event(Message()
                .real(1, seconds_since_1970())
                .integer(2, step)
                .message(5, Message().text(1, value))
                .bytes());
}

void EventFile::add_scalar(std::string_view tag, std::int64_t step, double value) {
  add_value(step, value_of(tag).real32(2, static_cast<float>(value)).bytes());
}

void EventFile::add_text(std::string_view tag, std::int64_t step, std::string_view text) {
  constexpr std::int64_t kStringType = 7;  // DT_STRING
  // A shape without axes: of a list TensorBoard would make a table.
  const Message tensor = Message().integer(1, kStringType).message(2, {}).text(8, as_utf8(text));
  const Message metadata = Message().message(1, Message().text(1, "text"));
  add_value(step, value_of(tag).message(8, tensor).message(9, metadata).bytes());
}

void EventFile::add_image(std::string_view tag, std::int64_t step, std::span<const std::byte> png) {
  const std::string_view bytes(reinterpret_cast<const char*>(png.data()), png.size());
  if (bytes.size() < kPngHeaderBytes || !bytes.starts_with(kPngStart)) {
    throw Error(ErrorKind::kInternal, fmt::format("the picture '{}' is no PNG", tag));
  }
  const auto colours = std::min<std::size_t>(static_cast<std::size_t>(png[25]), 6);
  const Message image = Message()
                            .integer(1, number_at(png, 20))
                            .integer(2, number_at(png, 16))
                            .integer(3, kColourSpaces[colours])
                            .text(4, bytes);
  add_value(step, value_of(tag).message(4, image).bytes());
}

void EventFile::add_histogram(std::string_view tag, std::int64_t step,
                              std::span<const double> values) {
  std::vector<double> finite;
  std::copy_if(values.begin(), values.end(), std::back_inserter(finite),
               [](double value) { return std::isfinite(value); });
  double sum = 0;
  double sum_of_squares = 0;
  for (const double value : finite) {
    sum += value;
    sum_of_squares += value * value;
  }
  std::vector<double> limits;  // the upper end of each class
  std::vector<double> counts;
  double least = 0;
  double largest = 0;
  if (!finite.empty()) {
    const auto [low, high] = std::minmax_element(finite.begin(), finite.end());
    least = *low;
    largest = *high;
    const std::size_t classes = least < largest ? kBuckets : 1;
    for (std::size_t i = 1; i < classes; ++i) {
      limits.push_back(std::lerp(least, largest, static_cast<double>(i) / kBuckets));
    }
    limits.push_back(largest);
    counts.resize(classes);
    for (const double value : finite) {
      const auto place = std::upper_bound(limits.begin(), limits.end() - 1, value);
      ++counts[static_cast<std::size_t>(place - limits.begin())];
    }
  }
  const Message histogram = Message()
                                .real(1, least)
                                .real(2, largest)
                                .real(3, static_cast<double>(finite.size()))
                                .real(4, sum)
                                .real(5, sum_of_squares)
                                .reals(6, limits)
                                .reals(7, counts);
  add_value(step, value_of(tag).message(5, histogram).bytes());
}

void EventFile::flush() {
  // Taken out first: a record that was written in part cannot be written again.
  const std::string bytes = std::exchange(buffer_, {});
  file_->write(bytes);
}

}  // namespace sengen::io
