// SPDX-License-Identifier: Apache-2.0
#include <functional>
#include <memory>

#include <gtest/gtest.h>

#include <sengen/core/error.hpp>
#include <sengen/core/parallel_for.hpp>
#include <sengen/optimise/moead.hpp>
#include <sengen/optimise/nsga2.hpp>

#include "front_problems.hpp"

namespace {

using namespace sengen::optimise;
using namespace front_problems;

using Make = std::function<std::unique_ptr<FrontMethod>(const Problem&, std::uint64_t)>;

struct Named {
  const char* name;
  Make make;
};
const Named kMethods[] = {
    {"nsga2",
     [](const Problem& problem, std::uint64_t seed) -> std::unique_ptr<FrontMethod> {
       return std::make_unique<Nsga2>(problem, Nsga2Options{.seed = seed});
     }},
    {"moead",
     [](const Problem& problem, std::uint64_t seed) -> std::unique_ptr<FrontMethod> {
       return std::make_unique<Moead>(problem, MoeadOptions{.seed = seed});
     }},
};
const std::vector<double> kReference = {1.1, 1.1};

TEST(FrontMethods, ReachTheFrontsOfZdt) {
  for (const auto& [name, make] : kMethods) {
    for (const int number : {1, 2, 3}) {
      const auto problem = zdt(number, 10);
      const auto method = make(problem, 1);
      EXPECT_EQ(find_front(problem, *method, {.evaluations = 20000}), FrontEnd::kBudget);
      EXPECT_EQ(problem.evaluations, 20000);
      const double whole = zdt_hypervolume(number);
      const double found = hypervolume(method->archive().objectives(), kReference);
      EXPECT_GT(found, whole - 0.006) << name << " ZDT" << number;
      EXPECT_LE(found, whole + 1e-5) << name << " ZDT" << number;
      EXPECT_GT(hypervolume(method->population_objectives(), kReference), whole - 0.02) << name;
    }
  }
}

// Binh and Korn 1997: two constraints; 4 x^2 + 4 y^2 against (x-5)^2 + (y-5)^2 on 0..5 x 0..3.
TEST(FrontMethods, StayWithinConstraints) {
  const RowProblem problem({{0, 0}, {5, 3}, {}}, 2, 2,
                           [](std::span<const double> x, std::span<double> f) {
                             f[0] = 4 * x[0] * x[0] + 4 * x[1] * x[1];
                             f[1] = std::pow(x[0] - 5, 2) + std::pow(x[1] - 5, 2);
                             f[2] = 25 - std::pow(x[0] - 5, 2) - x[1] * x[1];
                             f[3] = std::pow(x[0] - 8, 2) + std::pow(x[1] + 3, 2) - 7.7;
                           });
  // The front: x = y up to 3, then y = 3.
  FrontArchive exact(2, 100000);
  for (int i = 0; i <= 50000; ++i) {
    const double x = i / 10000.0, y = std::min(x, 3.0);
    std::vector<double> values(4);
    problem.evaluate(std::vector<double>{x, y}, values);
    exact.add_rows(std::vector<double>{x, y}, values, 1);
  }
  const std::vector<double> reference = {140, 50};
  const double whole = hypervolume(exact.objectives(), reference);
  for (const auto& [name, make] : kMethods) {
    const auto method = make(problem, 3);
    find_front(problem, *method, {.evaluations = 8000});
    const double found = hypervolume(method->archive().objectives(), reference);
    EXPECT_GT(found, 0.998 * whole) << name;
    EXPECT_LE(found, whole * (1 + 1e-6)) << name;
  }
}

// Feasible nowhere near the unconstrained front: x0 + x1 >= 1.5 in ZDT1's box of two numbers.
TEST(FrontMethods, FindFeasiblePointsAndWholeIntegers) {
  Box box = cube(3, 0, 1);
  box.upper[2] = 4.9;
  box.is_integer = {false, false, true};
  const RowProblem problem(box, 2, 1, [](std::span<const double> x, std::span<double> f) {
    EXPECT_EQ(x[2], std::floor(x[2]));
    f[0] = x[0] + std::abs(x[2] - 3);
    f[1] = x[1] + std::abs(x[2] - 3);
    f[2] = x[0] + x[1] - 1.95;
  });
  for (const auto& [name, make] : kMethods) {
    const auto method = make(problem, 2);
    find_front(problem, *method, {.evaluations = 5000});
    ASSERT_GT(method->archive().size(), 5U) << name;
    for (const auto& point : method->archive().points()) {
      EXPECT_EQ(point.x[2], 3) << name;
      EXPECT_LT(point.x[0] + point.x[1], 1.97) << name;
    }
  }
}

TEST(FrontMethods, AreTheSameForAnyThreadsAndOtherForAnotherSeed) {
  const int before = sengen::threads();
  const auto problem = zdt(1, 6);
  for (const auto& [name, make] : kMethods) {
    std::vector<double> found[3];
    for (const int threads : {1, 3}) {
      sengen::set_threads(threads);
      const auto method = make(problem, 7);
      find_front(problem, *method, {.evaluations = 2037});
      EXPECT_EQ(method->evaluations(), 2037);
      found[threads == 1 ? 0 : 1] = method->archive().objectives();
    }
    const auto other = make(problem, 8);
    find_front(problem, *other, {.evaluations = 2037});
    found[2] = other->archive().objectives();
    EXPECT_EQ(found[0], found[1]) << name;
    EXPECT_NE(found[0], found[2]) << name;
  }
  sengen::set_threads(before);
}

TEST(FrontMethods, AUsersLoopAsksAndTells) {
  const auto problem = zdt(2, 5);
  for (const auto& [name, make] : kMethods) {
    const auto driven = make(problem, 5), own = make(problem, 5);
    find_front(problem, *driven, {.evaluations = 1000});
    while (own->evaluations() < 1000) {
      const auto points = own->ask(static_cast<std::size_t>(1000 - own->evaluations()));
      EXPECT_EQ(points, own->ask());
      std::vector<double> values(points.size() / 5 * 2);
      problem.evaluate(points, values);
      own->tell(values);
    }
    EXPECT_EQ(own->archive().objectives(), driven->archive().objectives()) << name;
    EXPECT_THROW(own->tell(std::vector<double>{1}), sengen::Error);
  }
}

TEST(FrontMethods, EndAtTheTargetOrWhenTold) {
  const auto problem = zdt(1, 6);
  for (const auto& [name, make] : kMethods) {
    const auto method = make(problem, 1);
    EXPECT_EQ(
        find_front(problem, *method,
                   {.evaluations = 50000, .reference = kReference, .target_hypervolume = 0.8}),
        FrontEnd::kTarget);
    EXPECT_GE(hypervolume(method->archive().objectives(), kReference), 0.8) << name;
    EXPECT_LT(method->evaluations(), 20000) << name;
    int asked = 0;
    EXPECT_EQ(find_front(problem, *method, {.should_stop = [&] { return ++asked > 3; }}),
              FrontEnd::kStopped);
  }
}

TEST(FrontMethods, BeginWithGivenPoints) {
  const auto problem = zdt(1, 4);
  for (const auto& [name, make] : kMethods) {
    const auto method = make(problem, 1);
    method->start_from(std::vector<double>{0.25, 0, 0, 0, 2, 0, 0, 0});
    find_front(problem, *method, {.evaluations = 2});
    EXPECT_EQ(method->archive().objectives(), (std::vector<double>{0.25, 0.5, 1, 0})) << name;
    EXPECT_THROW(method->start_from(std::vector<double>{0.25, 0, 0, 0}), sengen::Error);
  }
}

TEST(Moead, WeightsIncludeTheEnds) {
  const auto problem = zdt(1, 4);
  const Moead method(problem, {.population = 5});
  const auto& w = method.weights();
  ASSERT_EQ(w.size(), 10U);
  EXPECT_EQ(w[1], 1);
  EXPECT_EQ(w[8], 1);
  EXPECT_GT(w[0], 0);
  EXPECT_EQ(w[4], 0.5);
}

}  // namespace
