// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <sengen/core/error.hpp>
#include <sengen/optimise/basin_hopping.hpp>

#include "functions.hpp"

namespace {

using namespace sengen::optimise;
using namespace sengen::optimise::test;

TEST(BasinHopping, LeavesTheBasinOfALocalSearch) {
  // A bowl of many basins: each local search alone ends in the one it starts in.
  const auto waves = [](std::span<const double> x) {
    double sum = 0;
    for (const double xi : x) sum += xi * xi + 4 - 4 * std::cos(5 * xi);
    return sum;
  };
  const auto slopes = [](std::span<const double> x, std::span<double> slope) {
    for (std::size_t i = 0; i < x.size(); ++i) slope[i] = 2 * x[i] + 20 * std::sin(5 * x[i]);
  };
  const Counted problem(cube(3, -5, 4), waves, slopes);
  const std::pair<const char*, LocalSearch> locals[] = {{"nelder-mead", local_nelder_mead()},
                                                        {"compass", local_compass()},
                                                        {"gradients", local_projected_lbfgs()}};
  for (const auto& [name, local] : locals) {
    const std::vector<double> start = {-4.5, 3.5, 3.5};
    const auto alone = local(problem.box(), start);
    EXPECT_GT(minimise(problem, *alone, {.evaluations = 20'000}).best.value, 1) << name;
    BasinHopping search(problem.box(), {.start = start, .perturbation = 0.2, .local = local});
    EXPECT_LT(minimise(problem, search, {.evaluations = 30'000}).best.value, 1e-4) << name;
    EXPECT_GT(search.hops(), 10) << name;
  }
}

TEST(BasinHopping, BeginsAnywhereAfterHopsInVain) {
  // Two wells; from the shallow one no hop reaches the deep one.
  const Counted problem(cube(2, 0, 1), [](std::span<const double> x) {
    const auto well = [&](double at, double depth) {
      const double square = (x[0] - at) * (x[0] - at) + (x[1] - at) * (x[1] - at);
      return -depth * std::exp(-100 * square);
    };
    return well(0.2, 1) + well(0.8, 2);
  });
  const auto best = [&](int patience) {
    BasinHopping search(
        problem.box(),
        {.start = {0.2, 0.2}, .perturbation = 0.02, .patience = patience, .seed = 5});
    return minimise(problem, search, {.evaluations = 20'000}).best.value;
  };
  EXPECT_NEAR(best(0), -1, 1e-3);
  EXPECT_NEAR(best(5), -2, 1e-3);
}

TEST(BasinHopping, RefusesAPerturbationOfNothing) {
  EXPECT_THROW(BasinHopping(cube(2, 0, 1), {.perturbation = 0}), sengen::Error);
}

}  // namespace
