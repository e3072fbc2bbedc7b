// SPDX-License-Identifier: Apache-2.0
#include <sengen/report/thinning.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace sengen::report {
namespace {

const double kNaN = std::numeric_limits<double>::quiet_NaN();

TEST(Envelope, KeepsShortLinesWhole) {
  EXPECT_EQ(envelope(std::vector<double>{3, kNaN, 1}, 8), (std::vector<std::size_t>{0, 1, 2}));
}

TEST(Envelope, KeepsASinglePeakOfALongLine) {
  std::vector<double> y(100'000);
  for (std::size_t i = 0; i < y.size(); ++i) y[i] = std::sin(0.01 * static_cast<double>(i));
  y[54'321] = 50;
  y[12'345] = -50;
  const auto kept = envelope(y, 1000);
  EXPECT_LE(kept.size(), 1000U);
  EXPECT_TRUE(std::is_sorted(kept.begin(), kept.end()));
  EXPECT_EQ(std::adjacent_find(kept.begin(), kept.end()), kept.end());
  EXPECT_TRUE(std::binary_search(kept.begin(), kept.end(), 54'321U));
  EXPECT_TRUE(std::binary_search(kept.begin(), kept.end(), 12'345U));
  EXPECT_EQ(kept.front(), 0U);
  EXPECT_EQ(kept.back(), y.size() - 1);
}

TEST(Envelope, KeepsTheGaps) {
  std::vector<double> y(10'000, 1.0);
  y[5'000] = kNaN;
  const auto kept = envelope(y, 100);
  EXPECT_TRUE(std::binary_search(kept.begin(), kept.end(), 5'000U));
}

TEST(BlockMeans, AverageFiniteCellsAndKeepHoles) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const std::vector<float> field = {1, 3,   nan, nan, 7,  //
                                    5, 7,   nan, 2,   9,  //
                                    4, nan, 6,   6,   5};
  const auto means = block_means(field, 5, 2);
  ASSERT_EQ(means.size(), 6U);
  EXPECT_EQ(means[0], 4);
  EXPECT_TRUE(std::isnan(means[1]));  // one of four
  EXPECT_EQ(means[2], 8);
  EXPECT_EQ(means[3], 4);  // half of a block at the edge
  EXPECT_EQ(means[4], 6);
  EXPECT_EQ(means[5], 5);
  EXPECT_EQ(block_centres(std::vector<double>{0, 1, 2, 3, 4}, 2), (std::vector{0.5, 2.5, 4.0}));
}

TEST(Coarsening, FindsTheLeastSideThatIsEnough) {
  EXPECT_EQ(coarsening(200, 200, 40'000), 1U);
  EXPECT_EQ(coarsening(201, 200, 40'000), 2U);
  EXPECT_EQ(coarsening(5, 3, 6), 2U);
}

}  // namespace
}  // namespace sengen::report
