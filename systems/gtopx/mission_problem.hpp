// SPDX-License-Identifier: Apache-2.0
// A mission as the optimisers see it.
#pragma once

#include <sengen/optimise/problem.hpp>
#include <sengen/solvers/astrodynamics/gtopx.hpp>

namespace sengen::gtopx {

// kCost: one objective without constraints, the first of the instance. kLimitedCost: TandEM's days
// beyond its ten years cost 1000 each. kFront: all objectives and constraints.
enum class View { kCost, kLimitedCost, kFront };

class MissionProblem : public optimise::Problem {
 public:
  MissionProblem(const astrodynamics::Instance& instance, View view);

  const optimise::Box& box() const override { return box_; }
  std::size_t objectives() const override;
  std::size_t constraints() const override;
  void evaluate(std::span<const double> points, std::span<double> values) const override;
  bool has_gradient() const override { return view_ != View::kFront; }
  double gradient(std::span<const double> x, std::span<double> slopes) const override;

  const astrodynamics::Instance& instance() const noexcept { return instance_; }

 private:
  astrodynamics::Instance instance_;
  View view_;
  optimise::Box box_;
};

}  // namespace sengen::gtopx
