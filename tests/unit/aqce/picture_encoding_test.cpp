// SPDX-License-Identifier: Apache-2.0
// ctest: timeout=900
#include <systems/aqce/picture_encoding.hpp>
#include <systems/aqce/picture_transform.hpp>

#include <cmath>
#include <cstdlib>
#include <numbers>
#include <numeric>

#include <sengen/core/random.hpp>
#include <sengen/io/picture.hpp>
#include <sengen/statistics/image_measures.hpp>

#include "../scratch.hpp"

namespace sengen::aqce {
namespace {

io::PixelMap random_picture(std::int64_t width, std::int64_t height, int channels = 1,
                            int peak = 255) {
  io::PixelMap picture{width, height, channels, peak, {}};
  const Random random(11);
  for (std::int64_t i = 0; i < width * height * channels; ++i) {
    picture.values.push_back(static_cast<std::uint16_t>(
        random.below(static_cast<std::uint64_t>(peak) + 1, static_cast<std::uint64_t>(i))));
  }
  return picture;
}

PictureCoding coding_of(Ordering ordering, Segments segments = {}, bool pad = false) {
  return {ordering, pad, segments};
}

constexpr Ordering kAll[] = {Ordering::kRaster, Ordering::kGray, Ordering::kDct, Ordering::kHaar};

void expect_comes_back(const io::PixelMap& picture, const PictureCoding& coding) {
  const EncodedPicture encoded = encode_picture(picture, coding, "a.pgm");
  for (const EncodedTile& tile : encoded.tiles) {
    double sum = 0;
    for (const double amplitude : tile.amplitudes) sum += amplitude * amplitude;
    EXPECT_NEAR(sum, 1, 1e-13);
  }
  const auto back = decode_picture(encoded);
  const auto expected = pixel_values(picture);
  ASSERT_EQ(back.size(), expected.size());
  for (std::size_t i = 0; i < back.size(); ++i) {
    ASSERT_NEAR(back[i], expected[i], 1e-11 * picture.peak) << to_string(coding.ordering);
  }
}

TEST(PictureEncoding, BringsPicturesBack) {
  for (const Ordering ordering : kAll) {
    expect_comes_back(random_picture(16, 8), coding_of(ordering));
    expect_comes_back(random_picture(1, 16), coding_of(ordering));
    expect_comes_back(random_picture(16, 16, 3, 65535), coding_of(ordering, {4, 2}));
    expect_comes_back(random_picture(13, 5, 3), coding_of(ordering, {}, true));
    expect_comes_back(random_picture(13, 5), coding_of(ordering, {2, 3}, true));
  }
}

TEST(PictureEncoding, PutsPixelsWhereTheOrderingSays) {
  io::PixelMap picture{4, 2, 1, 255, {}};
  picture.values = {1, 2, 3, 4, 5, 6, 7, 8};
  const auto amplitudes = [&](Ordering ordering) {
    auto tile = encode_picture(picture, coding_of(ordering), "a.pgm").tiles.front();
    for (double& value : tile.amplitudes) value *= tile.norm;
    return tile.amplitudes;
  };
  EXPECT_THAT(amplitudes(Ordering::kRaster),
              ::testing::Pointwise(::testing::DoubleNear(1e-12), {1, 2, 3, 4, 5, 6, 7, 8}));
  // Columns 0, 1, 3, 2.
  EXPECT_THAT(amplitudes(Ordering::kGray),
              ::testing::Pointwise(::testing::DoubleNear(1e-12), {1, 2, 4, 3, 5, 6, 8, 7}));
  // The mean comes first.
  const double mean = 36 / std::sqrt(8.0);
  EXPECT_NEAR(amplitudes(Ordering::kDct).front(), mean, 1e-12);
  EXPECT_NEAR(amplitudes(Ordering::kHaar).front(), mean, 1e-12);
}

TEST(PictureEncoding, TransformsByTheFormulas) {
  Image image(1, 4);
  image << 1, 5, 2, 9;
  const Image cosines = cosine_transform(image);
  for (int k = 0; k < 4; ++k) {
    double sum = 0;
    for (int n = 0; n < 4; ++n)
      sum += image(0, n) * std::cos(std::numbers::pi * k * (2 * n + 1) / 8);
    EXPECT_NEAR(cosines(0, k), sum * std::sqrt((k == 0 ? 1 : 2) / 4.0), 1e-13);
  }
  const Image haar = haar_transform(image);
  const double root = std::sqrt(2.0);
  EXPECT_NEAR(haar(0, 0), 8.5, 1e-13);
  EXPECT_NEAR(haar(0, 1), -2.5, 1e-13);
  EXPECT_NEAR(haar(0, 2), -4 / root, 1e-13);
  EXPECT_NEAR(haar(0, 3), -7 / root, 1e-13);
}

TEST(PictureEncoding, NumbersItsTiles) {
  const auto encoded = encode_picture(random_picture(8, 4, 3), coding_of({}, {2, 4}), "a.ppm");
  ASSERT_EQ(encoded.tiles.size(), 24U);
  EXPECT_EQ(encoded.layout.tile_width, 2);
  EXPECT_EQ(encoded.layout.tile_height, 2);
  const EncodedTile& tile = encoded.tiles[8 + 4 + 2];
  EXPECT_EQ(tile.channel, 1);
  EXPECT_EQ(tile.row, 1);
  EXPECT_EQ(tile.column, 2);
}

TEST(PictureEncoding, GivesABlackTileNormZero) {
  io::PixelMap picture{4, 2, 1, 255, {0, 0, 3, 4, 0, 0, 0, 0}};
  const auto encoded = encode_picture(picture, coding_of({}, {1, 2}), "a.pgm");
  EXPECT_EQ(encoded.tiles[0].norm, 0);
  EXPECT_EQ(encoded.tiles[0].amplitudes, (std::vector<double>{1, 0, 0, 0}));
  EXPECT_EQ(encoded.tiles[1].norm, 5);
  expect_comes_back(picture, coding_of({}, {1, 2}));
}

TEST(PictureEncoding, RefusesWhatDoesNotFit) {
  const auto encode = [](const io::PixelMap& picture, Segments segments, bool pad = false) {
    encode_picture(picture, coding_of({}, segments, pad), "a.pgm");
  };
  expect_refused(
      ErrorKind::kInput,
      {"a.pgm: 12 columns in 1 segment are no power of two", "--pad adds black ones up to 16"},
      [&] { encode(random_picture(12, 8), {}); });
  expect_refused(ErrorKind::kInput, {"a.pgm: 12 lines in 2 segments", "--pad", "up to 16"},
                 [&] { encode(random_picture(8, 12), {2, 2}); });
  expect_refused(ErrorKind::kInput, {"8 lines cannot be cut into 9 segments"},
                 [&] { encode(random_picture(8, 8), {9, 1}, true); });
  expect_refused(ErrorKind::kInput, {"black all over", "norm 0"},
                 [&] { encode({2, 2, 1, 255, {0, 0, 0, 0}}, {}); });
}

TEST(PictureEncoding, ReadsItsWords) {
  EXPECT_EQ(ordering_named("haar"), Ordering::kHaar);
  for (const Ordering ordering : kAll) EXPECT_EQ(ordering_named(to_string(ordering)), ordering);
  expect_refused(ErrorKind::kUsage, {"'grey' is no ordering", "did you mean 'gray'?"},
                 [] { ordering_named("grey"); });
  EXPECT_EQ(parse_segments("2x16").columns, 16);
  EXPECT_EQ(parse_segments("").rows, 1);
  for (const char* word : {"4", "x4", "4x", "0x4", "4x4x4", "-1x2", "4x2000", "four"}) {
    expect_refused(ErrorKind::kUsage, {word, "ROWSxCOLUMNS"}, [&] { parse_segments(word); });
  }
}

TEST(PictureEncoding, TakesThePhaseOutOfAState) {
  const std::vector<double> target = {0.6, 0, 0, -0.8};
  const std::complex<double> phase = std::polar(1.0, 2.1);
  const std::vector<std::complex<double>> state = {0.6 * phase, 0, 0, -0.8 * phase};
  const auto back = decoded_amplitudes(state, target);
  for (std::size_t i = 0; i < 4; ++i) EXPECT_NEAR(back[i], target[i], 1e-15);
}

TEST(PictureEncoding, RoundsAndClipsAtTheEndOnly) {
  PictureLayout layout;
  layout.width = 5;
  layout.height = 1;
  layout.peak = 510;
  const std::vector<double> values = {-3, 0.9, 1.1, 509, 600};
  EXPECT_EQ(to_picture(values, layout).pixels, (std::vector<std::uint8_t>{0, 0, 1, 255, 255}));
}

// Numbers of the field's sheet for a 256 x 256 picture; they were made by another program.
TEST(PictureEncoding, HasTheNumbersOfACameraPicture) {
  const char* data = std::getenv("SENGEN_TEST_DATA");
  if (data == nullptr) GTEST_SKIP() << "SENGEN_TEST_DATA names no folder of test data";
  const auto picture =
      io::read_picture(std::filesystem::path(data) / "quantum/images/camera_256.pgm");
  const auto pixels = pixel_values(picture);
  const auto overlap = [&](const std::vector<double>& other) {
    const double product = std::inner_product(pixels.begin(), pixels.end(), other.begin(), 0.0);
    const double a = std::inner_product(pixels.begin(), pixels.end(), pixels.begin(), 0.0);
    const double b = std::inner_product(other.begin(), other.end(), other.begin(), 0.0);
    return product / std::sqrt(a * b);
  };
  const auto noise = [&](const std::vector<double>& other) {
    return statistics::peak_signal_to_noise(other, pixels, 255);
  };
  EXPECT_NEAR(overlap(flat_picture(picture)), 0.87049, 6e-6);
  EXPECT_NEAR(noise(flat_picture(picture)), 10.9, 0.06);
  EXPECT_NEAR(overlap(largest_haar_coefficients(picture, 72)), 0.98165, 6e-6);
  EXPECT_NEAR(noise(largest_haar_coefficients(picture, 72)), 19.1, 0.06);
  EXPECT_NEAR(overlap(largest_haar_coefficients(picture, 432)), 0.99298, 6e-6);
  EXPECT_NEAR(noise(largest_haar_coefficients(picture, 432)), 23.2, 0.06);
}

}  // namespace
}  // namespace sengen::aqce
