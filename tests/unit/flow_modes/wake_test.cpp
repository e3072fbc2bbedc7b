// SPDX-License-Identifier: Apache-2.0
#include "systems/flow_modes/wake.hpp"

#include <cmath>
#include <numbers>

#include <gtest/gtest.h>

namespace sengen::flow_modes {
namespace {

// Forces of a wake that sheds with this Strouhal number; drag beats at twice the frequency.
ForceSeries shedding(double strouhal, double lift, double drag, double time) {
  ForceSeries forces;
  forces.step = 0.01;
  for (double t = 0; t < time; t += forces.step) {
    const double phase = 2 * std::numbers::pi * strouhal * t;
    forces.lift.push_back(lift * std::sin(phase));
    forces.drag.push_back(drag + 0.01 * std::cos(2 * phase));
  }
  return forces;
}

TEST(Wake, FindsTheFiguresOfAKnownSeries) {
  const WakeFigures figures = evaluate(shedding(0.165, 0.33, 1.35, 60));
  EXPECT_NEAR(figures.strouhal, 0.165, 1e-5);
  EXPECT_NEAR(figures.lift_amplitude, 0.33, 1e-4);
  EXPECT_NEAR(figures.drag_mean, 1.35, 1e-4);
  EXPECT_EQ(figures.periods, 8) << "from the first rising crossing to the last";
}

TEST(Wake, CallsAWakeWithoutLiftSteady) {
  const WakeFigures figures = evaluate(shedding(0.165, 1e-6, 1.56, 60));
  EXPECT_EQ(figures.strouhal, 0);
  EXPECT_NEAR(figures.drag_mean, 1.56, 1e-2);
  EXPECT_FALSE(shedding_period(shedding(0.165, 1e-6, 1.56, 60)));
}

TEST(Wake, TakesSteadySeriesOfAnyLength) {
  for (const double step : {0.0125, 0.005, 1.0 / 3}) {
    for (std::size_t size = 1; size <= 2000; ++size) {
      ForceSeries forces;
      forces.step = step;
      forces.drag.assign(size, 2.1);
      forces.lift.assign(size, 1e-7);
      const WakeFigures figures = evaluate(forces);
      ASSERT_NEAR(figures.drag_mean, 2.1, 1e-12) << size;
      ASSERT_EQ(figures.periods, 0);
    }
  }
  EXPECT_EQ(evaluate({}).drag_mean, 0);
}

TEST(Wake, CountsNoMorePeriodsThanAskedFor) {
  const ForceSeries forces = shedding(0.165, 0.33, 1.35, 60);  // from 0 on: 8 periods and a half
  const WakeFigures figures = evaluate(forces, 3);
  EXPECT_EQ(figures.periods, 3);
  EXPECT_NEAR(figures.strouhal, 0.165, 1e-5);
  EXPECT_NEAR(figures.drag_mean, 1.35, 1e-4);
  EXPECT_EQ(evaluate(forces, 8).periods, 8);
  EXPECT_EQ(evaluate(forces, 20).periods, 8);
}

TEST(Wake, MeasuresThePeriodInTheSecondHalf) {
  ForceSeries forces = shedding(0.165, 0.33, 1.35, 80);
  for (std::size_t i = 0; i < forces.lift.size() / 2; ++i) forces.lift[i] = 0.0;
  const auto period = shedding_period(forces);
  ASSERT_TRUE(period);
  EXPECT_NEAR(*period, 1 / 0.165, 1e-3);
}

TEST(Scales, FollowFromReynoldsNumberAndGrid) {
  Config config;
  config.flow.reynolds = 100;
  config.flow.velocity = 0.1;
  config.domain.cells_per_diameter = 20;
  config.domain.height = 18;
  const Scales scales(config);
  EXPECT_NEAR(scales.viscosity, 0.02, 1e-15);
  EXPECT_NEAR(scales.tau, 0.56, 1e-15);
  EXPECT_NEAR(scales.mach, 0.1732, 1e-4);
  EXPECT_EQ(scales.steps(80), 16000);
  EXPECT_EQ(scales.cells(9.6), 192);
  EXPECT_NEAR(scales.force, 10, 1e-12);
}

}  // namespace
}  // namespace sengen::flow_modes
