// SPDX-License-Identifier: Apache-2.0
#include <sengen/io/png.hpp>

#include <span>

#include <zlib.h>

#include "io_test.hpp"

namespace sengen::io {
namespace {

using PngTest = ScratchTest;

void append_big_endian(std::string& text, std::uint32_t value) {
  for (int shift = 24; shift >= 0; shift -= 8) text += static_cast<char>(value >> shift);
}

std::string chunk(const std::string& name, const std::string& data) {
  std::string text;
  append_big_endian(text, static_cast<std::uint32_t>(data.size()));
  const std::string body = name + data;
  text += body;
  const auto* bytes = reinterpret_cast<const Bytef*>(body.data());
  append_big_endian(text,
                    static_cast<std::uint32_t>(crc32(0, bytes, static_cast<uInt>(body.size()))));
  return text;
}

std::string packed(const std::string& raw) {
  uLongf size = compressBound(static_cast<uLong>(raw.size()));
  std::string text(size, '\0');
  compress(reinterpret_cast<Bytef*>(text.data()), &size, reinterpret_cast<const Bytef*>(raw.data()),
           static_cast<uLong>(raw.size()));
  text.resize(size);
  return text;
}

// Made by hand, so that kinds can be read which write_png does not make. lines: with the filter
// byte 0 before each; colour: 0 grey, 2 RGB, 3 palette, 4 grey + alpha, 6 RGBA.
std::string png(std::uint32_t width, std::uint32_t height, int depth, int colour,
                const std::string& lines, const std::string& palette = "") {
  std::string header;
  append_big_endian(header, width);
  append_big_endian(header, height);
  header += static_cast<char>(depth);
  header += static_cast<char>(colour);
  header += std::string(3, '\0');
  return "\x89PNG\r\n\x1a\n" + chunk("IHDR", header) +
         (palette.empty() ? "" : chunk("PLTE", palette)) + chunk("IDAT", packed(lines)) +
         chunk("IEND", "");
}

Picture parse(const std::string& text) {
  return parse_png(std::as_bytes(std::span(text)), "a.png");
}

using Bytes = std::vector<std::uint8_t>;

TEST_F(PngTest, BringsPicturesBackAsTheyWere) {
  for (const int channels : {1, 3}) {
    Picture picture{5, 3, channels, Bytes(static_cast<std::size_t>(15 * channels))};
    for (std::size_t i = 0; i < picture.pixels.size(); ++i) {
      picture.pixels[i] = static_cast<std::uint8_t>(i * 37);
    }
    write_png(folder / "a.png", picture);
    const Picture back = read_png(folder / "a.png");
    EXPECT_EQ(back.width, 5);
    EXPECT_EQ(back.height, 3);
    EXPECT_EQ(back.channels, channels);
    EXPECT_EQ(back.pixels, picture.pixels);
  }
}

TEST(Png, BringsEveryKindToEightBits) {
  const std::string start(1, '\0');
  EXPECT_EQ(parse(png(2, 1, 8, 0, start + "\x01\xc8")).pixels, (Bytes{1, 200}));
  EXPECT_EQ(parse(png(1, 1, 16, 0, start + "\xc8\xc8")).pixels, (Bytes{200}));
  EXPECT_EQ(parse(png(8, 1, 1, 0, start + "\xa0")).pixels, (Bytes{255, 0, 255, 0, 0, 0, 0, 0}));
  const Picture palette = parse(png(2, 1, 8, 3, start + std::string("\1\0", 2), "abcdef"));
  EXPECT_EQ(palette.channels, 3);
  EXPECT_EQ(palette.pixels, (Bytes{'d', 'e', 'f', 'a', 'b', 'c'}));
}

TEST(Png, LaysWhatIsTransparentOnBlack) {
  const std::string clear = std::string(1, '\0') + "\xff\xff\xff" + std::string(1, '\0');
  const Picture colour = parse(png(1, 1, 8, 6, clear));
  EXPECT_EQ(colour.channels, 3);
  EXPECT_EQ(colour.pixels, (Bytes{0, 0, 0}));
  const Picture grey = parse(png(2, 1, 8, 4, std::string("\0\xff\xff\xff\0", 5)));
  EXPECT_EQ(grey.channels, 1);
  EXPECT_EQ(grey.pixels, (Bytes{255, 0}));
}

TEST(Png, RefusesATruncatedFileAtEveryLength) {
  const std::string text = png(4, 2, 8, 0, std::string(10, '\0'));
  ASSERT_NO_THROW(parse(text));
  for (std::size_t length = 0; length < text.size(); ++length) {
    SCOPED_TRACE(length);
    expect_refused(ErrorKind::kInput, {"a.png", "no readable PNG"},
                   [&] { parse(text.substr(0, length)); });
  }
}

TEST(Png, RefusesWhatIsNoPicture) {
  const auto refused = [](const std::string& text, const std::string& why) {
    expect_refused(ErrorKind::kInput, {"a.png", why}, [&] { parse(text); });
  };
  refused("GIF89a", "no readable PNG");
  refused(png(0, 1, 8, 0, ""), "no readable PNG");
  refused(png(1, 1, 7, 0, "ab"), "no readable PNG");
  std::string damaged = png(4, 2, 8, 0, std::string(10, '\0'));
  damaged[45] = static_cast<char>(damaged[45] ^ 0x40);  // inside of IDAT
  refused(damaged, "no readable PNG");
}

TEST(Png, KeepsTransparencyWhereItIsAskedFor) {
  const auto kept = [](const std::string& text) {
    return parse_png(std::as_bytes(std::span(text)), "a.png", Transparency::kKept);
  };
  const Picture colour = kept(png(2, 1, 8, 6, std::string("\0\x10\x20\x30\x40\xff\xff\xff\0", 9)));
  EXPECT_EQ(colour.channels, 4);
  EXPECT_EQ(colour.pixels, (Bytes{0x10, 0x20, 0x30, 0x40, 0xff, 0xff, 0xff, 0}));
  const Picture grey = kept(png(1, 1, 8, 4, std::string("\0\x50\x60", 3)));
  EXPECT_EQ(grey.pixels, (Bytes{0x50, 0x50, 0x50, 0x60}));
  EXPECT_EQ(kept(png(1, 1, 8, 2, std::string(4, '\0'))).channels, 3);
  EXPECT_EQ(kept(png(1, 1, 8, 0, std::string(2, '\0'))).channels, 1);
}

// Before memory for them is asked for.
TEST(Png, RefusesMorePixelsThanTheBytesCanHold) {
  for (const std::uint32_t side : {1000U, 16384U, 100000U}) {
    expect_refused(ErrorKind::kInput, {"a.png", std::to_string(side), "too many"},
                   [&] { parse(png(side, side, 1, 0, "ab")); });
  }
  const std::string lines(1000 * 126, '\0');  // an honest picture of one colour is not refused
  EXPECT_EQ(parse(png(1000, 1000, 1, 0, lines)).pixels.size(), 1000000U);
}

TEST_F(PngTest, NamesAFileThatIsNotThere) {
  expect_refused(ErrorKind::kInput, {(folder / "absent.png").string()},
                 [&] { read_png(folder / "absent.png"); });
}

TEST_F(PngTest, RefusesAPictureOfAnotherSizeThanItsPixels) {
  expect_refused(ErrorKind::kInternal, {"3 bytes", "2 x 2 x 1"},
                 [&] { write_png(folder / "a.png", {2, 2, 1, Bytes(3)}); });
  EXPECT_EQ(entries_of(folder), 0);
}

TEST_F(PngTest, SurvivesAFullDisk) {
  const auto path = folder / "a.png";
  write_png(path, {1, 1, 1, {7}});
  const std::string before = text_of(path);
  EXPECT_EQ(kind_on_full_disk(40, [&] { write_png(path, {64, 64, 1, Bytes(4096, 9)}); }),
            kResourceCode);
  EXPECT_EQ(text_of(path), before);
  EXPECT_EQ(entries_of(folder), 1);
}

}  // namespace
}  // namespace sengen::io
