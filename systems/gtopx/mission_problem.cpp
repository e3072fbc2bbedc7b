// SPDX-License-Identifier: Apache-2.0
#include "mission_problem.hpp"

#include <algorithm>
#include <cmath>

#include <sengen/optimise/pareto.hpp>
#include <sengen/solvers/astrodynamics/batch.hpp>

namespace sengen::gtopx {

namespace {

using astrodynamics::InstanceInfo;

constexpr double kPricePerDay = 1000;  // of TandEM's limit
constexpr double kPricePerKm = 0.01;   // as the missions' objectives have it

}  // namespace

View search_view(const astrodynamics::Instance& instance) {
  using astrodynamics::Mission;
  const bool is_limited =
      instance.mission == Mission::kTandem || instance.mission == Mission::kCassini1Minlp;
  return is_limited ? View::kLimitedCost : View::kCost;
}

MissionProblem::MissionProblem(const astrodynamics::Instance& instance, View view)
    : instance_(instance), view_(view) {
  for (const auto& variable : info_of(instance).variables) {
    box_.lower.push_back(variable.lower);
    // Whole parts count, and 9 is Pluto, which has no mass.
    box_.upper.push_back(variable.is_integer ? std::nextafter(variable.upper, 0) : variable.upper);
    box_.is_integer.push_back(variable.is_integer);
  }
}

std::size_t MissionProblem::objectives() const {
  return view_ != View::kFront ? 1 : info_of(instance_).objectives.size();
}

std::size_t MissionProblem::constraints() const {
  return view_ != View::kFront ? 0 : info_of(instance_).constraints.size();
}

void MissionProblem::evaluate(std::span<const double> points, std::span<double> values) const {
  if (view_ == View::kFront) {
    evaluate_batch(instance_, points, values);
    return;
  }
  const InstanceInfo& info = info_of(instance_);
  const std::size_t constraints = info.constraints.size();
  const std::size_t width = info.objectives.size() + constraints;
  const bool is_tandem = instance_.mission == astrodynamics::Mission::kTandem;
  const double price = is_tandem ? kPricePerDay : kPricePerKm;
  thread_local std::vector<double> all;
  all.resize(values.size() * width);
  evaluate_batch(instance_, points, all);
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double* row = &all[i * width];
    values[i] = row[0];
    if (view_ != View::kLimitedCost) continue;
    values[i] += price * optimise::violation_of(std::span(row + width - constraints, constraints));
  }
}

// Slopes of constraints are known where they are sums of flight times.
bool MissionProblem::has_gradient() const {
  return view_ == View::kCost ||
         (view_ == View::kLimitedCost && instance_.mission == astrodynamics::Mission::kTandem);
}

double MissionProblem::gradient(std::span<const double> x, std::span<double> slopes) const {
  const double value = astrodynamics::gradient(instance_, x, slopes);
  if (view_ == View::kCost) return value;
  const double late = -astrodynamics::evaluate(instance_, x).constraints[0];
  if (late <= 0) return value;
  for (std::size_t leg = 0; leg < 4; ++leg) slopes[4 + leg] += kPricePerDay;
  return value + kPricePerDay * late;
}

bool has_integers(const optimise::Problem& problem) {
  return std::ranges::find(problem.box().is_integer, true) != problem.box().is_integer.end();
}

optimise::Box likely_planets(const MissionProblem& problem) {
  constexpr double kVenus = 2, kSaturn = 6;
  optimise::Box box = problem.box();
  for (std::size_t i = 0; i < box.size(); ++i) {
    if (!box.is_integer[i]) continue;
    box.lower[i] = kVenus;
    box.upper[i] = kSaturn;
  }
  return box;
}

std::int64_t evaluations_of_choice(double budget) {
  return static_cast<std::int64_t>(std::min(4e6, budget / 5));
}

}  // namespace sengen::gtopx
