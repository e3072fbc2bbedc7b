// SPDX-License-Identifier: Apache-2.0
#include <sengen/io/picture.hpp>

#include "io_test.hpp"

namespace sengen::io {
namespace {

using PictureTest = ScratchTest;
using Values = std::vector<std::uint16_t>;

PixelMap parse(const std::string& text) {
  return parse_pnm(std::as_bytes(std::span(text)), "a.pgm");
}

void refuses(const std::string& text, const std::string& part) {
  expect_refused(ErrorKind::kInput, {"a.pgm", part}, [&] { parse(text); });
}

TEST(Picture, ReadsAllFourFormatsOfBothDepths) {
  const PixelMap p2 = parse("P2\n# a comment\n3 2 # another\n15\n0 1 2\n3 14 15\n");
  EXPECT_EQ(p2.width, 3);
  EXPECT_EQ(p2.height, 2);
  EXPECT_EQ(p2.channels, 1);
  EXPECT_EQ(p2.peak, 15);
  EXPECT_EQ(p2.values, (Values{0, 1, 2, 3, 14, 15}));
  EXPECT_EQ(parse("P5 2 1 255\n\x07\xff").values, (Values{7, 255}));
  const PixelMap deep = parse(std::string("P5\n2 1\n65535\n\x01\x02\xff\xff"));
  EXPECT_EQ(deep.values, (Values{258, 65535}));
  EXPECT_EQ(deep.peak, 65535);
  const PixelMap p3 = parse("P3 1 2 255 1 2 3 255 0 9");
  EXPECT_EQ(p3.channels, 3);
  EXPECT_EQ(p3.height, 2);
  EXPECT_EQ(p3.values, (Values{1, 2, 3, 255, 0, 9}));
  EXPECT_EQ(parse("P6 1 1 256\n" + std::string("\1\0\0\2\0\3", 6)).values, (Values{256, 2, 3}));
  // The first blank ends the header, the second is a pixel.
  EXPECT_EQ(parse("P5 1 1 255\n\n").values, (Values{'\n'}));
}

TEST(Picture, RefusesWhatIsDamaged) {
  refuses("", "P2, P3, P5, P6");
  refuses("P1 2 2 0 1 1 0", "P2, P3, P5, P6");
  refuses("P5", "the file ends before a width");
  refuses("P5 # never ends", "the file ends before a width");
  refuses("P5 3 x 255\n", "expected a height at byte 5");
  refuses("P5 0 1 255\n", "a width at byte 3 is not from 1");
  refuses("P5 1 1 65536\n0", "a largest value");
  refuses("P5 1 1 255", "ends with its header");
  refuses("P5 3 2 255\n12345", "5 bytes of pixels, expected 6");
  refuses("P5 3 2 255\n1234567", "7 bytes of pixels, expected 6");
  refuses("P5 1 1 10\n\x0b", "pixel value 11 is above");
  refuses("P2 1 1 255 -3", "expected a pixel value");
  refuses("P2 1 1 255 256", "a pixel value");
  refuses("P2 2 1 255 1", "the file ends before a pixel value");
  refuses("P2 1 1 255 1 1", "more numbers than pixels");
  refuses("P2 99999999999999999999 1 255 1", "a width");
  refuses("P2 200000 200000 255 1", "too many");
  refuses("P2 20000 10000 255 1", "do not fit");
}

TEST_F(PictureTest, TakesAnyKindByItsContent) {
  const Picture grey{3, 2, 1, {0, 10, 20, 30, 40, 255}};
  write_pgm(folder / "grey.png", grey);  // whatever its name says
  write_png(folder / "grey.pgm", grey);
  for (const char* name : {"grey.png", "grey.pgm"}) {
    const PixelMap back = read_picture(folder / name);
    EXPECT_EQ(back.width, 3);
    EXPECT_EQ(back.height, 2);
    EXPECT_EQ(back.peak, 255);
    EXPECT_TRUE(std::equal(back.values.begin(), back.values.end(), grey.pixels.begin()));
  }
  write_png(folder / "colour", {1, 1, 3, {1, 2, 3}});
  EXPECT_EQ(read_picture(folder / "colour").channels, 3);
  EXPECT_EQ(text_of(folder / "grey.png").substr(0, 11), "P5\n3 2\n255\n");
  write_text(folder / "notes", "some words");
  expect_refused(ErrorKind::kInput, {"notes is a text", "expected a PGM, PPM or PNG"},
                 [&] { read_picture(folder / "notes"); });
  expect_refused(ErrorKind::kInput, {"absent"}, [&] { read_picture(folder / "absent"); });
  expect_refused(ErrorKind::kInternal, {"grey picture"},
                 [&] { write_pgm(folder / "x", {1, 1, 3, {1, 2, 3}}); });
}

}  // namespace
}  // namespace sengen::io
