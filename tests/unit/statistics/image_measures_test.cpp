// SPDX-License-Identifier: Apache-2.0
// Against scikit-image (tests/data/image_reference.py), and what the definitions say.
#include <sengen/statistics/image_measures.hpp>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sengen/core/error.hpp>

namespace sengen::statistics {
namespace {

struct Case {
  std::int64_t width = 0, height = 0, peak = 0, noise = 0;
  double mse = 0, psnr = 0, ssim = 0;
  std::vector<double> reference, picture;
};

// pictures() of image_reference.py.
void make_pictures(Case& c) {
  for (std::int64_t y = 0; y < c.height; ++y) {
    for (std::int64_t x = 0; x < c.width; ++x) {
      const std::int64_t pattern = (x * x + 3 * y * y + 5 * x * y) / 16 % (c.peak + 1);
      const std::int64_t deviation =
          (x * 7919 + y * 104729 + x * y * 31) % (2 * c.noise + 1) - c.noise;
      c.reference.push_back(static_cast<double>(pattern));
      c.picture.push_back(
          static_cast<double>(std::clamp(pattern + deviation, std::int64_t{0}, c.peak)));
    }
  }
}

TEST(ImageMeasures, AgreeWithScikitImage) {
  const auto folder = std::filesystem::path(__FILE__).parent_path();
  std::ifstream file(folder / "../../data/image_reference.csv");
  std::string line;
  std::getline(file, line);
  int cases = 0;
  while (std::getline(file, line)) {
    std::replace(line.begin(), line.end(), ',', ' ');
    Case c;
    std::istringstream(line) >> c.width >> c.height >> c.peak >> c.noise >> c.mse >> c.psnr >>
        c.ssim;
    make_pictures(c);
    const auto peak = static_cast<double>(c.peak);
    EXPECT_NEAR(mean_squared_error(c.picture, c.reference) / c.mse, 1, 1e-13) << line;
    EXPECT_NEAR(peak_signal_to_noise(c.picture, c.reference, peak), c.psnr, 1e-11) << line;
    EXPECT_NEAR(structural_similarity(c.picture, c.reference, c.width, c.height, peak), c.ssim,
                1e-11)
        << line;
    ++cases;
  }
  EXPECT_EQ(cases, 4);
}

TEST(ImageMeasures, OfEqualPicturesAreExtreme) {
  const std::vector<double> picture(20 * 12, 7);
  EXPECT_EQ(mean_squared_error(picture, picture), 0);
  EXPECT_TRUE(std::isinf(peak_signal_to_noise(picture, picture, 255)));
  EXPECT_NEAR(structural_similarity(picture, picture, 20, 12, 255), 1, 1e-12);
}

TEST(ImageMeasures, RefuseWhatCannotBeCompared) {
  const std::vector<double> a(121, 1);
  const std::vector<double> b(120, 1);
  const auto refuses = [](const std::string& part, const auto& action) {
    try {
      action();
      ADD_FAILURE();
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kInput);
      EXPECT_THAT(error.message(), ::testing::HasSubstr(part));
    }
  };
  refuses("121 and 120 pixels", [&] { mean_squared_error(a, b); });
  refuses("0 and 0 pixels", [&] { mean_squared_error({}, {}); });
  refuses("the window needs 11 x 11", [&] { structural_similarity(b, b, 12, 10, 255); });
  refuses("the window needs 11 x 11", [&] { structural_similarity(a, a, 12, 11, 255); });
}

}  // namespace
}  // namespace sengen::statistics
