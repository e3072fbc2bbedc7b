// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <sengen/core/error.hpp>
#include <sengen/core/parallel_for.hpp>
#include <sengen/optimise/front_sweep.hpp>

#include "front_problems.hpp"

namespace {

using namespace sengen::optimise;
using namespace front_problems;

TEST(FrontSweep, PutsAPointOnTheFrontAtEachLevel) {
  const auto problem = zdt(2, 6);
  FrontArchive archive;
  const auto levels = even_levels(0.1, 0.9, 9);
  const std::int64_t evaluations =
      sweep_front(problem, archive, {.levels = levels, .uniform_starts = 2, .seed = 3});
  EXPECT_EQ(evaluations, problem.evaluations);
  for (const double level : levels) {
    double least = 2;
    for (const auto& point : archive.points()) {
      if (point.objectives[1] <= level) least = std::min(least, point.objectives[0]);
    }
    EXPECT_NEAR(least, std::sqrt(1 - level), 1e-5) << level;
  }
}

// Two valleys: the one along x = 3 is better below a level of 1 and narrow; it is found from a
// single point of it and carried along.
TEST(FrontSweep, CarriesSolutionsAlongTheFront) {
  const RowProblem problem({{0, 0}, {4, 2}, {}}, 2, 0,
                           [](std::span<const double> x, std::span<double> f) {
                             const double wide = 2 + std::pow(x[0] - 1, 2);
                             const double narrow = 1 + 200 * std::pow(x[0] - 3, 2);
                             f[0] = std::min(wide, narrow) - x[1];
                             f[1] = x[1];
                           });
  FrontArchive archive;
  archive.add(std::vector<double>{3, 1}, std::vector<double>{0, 1});
  sweep_front(problem, archive, {.levels = even_levels(0, 2, 21), .moved_starts = 0});
  EXPECT_NEAR(archive.points().front().objectives[0], -1, 1e-7);
  EXPECT_NEAR(archive.points().back().objectives[0], 1, 1e-7);
}

TEST(FrontSweep, IsTheSameForAnyThreadsAndKeepsItsBudget) {
  const int before = sengen::threads();
  const auto problem = zdt(3, 4);
  std::vector<double> found[2];
  for (const int threads : {1, 3}) {
    sengen::set_threads(threads);
    FrontArchive archive;
    const auto evaluations =
        sweep_front(problem, archive,
                    {.levels = even_levels(-0.7, 1, 10), .uniform_starts = 3, .evaluations = 3000});
    EXPECT_GE(evaluations, 3000);
    EXPECT_LT(evaluations, 8000);
    found[threads == 1 ? 0 : 1] = archive.objectives();
  }
  sengen::set_threads(before);
  EXPECT_EQ(found[0], found[1]);
  FrontArchive empty;
  EXPECT_THROW(sweep_front(problem, empty, {}), sengen::Error);
}

}  // namespace
