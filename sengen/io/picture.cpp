// SPDX-License-Identifier: Apache-2.0
#include <sengen/io/picture.hpp>

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

#include <sengen/core/error.hpp>
#include <sengen/io/atomic_file.hpp>
#include <sengen/io/file_bytes.hpp>
#include <sengen/io/file_kind.hpp>

namespace sengen::io {

namespace {

constexpr std::int64_t kMostPixels = std::int64_t{1} << 28;
constexpr std::int64_t kLargestPeak = 65535;

bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

// The words of a PNM file: numbers between blanks, '#' begins a comment up to the line's end.
class Words {
 public:
  Words(std::string_view text, const std::string& source) : text_(text), source_(source) {}

  [[noreturn]] void refuse(const std::string& what) const {
    throw Error(ErrorKind::kInput, fmt::format("{}: no readable PGM or PPM: {}", source_, what));
  }
  std::int64_t number(const char* what, std::int64_t least, std::int64_t most) {
    skip_blanks();
    const std::size_t start = at_;
    std::int64_t value = 0;
    while (at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9') {
      value = std::min<std::int64_t>(value * 10 + (text_[at_++] - '0'), most + 1);
    }
    if (start == text_.size()) refuse(fmt::format("the file ends before {}", what));
    if (start == at_ || (at_ < text_.size() && !is_blank(text_[at_]) && text_[at_] != '#')) {
      refuse(fmt::format("expected {} at byte {}", what, start));
    }
    if (value < least || value > most) {
      refuse(fmt::format("{} at byte {} is not from {} to {}", what, start, least, most));
    }
    return value;
  }
  // The one blank between the header and binary data, and what follows.
  std::string_view data() {
    if (at_ >= text_.size() || !is_blank(text_[at_])) refuse("the file ends with its header");
    return text_.substr(at_ + 1);
  }
  std::size_t left() const { return text_.size() - at_; }
  void expect_end() {
    skip_blanks();
    if (at_ != text_.size()) refuse(fmt::format("more numbers than pixels, from byte {} on", at_));
  }
  void skip(std::size_t count) { at_ += count; }

 private:
  void skip_blanks() {
    while (at_ < text_.size()) {
      if (text_[at_] == '#') {
        at_ = std::min(text_.find('\n', at_), text_.size());
      } else if (is_blank(text_[at_])) {
        ++at_;
      } else {
        return;
      }
    }
  }
  std::string_view text_;
  const std::string& source_;
  std::size_t at_ = 0;
};

void read_binary(Words& words, PixelMap& picture, std::size_t count) {
  const std::string_view data = words.data();
  const std::size_t item_bytes = picture.peak > 255 ? 2 : 1;
  if (data.size() != count * item_bytes) {
    words.refuse(fmt::format("{} bytes of pixels, expected {} for {} x {} x {} of {} bits",
                             data.size(), count * item_bytes, picture.height, picture.width,
                             picture.channels, 8 * item_bytes));
  }
  picture.values.resize(count);
  for (std::size_t i = 0; i < count; ++i) {
    unsigned value = static_cast<unsigned char>(data[i * item_bytes]);
    if (item_bytes == 2) value = value << 8 | static_cast<unsigned char>(data[2 * i + 1]);
    if (value > static_cast<unsigned>(picture.peak)) {
      words.refuse(fmt::format("pixel value {} is above the largest, {}", value, picture.peak));
    }
    picture.values[i] = static_cast<std::uint16_t>(value);
  }
}

void read_text(Words& words, PixelMap& picture, std::size_t count) {
  // A number and a blank.
  if (count > words.left() / 2 + 1) {
    words.refuse(fmt::format("{} x {} pixels do not fit into {} bytes", picture.height,
                             picture.width, words.left()));
  }
  picture.values.resize(count);
  for (std::uint16_t& value : picture.values) {
    value = static_cast<std::uint16_t>(words.number("a pixel value", 0, picture.peak));
  }
  words.expect_end();
}

}  // namespace

PixelMap parse_pnm(std::span<const std::byte> bytes, const std::string& source) {
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  Words words(text, source);
  if (text.size() < 2 || text[0] != 'P' ||
      std::string_view("2356").find(text[1]) == std::string_view::npos) {
    words.refuse("it begins with none of P2, P3, P5, P6");
  }
  words.skip(2);
  PixelMap picture;
  picture.channels = text[1] == '3' || text[1] == '6' ? 3 : 1;
  picture.width = words.number("a width", 1, kMostPixels);
  picture.height = words.number("a height", 1, kMostPixels);
  picture.peak = static_cast<int>(words.number("a largest value", 1, kLargestPeak));
  if (picture.height > kMostPixels / picture.width) {
    words.refuse(fmt::format("{} x {} pixels are too many", picture.height, picture.width));
  }
  const auto count = static_cast<std::size_t>(picture.width * picture.height * picture.channels);
  if (text[1] >= '5') {
    read_binary(words, picture, count);
  } else {
    read_text(words, picture, count);
  }
  return picture;
}

PixelMap read_picture(const std::filesystem::path& path) {
  const FileKind kind = file_kind(path);
  if (kind == FileKind::kPnm) return parse_pnm(read_bytes(path), path.string());
  if (kind != FileKind::kPng) {
    throw Error(ErrorKind::kInput, fmt::format("{} is {}, expected a PGM, PPM or PNG picture",
                                               path.string(), to_string(kind)));
  }
  const Picture png = read_png(path);
  return {png.width, png.height, png.channels, 255, {png.pixels.begin(), png.pixels.end()}};
}

void write_pgm(const std::filesystem::path& path, const Picture& picture) {
  if (picture.channels != 1 ||
      static_cast<std::int64_t>(picture.pixels.size()) != picture.width * picture.height) {
    throw Error(ErrorKind::kInternal,
                fmt::format("{} bytes for a grey picture of {} x {}", picture.pixels.size(),
                            picture.height, picture.width));
  }
  std::string text = fmt::format("P5\n{} {}\n255\n", picture.width, picture.height);
  text.append(picture.pixels.begin(), picture.pixels.end());
  write_text_atomic(path, text);
}

}  // namespace sengen::io
