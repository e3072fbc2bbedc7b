// SPDX-License-Identifier: Apache-2.0
#include <sengen/report/thinning.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace sengen::report {

namespace {

// Of [begin, end): the least, the greatest and the first gap, in the order of the line.
void keep_extrema(std::span<const double> y, std::size_t begin, std::size_t end,
                  std::vector<std::size_t>& kept) {
  constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();
  std::size_t least = kNone;
  std::size_t greatest = kNone;
  std::size_t gap = kNone;
  for (std::size_t i = begin; i < end; ++i) {
    if (!std::isfinite(y[i])) {
      gap = std::min(gap, i);
      continue;
    }
    if (least == kNone || y[i] < y[least]) least = i;
    if (greatest == kNone || y[i] > y[greatest]) greatest = i;
  }
  std::vector<std::size_t> found = {least, greatest, gap};
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  for (const std::size_t i : found) {
    if (i != kNone) kept.push_back(i);
  }
}

}  // namespace

std::vector<std::size_t> envelope(std::span<const double> y, std::size_t max_points) {
  std::vector<std::size_t> kept;
  if (y.size() <= max_points) {
    kept.resize(y.size());
    std::iota(kept.begin(), kept.end(), std::size_t{0});
    return kept;
  }
  const std::size_t inner = y.size() - 2;
  const std::size_t stretches = (max_points - 2) / 3;
  kept.push_back(0);
  for (std::size_t s = 0; s < stretches; ++s) {
    keep_extrema(y, 1 + inner * s / stretches, 1 + inner * (s + 1) / stretches, kept);
  }
  kept.push_back(y.size() - 1);
  return kept;
}

std::size_t coarsening(std::size_t nx, std::size_t ny, std::size_t max_cells) {
  std::size_t side = 1;
  while (((nx + side - 1) / side) * ((ny + side - 1) / side) > max_cells) ++side;
  return side;
}

std::vector<float> block_means(std::span<const float> field, std::size_t nx, std::size_t side) {
  if (side == 1) return {field.begin(), field.end()};
  const std::size_t ny = field.size() / nx;
  std::vector<float> means;
  for (std::size_t y0 = 0; y0 < ny; y0 += side) {
    for (std::size_t x0 = 0; x0 < nx; x0 += side) {
      double sum = 0;
      std::size_t finite = 0;
      std::size_t cells = 0;
      for (std::size_t y = y0; y < std::min(y0 + side, ny); ++y) {
        for (std::size_t x = x0; x < std::min(x0 + side, nx); ++x) {
          const float value = field[y * nx + x];
          ++cells;
          if (!std::isfinite(value)) continue;
          sum += value;
          ++finite;
        }
      }
      means.push_back(2 * finite >= cells ? static_cast<float>(sum / static_cast<double>(finite))
                                          : std::numeric_limits<float>::quiet_NaN());
    }
  }
  return means;
}

std::vector<double> block_centres(std::span<const double> centres, std::size_t side) {
  std::vector<double> means;
  for (std::size_t i = 0; i < centres.size(); i += side) {
    const auto block = centres.subspan(i, std::min(side, centres.size() - i));
    means.push_back(std::accumulate(block.begin(), block.end(), 0.0) /
                    static_cast<double>(block.size()));
  }
  return means;
}

}  // namespace sengen::report
