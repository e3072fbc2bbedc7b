// SPDX-License-Identifier: Apache-2.0
#include <sengen/optimise/front_search.hpp>

#include <cmath>

#include <gtest/gtest.h>

#include <sengen/core/error.hpp>
#include <sengen/core/parallel_for.hpp>

namespace sengen::optimise {
namespace {

// ZDT1 of six variables: f2 = g (1 - sqrt(f1 / g)), the front where g = 1.
class Zdt1 : public Problem {
 public:
  Zdt1() : box_{std::vector<double>(6, 0.0), std::vector<double>(6, 1.0), {}} {}
  const Box& box() const override { return box_; }
  std::size_t objectives() const override { return 2; }
  void evaluate(std::span<const double> points, std::span<double> values) const override {
    for (std::size_t row = 0; 6 * row < points.size(); ++row) {
      const double* x = &points[6 * row];
      double g = 1;
      for (int i = 1; i < 6; ++i) g += 9.0 / 5 * x[i];
      values[2 * row] = x[0];
      values[2 * row + 1] = g * (1 - std::sqrt(x[0] / g));
    }
  }

 private:
  Box box_;
};

constexpr FrontSearchOptions kOptions{.lanes = 4, .evaluations = 4000, .capacity = 200};

TEST(FrontSearch, FindsTheFront) {
  const Zdt1 problem;
  FrontSearch search(problem, kOptions);
  for (int i = 0; i < 3; ++i) search.round(parallel::Communicator::self());
  const std::vector<double> reference = {1, 1};
  // The area below the front is 2/3; 200 points leave about half a per cent of the square.
  EXPECT_GT(hypervolume(search.archive().objectives(), reference), 2.0 / 3 - 0.006);
  EXPECT_EQ(search.runs(), 12);
  EXPECT_GT(search.evaluations(), 6 * 4000);
}

TEST(FrontSearch, IsTheSameForThreadsAndWhereItWasBrokenOff) {
  const Zdt1 problem;
  const int before = threads();
  set_threads(1);
  FrontSearch whole(problem, kOptions);
  whole.round(parallel::Communicator::self());
  whole.round(parallel::Communicator::self());
  set_threads(2);
  FrontSearch first(problem, kOptions);
  first.round(parallel::Communicator::self());
  FrontSearch second(problem, kOptions);
  second.load(first.to_numbers());
  second.round(parallel::Communicator::self());
  set_threads(before);
  EXPECT_EQ(second.to_numbers(), whole.to_numbers());
  EXPECT_THROW(second.load(std::vector<double>{1, 2, 3}), Error);
  EXPECT_THROW(FrontSearch(problem, {.lanes = 0}), Error);
}

}  // namespace
}  // namespace sengen::optimise
