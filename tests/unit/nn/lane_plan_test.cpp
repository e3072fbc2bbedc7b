// SPDX-License-Identifier: Apache-2.0
#include <sengen/nn/lane_plan.hpp>

#include <map>

#include <gtest/gtest.h>

namespace sengen::nn {
namespace {

// Every tap of the plain kernel on the doubled axis, (fine cell, tap) -> coarse cell.
std::map<std::pair<Index, int>, Index> taps_of_definition(Index fine, Index ratio) {
  std::map<std::pair<Index, int>, Index> taps;
  for (Index cell = 0; cell < fine; ++cell) {
    for (int tap = 0; tap < 3; ++tap) {
      const Index read = cell + tap - 1;
      if (read >= 0 && read < fine) taps[{cell, tap}] = read / ratio;
    }
  }
  return taps;
}

TEST(LanePlan, ForwardRunsHoldEveryTapOnce) {
  for (const bool doubled : {false, true}) {
    for (Index coarse = 1; coarse < 9; ++coarse) {
      for (const Index less : {0, 1}) {
        if (!doubled && less == 1) continue;
        const Index ratio = doubled ? 2 : 1;
        const LanePlan plan(coarse, ratio * coarse - less, doubled);
        auto expected = taps_of_definition(plan.fine(), ratio);
        for (Index phase = 0; phase < ratio; ++phase) {
          for (const LaneRun& run : plan.forward(phase)) {
            for (Index j = run.begin; j < run.begin + run.count; ++j) {
              for (const LaneTap& tap : run.taps) {
                for (int k = 0; k < 3; ++k) {
                  if (!kVariantTaps[static_cast<std::size_t>(tap.variant)]
                                   [static_cast<std::size_t>(k)]) {
                    continue;
                  }
                  const auto found = expected.find({ratio * j + phase, k});
                  ASSERT_NE(found, expected.end());
                  EXPECT_EQ(found->second, j + tap.offset);
                  expected.erase(found);
                }
              }
            }
          }
        }
        EXPECT_TRUE(expected.empty());
      }
    }
  }
}

TEST(LanePlan, BackwardIsTheAdjointOfForward) {
  for (const bool doubled : {false, true}) {
    const LanePlan plan(5, doubled ? 9 : 5, doubled);
    std::map<std::pair<Index, Index>, int> forward;
    for (Index fine = 0; fine < plan.fine(); ++fine) {
      for (const LaneTap& tap : plan.taps_of(fine)) forward[{fine, tap.offset}] = tap.variant;
    }
    std::size_t count = 0;
    for (const LaneRun& run : plan.backward()) {
      for (Index j = run.begin; j < run.begin + run.count; ++j) {
        for (const LaneTap& tap : run.taps) {
          const auto found = forward.find({plan.ratio() * j + tap.offset, j});
          ASSERT_NE(found, forward.end());
          EXPECT_EQ(found->second, tap.variant);
          ++count;
        }
      }
    }
    EXPECT_EQ(count, forward.size());
  }
}

}  // namespace
}  // namespace sengen::nn
