// SPDX-License-Identifier: Apache-2.0
#include <sengen/nn/lane_plan.hpp>

#include <algorithm>

namespace sengen::nn {

namespace {

// Appends cell to the last run when its taps look the same from there.
void extend(std::vector<LaneRun>& runs, Index cell, const std::vector<LaneTap>& taps) {
  const auto alike = [](const LaneTap& a, const LaneTap& b) {
    return a.offset == b.offset && a.variant == b.variant;
  };
  if (!runs.empty() && std::equal(taps.begin(), taps.end(), runs.back().taps.begin(),
                                  runs.back().taps.end(), alike)) {
    ++runs.back().count;
  } else {
    runs.push_back({cell, 1, taps});
  }
}

std::vector<LaneTap> shifted(std::vector<LaneTap> taps, Index origin) {
  for (LaneTap& tap : taps) tap.offset -= origin;
  return taps;
}

}  // namespace

LanePlan::LanePlan(Index coarse, Index fine, bool doubled)
    : coarse_(coarse), fine_(fine), ratio_(doubled ? 2 : 1) {
  for (Index phase = 0; phase < ratio_; ++phase) {
    for (Index j = 0; ratio_ * j + phase < fine_; ++j) {
      extend(forward_[static_cast<std::size_t>(phase)], j, shifted(taps_of(ratio_ * j + phase), j));
    }
  }
  for (Index j = 0; j < coarse_; ++j) extend(backward_, j, shifted(readers_of(j), ratio_ * j));
}

std::vector<LaneTap> LanePlan::taps_of(Index fine_cell) const {
  std::vector<LaneTap> taps;
  for (int tap = 0; tap < 3; ++tap) {
    const Index read = fine_cell + tap - 1;
    if (read < 0 || read >= fine_) continue;
    const Index cell = read / ratio_;
    if (taps.empty() || taps.back().offset != cell) {
      taps.push_back({cell, tap});
    } else {
      // Two taps on one coarse cell: {0, 1} or {1, 2}.
      taps.back().variant = tap == 1 ? 4 : 3;
    }
  }
  return taps;
}

std::vector<LaneTap> LanePlan::readers_of(Index coarse_cell) const {
  std::vector<LaneTap> readers;
  const Index first = std::max<Index>(0, ratio_ * coarse_cell - 1);
  const Index last = std::min(fine_ - 1, ratio_ * coarse_cell + ratio_);
  for (Index cell = first; cell <= last; ++cell) {
    for (const LaneTap& tap : taps_of(cell)) {
      if (tap.offset == coarse_cell) readers.push_back({cell, tap.variant});
    }
  }
  return readers;
}

}  // namespace sengen::nn
