// SPDX-License-Identifier: Apache-2.0
// The coordinated retry over 1 to 4 ranks against the same search on one rank alone.
#include <sengen/optimise/coordinated_retry.hpp>

#include <cmath>
#include <vector>

#include "mpi_main.hpp"

namespace sengen::optimise {
namespace {

using parallel::Communicator;

class Waves : public Problem {
 public:
  const Box& box() const override { return box_; }
  void evaluate(std::span<const double> points, std::span<double> values) const override {
    for (std::size_t i = 0; i < values.size(); ++i) {
      values[i] = 0;
      for (const double x : points.subspan(i * box_.size(), box_.size())) {
        values[i] += x * x + 10 - 10 * std::cos(6 * x);
      }
    }
  }

 private:
  Box box_{std::vector<double>(4, -5), std::vector<double>(4, 4), {}};
};

// More lanes than ranks, and a last round that has fewer.
RetryOptions quick() {
  RetryOptions options{.seed = 3, .lanes = 7, .runs = 80, .first_evaluations = 200};
  options.prelude = 20'000;  // a few runs
  options.store.sort_every = 20;
  return options;
}

TEST(CoordinatedRetry, IsEqualOnAllRanksAndToThatOfOne) {
  const Waves problem;
  RetryState alone, together;
  coordinated_retry(problem, quick(), alone, Communicator::self());
  std::int64_t rounds = 0;
  coordinated_retry(problem, quick(), together, Communicator::world(), [&](const RetryState&) {
    ++rounds;
    return false;
  });
  EXPECT_EQ(together.to_numbers(), alone.to_numbers());
  EXPECT_EQ(rounds, 12);
}

}  // namespace
}  // namespace sengen::optimise
