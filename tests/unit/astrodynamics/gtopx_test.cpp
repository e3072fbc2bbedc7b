// SPDX-License-Identifier: Apache-2.0
// The problems against the reference functions: rows of random vectors with 17 digits, in
// $SENGEN_TEST_DATA/gtopx, and three of them here.
#include <sengen/solvers/astrodynamics/gtopx.hpp>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <sstream>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <sengen/core/error.hpp>
#include <sengen/core/random.hpp>
#include <sengen/solvers/astrodynamics/batch.hpp>

#include "vectors.hpp"

namespace sengen::astrodynamics {
namespace {

Instance instance_of(int mission, LambertPrecision precision) {
  return {.mission = static_cast<Mission>(mission), .precision = precision};
}

// f within `relative`, or absolutely for GTOC1, whose f has steps; g within `bound` of max(1, |g|).
void compare(const Instance& instance, const std::vector<std::string>& row, double relative,
             double bound) {
  const auto n = static_cast<std::size_t>(number(row[2]));
  std::vector<double> x;
  for (std::size_t i = 0; i < n; ++i) x.push_back(number(row[3 + i]));
  const auto found = evaluate(instance, x);
  EXPECT_FALSE(found.failed);
  for (std::size_t k = 0; k < 2; ++k) {
    if (3 + n + k >= row.size() || row[3 + n + k].empty()) continue;
    const double f = number(row[3 + n + k]);
    const double tolerance = relative * std::max(std::abs(f), row[0] == "5" ? 1.0 : 0.0);
    EXPECT_NEAR(found.objectives[k], f, tolerance) << "instance " << row[0] << " row " << row[1];
  }
  for (std::size_t k = 0; k < kMostConstraints; ++k) {
    if (5 + n + k >= row.size() || row[5 + n + k].empty()) continue;
    const double g = number(row[5 + n + k]);
    EXPECT_NEAR(found.constraints[k], g, bound * std::max(1.0, std::abs(g)))
        << "instance " << row[0] << " row " << row[1] << " g" << k + 1;
  }
}

TEST(Gtopx, RowsOfTheReferenceInDoublePrecision) {
  const auto rows = rows_of("reference_evaluations_double_lambert.csv");
  if (rows.empty()) GTEST_SKIP() << "SENGEN_TEST_DATA has no gtopx";
  for (const auto& row : rows) {
    const int mission = static_cast<int>(number(row[0]));
    compare(instance_of(mission, LambertPrecision::kDouble), row, 1e-9, 5e-8);
  }
}

TEST(Gtopx, RowsOfTheReferenceInSinglePrecision) {
  const auto rows = rows_of("reference_evaluations_float_lambert.csv");
  if (rows.empty()) GTEST_SKIP() << "SENGEN_TEST_DATA has no gtopx";
  for (const auto& row : rows) {
    const int mission = static_cast<int>(number(row[0]));
    compare(instance_of(mission, LambertPrecision::kSingle), row, 1e-6, 1e-6);
  }
}

TEST(Gtopx, RowsOfTandem) {
  const auto rows = rows_of("tandem_reference_evaluations.csv");
  if (rows.empty()) GTEST_SKIP() << "SENGEN_TEST_DATA has no gtopx";
  for (const auto& row : rows) {
    std::vector<double> x;
    for (std::size_t i = 0; i < 18; ++i) x.push_back(number(row[3 + i]));
    Instance instance = instance_named(fmt::format("tandem:{}", row[1]));
    EXPECT_EQ(instance.tandem_sequence, static_cast<int>(number(row[0])));
    const double f = number(row[22]), sum = number(row[25]);
    EXPECT_NEAR(evaluate(instance, x).objectives[0], f, 1e-8 * std::max(1.0, std::abs(f)));
    const TandemDetails details = tandem_details(instance, x);
    EXPECT_NEAR(details.delta_v, sum, 2e-8 * sum);
    EXPECT_NEAR(details.days, number(row[23]), 1e-9);
    EXPECT_NEAR(details.declination, number(row[26]), 1e-10);
    EXPECT_NEAR(details.launch_mass, number(row[27]), 1e-7);
    instance.precision = LambertPrecision::kSingle;
    EXPECT_NEAR(evaluate(instance, x).objectives[0], number(row[21]),
                1e-6 * std::max(1.0, std::abs(f)));
  }
}

// Rows of the reference that need no file.
TEST(Gtopx, ARowOfCassini1) {
  const std::vector<double> x = {-33.043347715542836, 271.56063329230432, 456.08551005680107,
                                 64.378048562835943,  812.08683066936055, 3185.9785555580847};
  const auto found = evaluate(instance_named("cassini1"), x);
  EXPECT_NEAR(found.objectives[0], 165.42122233791562, 2e-7);
  EXPECT_NEAR(found.constraints[0], -6334.2293645545851, 5e-5);
  EXPECT_NEAR(found.constraints[3], 221494.87334004126, 1e-2);
}

TEST(Gtopx, BestKnownVectorOfSagas) {
  const auto rows = rows_of("best_known_vectors.csv");
  if (rows.empty()) GTEST_SKIP() << "SENGEN_TEST_DATA has no gtopx";
  int checked = 0;
  for (const auto& row : rows) {
    if (row.size() != 7 || number(row[3]) == 0) continue;
    std::vector<double> x;
    std::istringstream numbers(row[6]);
    for (double value; numbers >> value;) x.push_back(value);
    const int mission = static_cast<int>(number(row[0]));
    if (mission > 10) continue;
    const double single = number(row[3]), exact = number(row[4]);
    EXPECT_NEAR(evaluate(instance_of(mission, LambertPrecision::kSingle), x).objectives[0], single,
                1e-7 * std::abs(single));
    EXPECT_NEAR(evaluate(instance_of(mission, LambertPrecision::kDouble), x).objectives[0], exact,
                1e-6 * std::abs(exact));
    ++checked;
  }
  EXPECT_GE(checked, 7);
}

class Gradients : public testing::TestWithParam<int> {};

// With and without legs of more than a turn.
TEST_P(Gradients, AreThoseOfDifferences) {
  for (const std::string& name : instance_names()) {
    Instance instance = instance_named(name);
    instance.revolutions = GetParam();
    const auto& variables = info_of(instance).variables;
    int compared = 0;
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
      auto x = random_vector(instance, seed);
      std::vector<double> slopes(x.size());
      const double f = gradient(instance, x, slopes);
      EXPECT_NEAR(f, evaluate(instance, x).objectives[0], 1e-9 * (1 + std::abs(f)));
      for (std::size_t i = 0; i < x.size(); ++i) {
        if (variables[i].is_integer) {
          EXPECT_EQ(slopes[i], 0);
          continue;
        }
        const auto at = [&](double step) {
          auto moved = x;
          moved[i] += step * (variables[i].upper - variables[i].lower);
          return evaluate(instance, moved).objectives[0];
        };
        // Two steps that disagree have a kink or too much curvature between them.
        const double width = variables[i].upper - variables[i].lower;
        const double wide = (at(2e-6) - at(-2e-6)) / (4e-6 * width);
        const double narrow = (at(1e-6) - at(-1e-6)) / (2e-6 * width);
        // GTOC1's f has steps.
        const double grain = instance.mission == Mission::kGtoc1 ? 3 : 1e-2;
        const double scale = std::max(std::abs(narrow), grain * (1 + std::abs(f)) / width);
        if (std::abs(wide - narrow) > 1e-5 * scale) continue;
        EXPECT_NEAR(slopes[i], narrow, 1e-4 * scale) << name << " x" << i + 1 << " seed " << seed;
        ++compared;
      }
    }
    EXPECT_GT(compared, 30) << name;
  }
}

INSTANTIATE_TEST_SUITE_P(Revolutions, Gradients, testing::Values(0, 2));

// More conics to choose from; a batch has them too.
TEST(Gtopx, RevolutionsAreAChoice) {
  Instance instance = instance_named("rosetta");
  int cheaper = 0;
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    const auto x = random_vector(instance, seed);
    instance.revolutions = 0;
    const double without = evaluate(instance, x).objectives[0];
    instance.revolutions = 3;
    const double with = evaluate(instance, x).objectives[0];
    cheaper += with < without ? 1 : 0;
    std::vector<double> value(values_of(instance));
    evaluate_batch(instance, x, value);
    EXPECT_EQ(value[0], with);
  }
  EXPECT_GT(cheaper, 10);
}

// $SENGEN_HOSTILE_VECTORS: how many in all, for bench/soak.
TEST(Gtopx, NothingIsEverInfinite) {
  const char* wanted = std::getenv("SENGEN_HOSTILE_VECTORS");
  const std::uint64_t vectors = wanted == nullptr ? 1'000'000 : std::stoull(wanted);
  const auto names = instance_names();
  const std::uint64_t each = vectors / names.size() + 1;
  constexpr std::uint64_t kRows = 1000;
  for (const std::string& name : names) {
    const Instance instance = instance_named(name);
    const std::size_t width = values_of(instance);
    for (std::uint64_t first = 0; first < each; first += kRows) {
      std::vector<double> rows;
      for (std::uint64_t seed = first; seed < first + kRows; ++seed) {
        const auto x = hostile_vector(instance, seed);
        rows.insert(rows.end(), x.begin(), x.end());
        const auto found = evaluate(instance, x);
        bool finite = true;
        for (const double value : found.objectives) finite = finite && std::isfinite(value);
        for (const double value : found.constraints) finite = finite && std::isfinite(value);
        ASSERT_TRUE(finite) << name << " seed " << seed;
      }
      std::vector<double> values(kRows * width);
      evaluate_batch(instance, rows, values);
      const auto bad =
          std::find_if_not(values.begin(), values.end(), [](double v) { return std::isfinite(v); });
      ASSERT_EQ(bad, values.end())
          << name << " seed " << first + static_cast<std::size_t>(bad - values.begin()) / width;
    }
  }
}

TEST(Gtopx, NamesAndTheirMistakes) {
  EXPECT_EQ(instance_named("7").mission, Mission::kSagas);
  EXPECT_EQ(instance_named("tandem:3-2-3-3-6").tandem_sequence, 6);
  EXPECT_EQ(instance_named("tandem:24").tandem_sequence, 24);
  for (const char* name : {"cassini3", "11", "tandem:25", "tandem:3-2-3-3-5", "cassini1:2", ""}) {
    EXPECT_THROW(instance_named(name), Error) << name;
  }
  EXPECT_THROW(evaluate(instance_named("1"), std::vector<double>(5)), Error);
}

}  // namespace
}  // namespace sengen::astrodynamics
