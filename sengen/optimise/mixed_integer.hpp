// SPDX-License-Identifier: Apache-2.0
// Problems with few integers: every assignment of the integers is a problem of the other variables,
// minimised by any method; successive halving (Jamieson and Talwalkar 2016; the "multiretry" of
// fast-cma-es) gives the promising ones more and more of a budget and drops the worst of each
// round.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <span>
#include <utility>
#include <vector>

#include <sengen/optimise/problem.hpp>

namespace sengen::optimise {

// A problem with its integers fixed: what is left to vary. Refers to the whole problem.
class FixedAssignment : public Problem {
 public:
  // integers: whole numbers, in the order of the whole problem's. kUsage for another number of
  // them, one outside its bounds, or where nothing is left.
  FixedAssignment(const Problem& whole, std::vector<double> integers);

  const Box& box() const override { return box_; }
  std::size_t objectives() const override { return whole_.objectives(); }
  std::size_t constraints() const override { return whole_.constraints(); }
  void evaluate(std::span<const double> points, std::span<double> values) const override;
  bool has_gradient() const override { return whole_.has_gradient(); }
  double gradient(std::span<const double> x, std::span<double> slopes) const override;
  // A point of the whole problem.
  std::vector<double> whole_point(std::span<const double> x) const;

 private:
  const Problem& whole_;
  Box box_;
  std::vector<double> pattern_;          // a whole point, its integers set
  std::vector<std::size_t> continuous_;  // places in it
};

// A problem in another box. Refers to the whole problem.
class NarrowedProblem : public Problem {
 public:
  NarrowedProblem(const Problem& whole, Box box) : whole_(whole), box_(std::move(box)) {}
  const Box& box() const override { return box_; }
  std::size_t objectives() const override { return whole_.objectives(); }
  std::size_t constraints() const override { return whole_.constraints(); }
  void evaluate(std::span<const double> points, std::span<double> values) const override {
    whole_.evaluate(points, values);
  }

 private:
  const Problem& whole_;
  Box box_;
};

// Number of assignments; infinite beyond 2^53.
double count_of_assignments(const Box& box);
// The assignment of a number below that count; the first integer varies slowest.
std::vector<double> assignment_of(const Box& box, std::uint64_t number);

struct RestResult {
  double value = std::numeric_limits<double>::infinity();  // to be compared; smaller is better
  std::vector<double> x;                                   // of the rest
  std::int64_t evaluations = 0;
};
// Minimises the rest of an assignment with about so many evaluations, from the best point of the
// rounds before or (empty) from anywhere. Called by several threads at once.
using RestMinimiser =
    std::function<RestResult(const FixedAssignment& rest, std::int64_t evaluations,
                             std::uint64_t seed, std::span<const double> start)>;

struct BanditOptions {
  std::int64_t evaluations = 1000000;  // of all rounds, as far as the minimiser keeps to its share
  std::int64_t least_share = 100;      // of an assignment in the first round
  double dropped = 0.3;                // share of the assignments that ends with a round
  std::size_t survivors = 1;           // assignments of the last round
  std::uint64_t seed = 1;
  std::function<bool()> should_stop = {};
};

struct Arm {
  std::vector<double> integers;
  double value = std::numeric_limits<double>::infinity();
  std::vector<double> x;
  std::int64_t evaluations = 0;
  int rounds = 0;
};

// The arms, those of most rounds first and of these the best first. Where the budget does not
// suffice for all assignments so many are drawn as it suffices for. Arms run on all threads, the
// result does not depend on their number.
std::vector<Arm> search_assignments(const Problem& problem, const RestMinimiser& minimise,
                                    const BanditOptions& options);

}  // namespace sengen::optimise
