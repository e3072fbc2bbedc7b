// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <atomic>

#include <gtest/gtest.h>

#include <sengen/core/error.hpp>
#include <sengen/core/parallel_for.hpp>
#include <sengen/optimise/ant_colony.hpp>
#include <sengen/optimise/mixed_integer.hpp>

#include "front_problems.hpp"

namespace {

using namespace sengen::optimise;
using namespace front_problems;

RestResult by_ants(const FixedAssignment& rest, std::int64_t evaluations, std::uint64_t seed,
                   std::span<const double> start) {
  AntColony colony(rest, {.seed = seed});
  colony.start_from(start);
  minimise_ant_colony(rest, colony, {.evaluations = evaluations});
  return {colony.best().objective, colony.best().x, colony.evaluations()};
}

TEST(MixedInteger, AFixedAssignmentIsTheWholeProblemThere) {
  const auto problem = mixed_toy();
  const FixedAssignment rest(problem, {4, 2});
  ASSERT_EQ(rest.box().size(), 2U);
  std::vector<double> whole(2), part(2);
  problem.evaluate(std::vector<double>{1, 2, 4, 2, 3, 4, 4, 2}, whole);
  rest.evaluate(std::vector<double>{1, 2, 3, 4}, part);
  EXPECT_EQ(whole, part);
  EXPECT_EQ(rest.whole_point(std::vector<double>{1, 2}), (std::vector<double>{1, 2, 4, 2}));
  EXPECT_THROW(FixedAssignment(problem, {4}), sengen::Error);
  EXPECT_THROW(FixedAssignment(problem, {4, 10}), sengen::Error);
  EXPECT_THROW(FixedAssignment(problem, {4.5, 2}), sengen::Error);
}

TEST(MixedInteger, CountsAssignments) {
  Box box = {{0, 1, -1.5}, {1, 8, 1.2}, {false, true, true}};
  EXPECT_EQ(count_of_assignments(box), 24);  // 1..8 and -1, 0, 1
  EXPECT_EQ(assignment_of(box, 0), (std::vector<double>{1, -1}));
  EXPECT_EQ(assignment_of(box, 4), (std::vector<double>{2, 0}));
  EXPECT_EQ(assignment_of(box, 23), (std::vector<double>{8, 1}));
}

TEST(MixedInteger, TheBanditFindsTheAssignmentAndSpendsMostOnIt) {
  const auto problem = mixed_toy();
  for (std::uint64_t seed = 1; seed <= 2; ++seed) {
    problem.evaluations = 0;
    const auto arms = search_assignments(problem, by_ants,
                                         {.evaluations = 100000, .least_share = 50, .seed = seed});
    ASSERT_EQ(arms.size(), 100U);
    EXPECT_EQ(arms[0].integers, (std::vector<double>{7, 2}));
    EXPECT_LT(arms[0].value, 1e-6);
    std::int64_t sum = 0;
    for (const Arm& arm : arms) {
      sum += arm.evaluations;
      EXPECT_GE(arm.rounds, 1);
      EXPECT_LE(arm.evaluations, arms[0].evaluations);
    }
    EXPECT_EQ(sum, problem.evaluations);
    EXPECT_LE(sum, 100000);
    EXPECT_GT(sum, 95000);
  }
}

TEST(MixedInteger, DropsTheWorstShareOfEachRound) {
  const auto problem = mixed_toy();
  const RestMinimiser by_name = [](const FixedAssignment& rest, std::int64_t evaluations,
                                   std::uint64_t, std::span<const double>) {
    const auto whole = rest.whole_point(std::vector<double>{0, 0});
    return RestResult{10 * whole[2] + whole[3], {0, 0}, evaluations};
  };
  const auto arms =
      search_assignments(problem, by_name, {.evaluations = 100000, .dropped = 0.3, .survivors = 5});
  std::vector<int> of_rounds(40, 0);
  for (std::size_t i = 0; i < arms.size(); ++i) {
    ++of_rounds[static_cast<std::size_t>(arms[i].rounds)];
    EXPECT_EQ(arms[i].value, static_cast<double>(i));
  }
  EXPECT_EQ(of_rounds[1], 30);
  EXPECT_EQ(of_rounds[2], 21);
  EXPECT_EQ(of_rounds[static_cast<std::size_t>(arms[0].rounds)], 5);
}

TEST(MixedInteger, DrawsAssignmentsWhereTheBudgetIsShort) {
  const auto problem = mixed_toy();
  const auto arms = search_assignments(problem, by_ants,
                                       {.evaluations = 10000, .least_share = 100, .dropped = 0.5});
  EXPECT_LT(arms.size(), 40U);
  EXPECT_GT(arms.size(), 10U);
  EXPECT_LE(problem.evaluations, 10000);
}

TEST(MixedInteger, IsTheSameForAnyThreads) {
  const int before = sengen::threads();
  const auto problem = mixed_toy();
  std::vector<double> found[2];
  for (const int threads : {1, 3}) {
    sengen::set_threads(threads);
    for (const Arm& arm : search_assignments(problem, by_ants, {.evaluations = 50000})) {
      found[threads == 1 ? 0 : 1].push_back(arm.value);
    }
  }
  sengen::set_threads(before);
  EXPECT_EQ(found[0], found[1]);
}

}  // namespace
