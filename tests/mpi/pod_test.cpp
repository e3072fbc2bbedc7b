// SPDX-License-Identifier: Apache-2.0
// POD over 1 to 4 ranks against the same data on one rank alone.
#include <sengen/linalg/pod.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include <sengen/core/error.hpp>

#include "mpi_main.hpp"

namespace sengen::linalg {
namespace {

using parallel::Communicator;

constexpr std::ptrdiff_t kTimes = 40;

// A field of waves with falling strength, the same on every rank: times x points.
std::vector<float> waves(std::ptrdiff_t points) {
  std::vector<float> field;
  for (std::ptrdiff_t t = 0; t < kTimes; ++t) {
    for (std::ptrdiff_t i = 0; i < points; ++i) {
      double value = 1.0;
      for (int k = 1; k <= 8; ++k) {
        const double x = 0.05 * k * static_cast<double>(i);
        value += std::pow(0.4, k) * std::cos(x - 0.31 * k * static_cast<double>(t)) * (1 + 0.1 * x);
      }
      field.push_back(static_cast<float>(value));
    }
  }
  return field;
}

// The part [mine.begin, mine.end) of the field's points, with uneven weights.
Snapshots part_of(const std::vector<float>& field, Range mine) {
  const std::ptrdiff_t points = std::ssize(field) / kTimes;
  Snapshots data{mine.size(), kTimes, {}, BlockReader<float>()};
  for (std::ptrdiff_t i = mine.begin; i < mine.end; ++i) {
    data.weights.push_back(1.0 + 0.5 * std::sin(static_cast<double>(i)));
  }
  data.read = BlockReader<float>([&field, points, mine](Range range, std::span<float> values) {
    for (std::ptrdiff_t t = 0; t < kTimes; ++t) {
      std::copy_n(field.begin() + t * points + mine.begin + range.begin, range.size(),
                  values.begin() + t * range.size());
    }
  });
  return data;
}

std::vector<double> modes_of(const Snapshots& data, const Pod& pod, const PodOptions& options,
                             const Communicator& comm) {
  std::vector<double> modes(static_cast<std::size_t>(pod.modes * data.points));
  write_modes(data, pod, options, comm, [&](Range range, std::span<const double> values) {
    for (std::ptrdiff_t k = 0; k < pod.modes; ++k) {
      std::copy_n(values.begin() + k * range.size(), range.size(),
                  modes.begin() + k * data.points + range.begin);
    }
  });
  return modes;
}

void expect_same(const std::vector<float>& field, Range mine, const PodOptions& options) {
  const std::ptrdiff_t points = std::ssize(field) / kTimes;
  const Snapshots whole = part_of(field, {0, points});
  const Snapshots part = part_of(field, mine);
  const Pod alone = decompose(whole, options, Communicator::self());
  const Pod pod = decompose(part, options, Communicator::world());
  ASSERT_EQ(pod.method, alone.method);
  ASSERT_EQ(pod.modes, alone.modes);
  ASSERT_EQ(pod.modes, options.modes);
  ASSERT_EQ(std::ssize(pod.mean), mine.size());
  for (std::size_t k = 0; k < static_cast<std::size_t>(pod.modes); ++k) {
    EXPECT_NEAR(pod.singular_values[k] / alone.singular_values[k], 1.0, 1e-12);
  }
  for (std::size_t i = 0; i < pod.coefficients.size(); ++i) {
    EXPECT_NEAR(pod.coefficients[i], alone.coefficients[i], 1e-12 * pod.singular_values[0]);
  }
  const auto my_modes = modes_of(part, pod, options, Communicator::world());
  const auto all_modes = modes_of(whole, alone, options, Communicator::self());
  for (std::ptrdiff_t k = 0; k < pod.modes; ++k) {
    for (std::ptrdiff_t i = 0; i < mine.size(); ++i) {
      const auto mode_begin = static_cast<std::size_t>(k * points);
      EXPECT_NEAR(my_modes[static_cast<std::size_t>(k * mine.size() + i)],
                  all_modes[mode_begin + static_cast<std::size_t>(mine.begin + i)], 1e-11);
    }
  }
  for (std::ptrdiff_t i = 0; i < mine.size(); ++i) {
    EXPECT_EQ(pod.mean[static_cast<std::size_t>(i)],
              alone.mean[static_cast<std::size_t>(mine.begin + i)]);
  }
}

Range my_range(std::ptrdiff_t points) {
  const auto world = Communicator::world();
  return parallel::block_range(points, world.size(), world.rank());
}

TEST(Pod, OfManyRanksIsThatOfOneByTheGramMatrix) {
  expect_same(waves(301), my_range(301),
              {.modes = 6, .method = PodMethod::kSnapshots, .block_bytes = 10000});
}

TEST(Pod, OfManyRanksIsThatOfOneByQr) {
  expect_same(waves(301), my_range(301),
              {.modes = 6, .method = PodMethod::kQr, .block_bytes = 10000});
}

TEST(Pod, OfManyRanksIsThatOfOneForFewPoints) {
  expect_same(waves(30), my_range(30), {.modes = 6, .method = PodMethod::kAutomatic});
}

TEST(Pod, TakesRanksWithoutPoints) {
  const bool last = Communicator::world().rank() == Communicator::world().size() - 1;
  for (const PodMethod method : {PodMethod::kSnapshots, PodMethod::kQr, PodMethod::kDirect}) {
    expect_same(waves(60), last ? Range{0, 60} : Range{0, 0}, {.modes = 4, .method = method});
  }
}

// A wish to stop is agreed on by a reduction, which hangs unless all ranks come to it.
TEST(Pod, AsksAllRanksTogetherAfterEveryBlock) {
  const auto world = Communicator::world();
  const std::vector<float> field = waves(200);
  const std::ptrdiff_t cut = 40;  // rank 0 has few blocks, the others many or none
  const Range mine = world.is_root()     ? Range{0, world.size() == 1 ? 200 : cut}
                     : world.rank() == 1 ? Range{cut, 200}
                                         : Range{200, 200};
  const Snapshots data = part_of(field, mine);
  std::int64_t asked = 0;
  PodOptions options{.modes = 3, .method = PodMethod::kSnapshots, .block_bytes = 16 * kTimes * 10};
  options.after_block = [&] { asked = world.allreduce(asked + 1, parallel::Reduction::kMax); };
  const Pod pod = decompose(data, options, world);
  EXPECT_EQ(asked, world.size() == 1 ? 20 : 16);
  modes_of(data, pod, options, world);
  EXPECT_GE(asked, 2 * 16);
  asked = 0;
  options.after_block = [&] {
    if (world.any(world.is_root() && ++asked == 3)) throw Error(ErrorKind::kStopped, "enough");
  };
  EXPECT_THROW(decompose(data, options, world), Error);
  EXPECT_EQ(asked, world.is_root() ? 3 : 0);
}

TEST(Pod, RefusesNanOnEveryRankAndNamesTheGlobalPoint) {
  std::vector<float> field = waves(101);
  field[3 * 101 + 100] = std::numeric_limits<float>::quiet_NaN();  // the last rank's
  try {
    decompose(part_of(field, my_range(101)), {}, Communicator::world());
    FAIL() << "NaN was taken";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kNumerics);
    EXPECT_NE(error.message().find("point 100, time 3"), std::string::npos) << error.message();
  }
}

TEST(Pod, RefusesBadWeightsOnEveryRank) {
  const std::vector<float> field = waves(50);
  const bool first = Communicator::world().is_root();
  Snapshots data = part_of(field, my_range(50));
  if (first) data.weights.pop_back();
  EXPECT_THROW(decompose(data, {}, Communicator::world()), Error);
  data = part_of(field, my_range(50));
  if (first) data.weights[0] = -1.0;
  EXPECT_THROW(decompose(data, {}, Communicator::world()), Error);
}

}  // namespace
}  // namespace sengen::linalg
