// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <sengen/optimise/cma_es.hpp>

#include "functions.hpp"

namespace {

using namespace sengen::optimise;
using namespace sengen::optimise::test;

TEST(CmaEs, NeedsAsFewEvaluationsAsPublished) {
  // Hansen's tutorial code needs about these for 1e-10 in ten dimensions, from a third of the box.
  const Counted round(cube(10, -5, 4), sphere);
  CmaEs first(round.box(), {});
  const Outcome sphere_end = minimise(round, first, {.evaluations = 4000, .target = 1e-10});
  EXPECT_EQ(sphere_end.end, End::kTarget);
  EXPECT_LT(sphere_end.evaluations, 2600);

  const Counted long_axes(cube(10, -5, 4), rotated(10, ellipsoid));
  CmaEs second(long_axes.box(), {});
  const Outcome end = minimise(long_axes, second, {.evaluations = 8000, .target = 1e-10});
  EXPECT_EQ(end.end, End::kTarget);
  EXPECT_EQ(second.restarts(), 0);

  const Counted valley(cube(10, -3, 3), rosenbrock);
  CmaEs third(valley.box(), {.start = std::vector<double>(10, 0), .deviation = 0.1});
  EXPECT_EQ(minimise(valley, third, {.evaluations = 12'000, .target = 1e-10}).end, End::kTarget);
}

TEST(CmaEs, DoesNotMindHowAFunctionIsTurned) {
  // What it needs for an ellipsoid along the axes and across them is alike.
  const Counted along(cube(8, -5, 4), ellipsoid);
  const Counted across(cube(8, -5, 4), rotated(8, ellipsoid));
  CmaEs first(along.box(), {}), second(across.box(), {});
  const Budget budget{.evaluations = 10'000, .target = 1e-9};
  const auto a = minimise(along, first, budget).evaluations;
  const auto b = minimise(across, second, budget).evaluations;
  EXPECT_LT(std::max(a, b), 1.4 * static_cast<double>(std::min(a, b)));
}

TEST(CmaEs, ReachesABoundAndACorner) {
  const Counted problem(cube(8, -2, 2), beyond);
  CmaEs search(problem.box(), {});
  EXPECT_NEAR(minimise(problem, search, {.evaluations = 5000}).best.value, 8, 1e-8);
  // Half of the coordinates end on a bound, half inside.
  const Counted mixed(cube(6, -2, 2), [](std::span<const double> x) {
    return beyond(x.first(3)) + 1e4 * sphere(x.subspan(3));
  });
  CmaEs other(mixed.box(), {});
  EXPECT_NEAR(minimise(mixed, other, {.evaluations = 6000}).best.value, 3, 1e-8);
}

TEST(CmaEs, RestartsFindTheGlobalMinimumOfRotatedRastrigin) {
  const Counted problem(cube(5, -5, 4), rotated(5, rastrigin));
  for (const CmaRestarts restarts : {CmaRestarts::kIpop, CmaRestarts::kBipop}) {
    CmaEs search(problem.box(), {.restarts = restarts});
    const Outcome outcome = minimise(problem, search, {.evaluations = 100'000, .target = 1e-9});
    EXPECT_EQ(outcome.end, End::kTarget) << static_cast<int>(restarts);
  }
}

TEST(CmaEs, EndsForAReason) {
  const Counted smooth(cube(4, -5, 4), sphere);
  CmaEs first(smooth.box(), {.restarts = CmaRestarts::kNone});
  EXPECT_EQ(minimise(smooth, first, {.evaluations = 100'000}).end, End::kFinished);
  EXPECT_EQ(first.last_stop(), CmaStop::kTolFun);

  CmaEs second(smooth.box(), {.restarts = CmaRestarts::kNone, .value_tolerance = 0});
  minimise(smooth, second, {.evaluations = 100'000});
  EXPECT_EQ(second.last_stop(), CmaStop::kTolX);

  // A function of one variable alone: the others are free to spread until the digits are gone.
  const Counted flat(cube(4, -5, 4), [](std::span<const double>) { return 1.0; });
  CmaEs third(flat.box(), {.restarts = CmaRestarts::kNone});
  EXPECT_EQ(minimise(flat, third, {.evaluations = 100'000}).end, End::kFinished);
  EXPECT_EQ(third.last_stop(), CmaStop::kTolFun);

  // Noise: neither best nor median become better.
  const Counted noise(cube(4, -5, 4), [](std::span<const double> x) {
    return std::fmod(std::abs(1e6 * (x[0] + 2 * x[1] + 3 * x[2] + 5 * x[3])), 1.0);
  });
  CmaEs fourth(noise.box(), {.restarts = CmaRestarts::kNone});
  EXPECT_EQ(minimise(noise, fourth, {.evaluations = 100'000}).end, End::kFinished);
  EXPECT_EQ(fourth.last_stop(), CmaStop::kStagnation);
}

TEST(CmaEs, TakesBrokenFunctionsAndPlateaus) {
  const Counted broken(cube(6, -5, 4), steps);
  CmaEs search(broken.box(), {});
  EXPECT_EQ(minimise(broken, search, {.evaluations = 20'000, .target = 0}).best.value, 0);
  // Half of the box is flat, as TandEM's is.
  const Counted plateau(cube(4, -5, 4),
                        [](std::span<const double> x) { return x[0] > -1 ? 0 : sphere(x) - 40; });
  CmaEs other(plateau.box(), {});
  EXPECT_LT(minimise(plateau, other, {.evaluations = 20'000}).best.value, -38.99);
}

TEST(CmaEs, StartsWhereAndAsWideAsItIsTold) {
  const Counted problem(cube(3, 0, 10), sphere);
  CmaEs search(problem.box(), {.start = {5, 5, 5}, .deviations = {1e-3, 0.1, 1e-3}});
  double narrow = 0, wide = 0;
  for (std::size_t i = 0; i < search.batch_size(); ++i) {
    const auto x = search.ask().subspan(3 * i, 3);
    narrow = std::max({narrow, std::abs(x[0] - 5), std::abs(x[2] - 5)});
    wide = std::max(wide, std::abs(x[1] - 5));
  }
  EXPECT_LT(narrow, 0.05);
  EXPECT_GT(wide, 0.5);
}

TEST(CmaEs, WorksInOneDimension) {
  const Counted problem(cube(1, -5, 4), sphere);
  CmaEs search(problem.box(), {});
  EXPECT_LT(minimise(problem, search, {.evaluations = 1000}).best.value, 1e-10);
}

}  // namespace
