// SPDX-License-Identifier: Apache-2.0
// pagmo2's optimisers as a back end: budgets, targets, refusals.
#include <sengen/pagmo/pagmo_search.hpp>

#include <gtest/gtest.h>

#include <sengen/core/error.hpp>

namespace sengen::optimise {
namespace {

// The sum of squares of the distances from (1, 2, 3), counted.
class Bowl : public Problem {
 public:
  const Box& box() const override { return box_; }
  void evaluate(std::span<const double> points, std::span<double> values) const override {
    for (std::size_t i = 0; i < values.size(); ++i, ++evaluations) {
      values[i] = 0;
      for (std::size_t k = 0; k < 3; ++k) {
        const double apart = points[3 * i + k] - static_cast<double>(k + 1);
        values[i] += apart * apart;
      }
    }
  }
  mutable std::int64_t evaluations = 0;

 private:
  Box box_{{-5, -5, -5}, {5, 5, 5}, {}};
};

TEST(PagmoSearch, KeepsToItsBudgetAndFindsTheMinimum) {
  for (const char* algorithm : {"de", "sade", "de1220", "cmaes", "mbh", "gaco", "de1220+cmaes"}) {
    const Bowl problem;
    PagmoOptions options{.algorithm = algorithm};
    if (options.algorithm == "gaco") options.population = 70;
    const Outcome found = minimise_by_pagmo(problem, options, {.evaluations = 20'000});
    EXPECT_EQ(found.evaluations, 20'000) << algorithm;
    EXPECT_EQ(problem.evaluations, 20'000) << algorithm;
    EXPECT_EQ(found.end, End::kEvaluations) << algorithm;
    EXPECT_LT(found.best.value, 1e-2) << algorithm;
    EXPECT_EQ(found.best.x.size(), 3) << algorithm;
  }
}

TEST(PagmoSearch, EndsAtItsTarget) {
  const Bowl problem;
  const Outcome found = minimise_by_pagmo(problem, {.algorithm = "sade", .seed = 4},
                                          {.evaluations = 100'000, .target = 1e-3});
  EXPECT_EQ(found.end, End::kTarget);
  EXPECT_LE(found.best.value, 1e-3);
  EXPECT_LT(found.evaluations, 100'000);
}

TEST(PagmoSearch, RefusesWhatPagmoDoesNotKnow) {
  const Bowl problem;
  const Budget budget{.evaluations = 1000};
  const auto kind_of = [&](const PagmoOptions& options) {
    try {
      minimise_by_pagmo(problem, options, budget);
    } catch (const Error& error) {
      return error.kind();
    }
    return ErrorKind::kInternal;
  };
  EXPECT_EQ(kind_of({.algorithm = "simplex"}), ErrorKind::kUsage);
  EXPECT_EQ(kind_of({.algorithm = "sade+"}), ErrorKind::kUsage);
  EXPECT_EQ(kind_of({.algorithm = "sade", .population = 3}), ErrorKind::kUsage);
}

}  // namespace
}  // namespace sengen::optimise
