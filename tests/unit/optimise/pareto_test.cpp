// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <numeric>

#include <gtest/gtest.h>

#include <sengen/core/error.hpp>
#include <sengen/core/random.hpp>
#include <sengen/optimise/pareto.hpp>

namespace {

using namespace sengen::optimise;

// Values on a coarse grid: many are equal.
std::vector<double> random_rows(std::size_t rows, std::size_t width, std::uint64_t seed) {
  const sengen::Random random(seed);
  std::vector<double> values(rows * width);
  for (std::size_t i = 0; i < values.size(); ++i) {
    values[i] = static_cast<double>(random.below(20, i)) / 4;
  }
  return values;
}

TEST(Pareto, RanksAreThoseOfPeelingFrontsOff) {
  for (const std::size_t width : {1U, 2U, 3U}) {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
      const auto rows = random_rows(60, width, seed);
      const auto row = [&](std::size_t i) { return std::span(rows).subspan(i * width, width); };
      std::vector<std::size_t> expected(60, 1000);
      for (std::size_t rank = 0, left = 60; left > 0; ++rank) {
        std::vector<std::size_t> front;
        for (std::size_t i = 0; i < 60; ++i) {
          bool dominated = false;
          for (std::size_t j = 0; j < 60; ++j) {
            dominated = dominated || (expected[j] == 1000 && dominates(row(j), row(i)));
          }
          if (expected[i] == 1000 && !dominated) front.push_back(i);
        }
        for (const std::size_t i : front) expected[i] = rank;
        left -= front.size();
      }
      EXPECT_EQ(pareto_ranks(rows, width), expected) << "width " << width << " seed " << seed;
    }
  }
}

TEST(Pareto, CrowdingIsTheDistanceOfNeighboursInRanges) {
  const std::vector<double> rows = {9, 9, 0, 10, 1, 4, 3, 3, 4, 0};
  const auto distances = crowding_distances(rows, 2, std::vector<std::size_t>{3, 1, 4, 2});
  EXPECT_DOUBLE_EQ(distances[0], 3.0 / 4 + 4.0 / 10);
  EXPECT_TRUE(std::isinf(distances[1]));
  EXPECT_TRUE(std::isinf(distances[2]));
  EXPECT_DOUBLE_EQ(distances[3], 3.0 / 4 + 7.0 / 10);
}

TEST(Pareto, HypervolumeOfStairs) {
  EXPECT_DOUBLE_EQ(hypervolume(std::vector<double>{1, 3, 2, 2, 3, 1}, std::vector<double>{4, 4}),
                   3 + 2 + 1);
  // Dominated, equal, and beyond the reference point: nothing more.
  EXPECT_DOUBLE_EQ(hypervolume(std::vector<double>{2.5, 2.5, 3, 1, 1, 3, 2, 2, 2, 2, 0, 4, 5, 0},
                               std::vector<double>{4, 4}),
                   6);
  EXPECT_DOUBLE_EQ(hypervolume({}, std::vector<double>{4, 4}), 0);
  EXPECT_THROW(hypervolume(std::vector<double>{1, 2, 3}, std::vector<double>{4, 4, 4}),
               sengen::Error);
}

TEST(Pareto, HypervolumeIsTheShareOfCoveredCells) {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    const auto rows = random_rows(12, 2, seed);
    int covered = 0;
    for (int i = 0; i < 20; ++i) {
      for (int j = 0; j < 20; ++j) {
        bool any = false;
        for (std::size_t k = 0; k < rows.size(); k += 2) {
          any = any || (4 * rows[k] <= i && 4 * rows[k + 1] <= j);
        }
        covered += any ? 1 : 0;
      }
    }
    EXPECT_NEAR(hypervolume(rows, std::vector<double>{5, 5}), covered / 16.0, 1e-12);
  }
}

TEST(FrontArchive, HoldsWhatIsNotDominated) {
  for (const std::size_t width : {2U, 3U}) {
    const auto rows = random_rows(300, width, 5);
    FrontArchive archive(width, 300);
    for (std::size_t i = 0; i < 300; ++i) {
      const double name = static_cast<double>(i);
      archive.add(std::span(&name, 1), std::span(rows).subspan(i * width, width));
    }
    const auto ranks = pareto_ranks(rows, width);
    std::vector<std::vector<double>> expected, found;
    for (std::size_t i = 0; i < 300; ++i) {
      const auto row = std::span(rows).subspan(i * width, width);
      if (ranks[i] == 0) expected.emplace_back(row.begin(), row.end());
    }
    std::sort(expected.begin(), expected.end());
    expected.erase(std::unique(expected.begin(), expected.end()), expected.end());
    for (const auto& point : archive.points()) found.push_back(point.objectives);
    EXPECT_EQ(found, expected) << width;
  }
}

TEST(FrontArchive, IsThinnedWhereItIsDense) {
  FrontArchive archive(2, 11);
  for (int i = 0; i <= 1000; ++i) {
    const double x = i / 1000.0;
    archive.add(std::span(&x, 1), std::vector<double>{x, 1 - x});
  }
  ASSERT_EQ(archive.size(), 11U);
  EXPECT_EQ(archive.points().front().objectives[0], 0);
  EXPECT_EQ(archive.points().back().objectives[0], 1);
  // 0.45 with equal gaps; of one end only: 0.
  EXPECT_GT(hypervolume(archive.objectives(), std::vector<double>{1, 1}), 0.36);
}

TEST(FrontArchive, TakesFeasibleRowsOnly) {
  FrontArchive archive(2, 10);
  archive.add_rows(std::vector<double>{1, 2, 3, 4},
                   std::vector<double>{1, 1, -1e-9, 2, 2, 0, 3, 1.5, NAN, NAN, 1, 1}, 4);
  ASSERT_EQ(archive.size(), 1U);
  EXPECT_EQ(archive.points()[0].x[0], 2);
  EXPECT_DOUBLE_EQ(violation_of(std::vector<double>{-1, 2, -3}, std::vector<double>{2, 1, 6}), 1);
  EXPECT_THROW(archive.add(std::vector<double>{1}, std::vector<double>{1}), sengen::Error);
}

}  // namespace
