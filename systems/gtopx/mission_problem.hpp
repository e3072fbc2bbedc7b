// SPDX-License-Identifier: Apache-2.0
// A mission as the optimisers see it.
#pragma once

#include <sengen/optimise/problem.hpp>
#include <sengen/solvers/astrodynamics/gtopx.hpp>

namespace sengen::gtopx {

// kCost: one objective without constraints, the first of the instance. kLimitedCost: what its
// constraints lack is added, at a price: TandEM's days beyond its ten years cost 1000 each, each km
// below the limit of a fly-by in Cassini1-MINLP 0.01. kFront: all objectives and constraints.
enum class View { kCost, kLimitedCost, kFront };

// That of the search for the best vector: the limits of the other instances are in their objectives
// already, as far as they bind.
View search_view(const astrodynamics::Instance& instance);

class MissionProblem : public optimise::Problem {
 public:
  MissionProblem(const astrodynamics::Instance& instance, View view);

  const optimise::Box& box() const override { return box_; }
  std::size_t objectives() const override;
  std::size_t constraints() const override;
  void evaluate(std::span<const double> points, std::span<double> values) const override;
  bool has_gradient() const override;
  double gradient(std::span<const double> x, std::span<double> slopes) const override;

  const astrodynamics::Instance& instance() const noexcept { return instance_; }

 private:
  astrodynamics::Instance instance_;
  View view_;
  optimise::Box box_;
};

bool has_integers(const optimise::Problem& problem);

// The box with fly-bys from Venus to Saturn where planets are free: Mercury is too light, and the
// others lie beyond the goal.
optimise::Box likely_planets(const MissionProblem& problem);
// For choosing sequences: a fifth of the budget, 4e6 at most.
std::int64_t evaluations_of_choice(double budget);

}  // namespace sengen::gtopx
