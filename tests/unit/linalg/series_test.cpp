// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <limits>
#include <numbers>
#include <vector>

#include <gtest/gtest.h>

#include <sengen/core/error.hpp>
#include <sengen/linalg/oscillation.hpp>
#include <sengen/linalg/power_spectrum.hpp>

namespace sengen::linalg {
namespace {

using std::numbers::pi;

// mean + amplitude sin(2 pi f t + phase) + a third of it in the third harmonic when wanted.
std::vector<double> sine(std::size_t count, double dt, double frequency, double amplitude = 1.0,
                         double mean = 0.0, double phase = 0.3, double third = 0.0) {
  std::vector<double> series;
  for (std::size_t i = 0; i < count; ++i) {
    const double angle = 2 * pi * frequency * static_cast<double>(i) * dt + phase;
    series.push_back(mean + amplitude * (std::sin(angle) + third * std::sin(3 * angle)));
  }
  return series;
}

TEST(PowerSpectrum, SumsUpToTheVariance) {
  for (const std::size_t count : {997UL, 1000UL, 1001UL}) {  // a prime, smooth, neither
    const auto spectrum = power_spectrum(sine(count, 0.1, 0.37, 2.0, 5.0), 0.1);
    double variance = 0.0;
    for (const double power : spectrum.power) variance += power * spectrum.frequency[1];
    EXPECT_NEAR(variance, 2.0, 0.01) << count;  // amplitude^2 / 2; the part period is felt
    EXPECT_NEAR(spectrum.frequency.back(), 5.0, 0.01) << "Nyquist frequency";
  }
}

TEST(PowerSpectrum, HasALineOfTheRightHeight) {
  // 64 whole periods: Hann spreads a line over three bins, 2/3 of its power in the middle one.
  const auto spectrum = power_spectrum(sine(640, 0.5, 0.2, 3.0), 0.5);
  EXPECT_NEAR(spectrum.frequency[64], 0.2, 1e-12);
  EXPECT_NEAR(spectrum.power[64] * spectrum.frequency[1], 4.5 * 2 / 3, 1e-9);
  EXPECT_NEAR(spectrum.power[63] * spectrum.frequency[1], 4.5 / 6, 1e-9);
  EXPECT_NEAR(spectrum.power[66], 0.0, 1e-12);
}

TEST(DominantFrequency, IsGoodToAMillionth) {
  for (const double frequency : {0.1647, 0.211, 1.0 / 7.3}) {
    for (const double phase : {0.0, 1.0, 2.5}) {
      const auto series = sine(1511, 0.25, frequency, 0.34, 0.01, phase, 0.1);
      EXPECT_NEAR(dominant_frequency(series, 0.25) / frequency, 1.0, 1e-6);
    }
  }
}

TEST(DominantFrequency, OfAConstantIsZero) {
  EXPECT_EQ(dominant_frequency(std::vector<double>(100, 0.1), 1.0), 0.0);
}

TEST(Oscillation, FindsPeriodAmplitudeAndMean) {
  const double dt = 0.01;
  // 9.88 turns from phase 0.3: rises at 0.95, 1.95 ... 8.95 turns.
  const auto found = find_oscillation(sine(6000, dt, 0.1647, 0.34, 1.25), dt);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->periods, 8);
  EXPECT_NEAR(found->period * 0.1647, 1.0, 1e-6);
  EXPECT_LT(found->period_scatter, 1e-4);
  EXPECT_NEAR(found->mean, 1.25, 1e-6);
  EXPECT_NEAR(found->amplitude, 0.34, 1e-6);
  EXPECT_NEAR(found->amplitude_rms, 0.34, 1e-5);
  EXPECT_NEAR((found->end - found->begin) / 8, found->period, 1e-12);
}

TEST(Oscillation, CountsNoPeriodsOfNoise) {
  const double dt = 0.01;
  auto series = sine(6000, dt, 0.1647, 1.0);
  for (std::size_t i = 0; i < series.size(); ++i) series[i] += i % 2 == 0 ? 0.05 : -0.05;
  const auto found = find_oscillation(series, dt);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->periods, 8);
  EXPECT_NEAR(found->period * 0.1647, 1.0, 5e-3);
}

TEST(Oscillation, MeasuresScatter) {
  std::vector<double> series;
  for (const double length : {80.0, 120.0, 80.0, 120.0, 80.0}) {
    for (double i = 0; i < length; i += 1) series.push_back(std::sin(2 * pi * (i + 0.5) / length));
  }
  const auto found = find_oscillation(series, 1.0);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->periods, 3);
  EXPECT_NEAR(found->period_scatter, std::sqrt((2 * 13.3 * 13.3 + 26.7 * 26.7) / 2), 0.5);
}

TEST(Oscillation, IsNotFoundInSteadyOrShortSeries) {
  EXPECT_FALSE(find_oscillation(std::vector<double>(100, 0.1), 1.0));
  EXPECT_FALSE(find_oscillation(sine(100, 0.01, 1.0), 0.01)) << "one period, one crossing";
  std::vector<double> decay;
  for (int i = 0; i < 100; ++i) decay.push_back(std::exp(-0.1 * i));
  EXPECT_FALSE(find_oscillation(decay, 1.0));
}

TEST(MeanBetween, InterpolatesItsEnds) {
  std::vector<double> line;
  for (int i = 0; i <= 10; ++i) line.push_back(3.0 * i);
  EXPECT_NEAR(mean_between(line, 0.5, 0.6, 2.9), 3.0 * 2 * (0.6 + 2.9) / 2, 1e-12);
  EXPECT_NEAR(mean_between(line, 0.5, 0.0, 5.0), 15.0, 1e-12);
  EXPECT_NEAR(mean_between(line, 0.5, 0.7, 0.8), 4.5, 1e-12);
  EXPECT_THROW(mean_between(line, 0.5, -0.1, 2.0), Error);
  EXPECT_THROW(mean_between(line, 0.5, 1.0, 5.1), Error);
  EXPECT_THROW(mean_between(line, 0.5, 2.0, 2.0), Error);
}

// Times are made by multiplication with dt: their last must not fall out of the series.
TEST(MeanBetween, TakesTheWholeOfSeriesOfAnyLength) {
  for (std::size_t size = 4; size <= 2000; ++size) {
    const std::vector<double> series(size, 1.5);
    for (const double dt : {0.0125, 0.005, 0.1, 1.0 / 3, 7e-5}) {
      const double end = dt * static_cast<double>(size - 1);
      ASSERT_NEAR(mean_between(series, dt, 0, end), 1.5, 1e-12) << size << " steps of " << dt;
    }
  }
}

TEST(Series, RefusesNanTooFewValuesAndBadSteps) {
  std::vector<double> series(10, 1.0);
  series[3] = std::numeric_limits<double>::quiet_NaN();
  for (const auto& call : {+[](const std::vector<double>& s) { power_spectrum(s, 1.0); },
                           +[](const std::vector<double>& s) { find_oscillation(s, 1.0); }}) {
    try {
      call(series);
      FAIL() << "NaN was taken";
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kNumerics);
      EXPECT_NE(error.message().find("value 3"), std::string::npos);
    }
  }
  EXPECT_THROW(power_spectrum(std::vector<double>(3, 1.0), 1.0), Error);
  EXPECT_THROW(dominant_frequency(std::vector<double>(9, 1.0), 0.0), Error);
  EXPECT_THROW(find_oscillation(std::vector<double>(9, 1.0), -1.0), Error);
}

}  // namespace
}  // namespace sengen::linalg
