// SPDX-License-Identifier: Apache-2.0
// Batches in SIMD lanes against the reference functions and against vectors one by one, on every
// instruction set that this machine has.
#include <sengen/solvers/astrodynamics/batch.hpp>

#include <cmath>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <hwy/targets.h>

#include <sengen/core/error.hpp>

#include "vectors.hpp"

namespace sengen::astrodynamics {
namespace {

class Batches : public testing::TestWithParam<std::int64_t> {
 protected:
  void SetUp() override { hwy::SetSupportedTargetsForTest(GetParam()); }
  void TearDown() override { hwy::SetSupportedTargetsForTest(0); }
};

std::vector<double> batch_of(const Instance& instance, const std::vector<double>& points) {
  const std::size_t rows = points.size() / info_of(instance).variables.size();
  std::vector<double> values(rows * values_of(instance), std::nan(""));
  evaluate_batch(instance, points, values);
  return values;
}

// Objectives and constraints of `evaluate`, in a row.
std::vector<double> values_alone(const Instance& instance, std::span<const double> x) {
  const auto found = evaluate(instance, x);
  const InstanceInfo& info = info_of(instance);
  std::vector<double> values(
      found.objectives.begin(),
      found.objectives.begin() + static_cast<std::ptrdiff_t>(info.objectives.size()));
  values.insert(values.end(), found.constraints.begin(),
                found.constraints.begin() + static_cast<std::ptrdiff_t>(info.constraints.size()));
  return values;
}

// f within 1e-9, of GTOC1 and TandEM absolutely below 1; g within 5e-8 max(1, |g|).
bool agrees(const Instance& instance, std::size_t k, double found, double expected) {
  const bool is_objective = k < info_of(instance).objectives.size();
  const bool is_stepped =
      instance.mission == Mission::kGtoc1 || instance.mission == Mission::kTandem;
  const double least = is_objective && !is_stepped ? 0 : 1;
  const double scale = std::max(std::abs(expected), least);
  return std::abs(found - expected) <= (is_objective ? 1e-9 : 5e-8) * scale;
}

TEST_P(Batches, RowsOfTheReference) {
  const auto rows = rows_of("reference_evaluations_double_lambert.csv");
  if (rows.empty()) GTEST_SKIP() << "SENGEN_TEST_DATA has no gtopx";
  for (int mission = 1; mission <= 10; ++mission) {
    const Instance instance{.mission = static_cast<Mission>(mission)};
    const std::size_t n = info_of(instance).variables.size();
    const std::size_t objectives = info_of(instance).objectives.size();
    std::vector<double> points;
    std::vector<std::vector<std::string>> expected;
    for (const auto& row : rows) {
      if (static_cast<int>(number(row[0])) != mission) continue;
      for (std::size_t i = 0; i < n; ++i) points.push_back(number(row[3 + i]));
      expected.push_back(row);
    }
    ASSERT_GE(expected.size(), 13U);
    const auto values = batch_of(instance, points);
    for (std::size_t r = 0; r < expected.size(); ++r) {
      for (std::size_t k = 0; k < values_of(instance); ++k) {
        const std::size_t cell = 3 + n + (k < objectives ? k : 2 + k - objectives);
        if (cell >= expected[r].size() || expected[r][cell].empty()) continue;
        const double value = values[r * values_of(instance) + k];
        EXPECT_TRUE(agrees(instance, k, value, number(expected[r][cell])))
            << "instance " << mission << " row " << r << " value " << k << ": " << value;
      }
    }
  }
}

// Three sequences of TandEM, both variants of Sagas, and the rest.
std::vector<Instance> all_instances() {
  std::vector<Instance> all;
  for (int mission = 1; mission <= 10; ++mission) {
    all.push_back({.mission = static_cast<Mission>(mission)});
  }
  all.push_back({.mission = Mission::kSagas, .intended = true});
  for (const int sequence : {1, 6, 24}) {
    all.push_back({.mission = Mission::kTandem, .tandem_sequence = sequence});
  }
  return all;
}

// Near eccentricity 1 and where iterations are cut off rounding decides: one in a thousand may.
TEST_P(Batches, AreWhatVectorsAreAlone) {
  constexpr std::uint64_t kRows = 2000;
  for (const Instance& instance : all_instances()) {
    std::vector<double> points;
    for (std::uint64_t seed = 0; seed < kRows; ++seed) {
      const auto x = random_vector(instance, 1000 + seed);
      points.insert(points.end(), x.begin(), x.end());
    }
    const auto values = batch_of(instance, points);
    const std::size_t n = points.size() / kRows, width = values_of(instance);
    int different = 0;
    for (std::size_t r = 0; r < kRows; ++r) {
      const auto alone = values_alone(instance, std::span(points).subspan(r * n, n));
      bool is_same = true;
      for (std::size_t k = 0; k < width; ++k) {
        is_same = is_same && agrees(instance, k, values[r * width + k], alone[k]);
      }
      if (!is_same) ++different;
    }
    EXPECT_LE(different, 2) << info_of(instance).name;
  }
}

// Bits do not depend on how many rows there are, nor on which lane is whose.
TEST_P(Batches, OfAnyCount) {
  for (const Instance& instance : all_instances()) {
    std::vector<double> points;
    for (std::uint64_t seed = 0; seed < 17; ++seed) {
      const auto x = random_vector(instance, seed);
      points.insert(points.end(), x.begin(), x.end());
    }
    const auto all = batch_of(instance, points);
    const std::size_t n = points.size() / 17, width = values_of(instance);
    for (const std::size_t count : {0U, 1U, 7U, 8U, 9U, 15U}) {
      const std::size_t first = 17 - count;
      const auto some = batch_of(
          instance, {points.begin() + static_cast<std::ptrdiff_t>(first * n), points.end()});
      ASSERT_EQ(some.size(), count * width);
      for (std::size_t i = 0; i < some.size(); ++i) {
        EXPECT_EQ(some[i], all[first * width + i]) << info_of(instance).name << " " << count;
      }
    }
  }
}

TEST_P(Batches, HostileRowsDoNotDisturbTheirNeighbours) {
  for (const Instance& instance : all_instances()) {
    std::vector<double> points, good;
    for (std::uint64_t seed = 0; seed < 300; ++seed) {
      auto x = seed % 3 == 0 ? random_vector(instance, seed) : hostile_vector(instance, seed);
      if (seed % 30 == 1) x[seed / 30 % x.size()] = HUGE_VAL;
      points.insert(points.end(), x.begin(), x.end());
      if (seed % 3 == 0) good.insert(good.end(), x.begin(), x.end());
    }
    const auto values = batch_of(instance, points), alone = batch_of(instance, good);
    const std::size_t n = points.size() / 300, width = values_of(instance);
    for (std::size_t r = 0; r < 300; ++r) {
      const auto expected = values_alone(instance, std::span(points).subspan(r * n, n));
      for (std::size_t k = 0; k < width; ++k) {
        const double value = values[r * width + k];
        EXPECT_TRUE(std::isfinite(value));
        EXPECT_TRUE(agrees(instance, k, value, expected[k]))
            << info_of(instance).name << " row " << r << ": " << value << ", " << expected[k];
        if (r % 3 == 0) {
          EXPECT_EQ(value, alone[r / 3 * width + k]);
        }
      }
    }
  }
}

TEST_P(Batches, SinglePrecisionIsThatOfTheScalar) {
  const Instance instance{.mission = Mission::kMessengerFull,
                          .precision = LambertPrecision::kSingle};
  const auto x = random_vector(instance, 5);
  EXPECT_EQ(batch_of(instance, x), values_alone(instance, x));
}

INSTANTIATE_TEST_SUITE_P(Targets, Batches, testing::ValuesIn(hwy::SupportedAndGeneratedTargets()),
                         [](const auto& target) {
                           return std::string(hwy::TargetName(target.param));
                         });

TEST(Batch, LengthsThatDoNotFit) {
  const Instance instance = instance_named("cassini1");
  const std::vector<double> points(12, 1.0);
  std::vector<double> values(9);
  EXPECT_THROW(evaluate_batch(instance, points, values), Error);
  EXPECT_THROW(evaluate_batch(instance, std::span(points).first(7), values), Error);
}

}  // namespace
}  // namespace sengen::astrodynamics
