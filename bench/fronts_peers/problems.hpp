// SPDX-License-Identifier: Apache-2.0
// The problems that this bench measures on, for our optimisers.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <sengen/optimise/pareto.hpp>
#include <sengen/optimise/problem.hpp>

namespace sengen::bench {

// ZDT1 to 4 and 6 (Zitzler, Deb, Thiele 2000) in their numbers of variables.
class ZdtProblem : public optimise::Problem {
 public:
  explicit ZdtProblem(int number);
  const optimise::Box& box() const override { return box_; }
  std::size_t objectives() const override { return 2; }
  void evaluate(std::span<const double> points, std::span<double> values) const override;
  // Area below (1.1, 1.1) of the whole front.
  double whole_hypervolume() const;

 private:
  int number_;
  optimise::Box box_;
};

// Rastrigin's function of ten variables in turned axes.
class RotatedRastrigin : public optimise::Problem {
 public:
  explicit RotatedRastrigin(std::uint64_t seed);
  const optimise::Box& box() const override { return box_; }
  void evaluate(std::span<const double> points, std::span<double> values) const override;

 private:
  optimise::Box box_;
  std::vector<double> axes_;  // rows
};

// A problem whose points all go through an archive too: what a method met, not only what it kept.
class Recorded : public optimise::Problem {
 public:
  explicit Recorded(const optimise::Problem& inner) : inner_(inner), archive_(2) {}
  const optimise::Box& box() const override { return inner_.box(); }
  std::size_t objectives() const override { return inner_.objectives(); }
  std::size_t constraints() const override { return inner_.constraints(); }
  void evaluate(std::span<const double> points, std::span<double> values) const override;
  const optimise::FrontArchive& archive() const { return archive_; }
  std::int64_t evaluations() const { return evaluations_; }

 private:
  const optimise::Problem& inner_;
  mutable std::mutex lock_;
  mutable optimise::FrontArchive archive_;
  mutable std::int64_t evaluations_ = 0;
};

}  // namespace sengen::bench
