// SPDX-License-Identifier: Apache-2.0
#include <sengen/optimise/front_method.hpp>

#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include <sengen/core/error.hpp>

namespace sengen::optimise {

FrontMethod::FrontMethod(const Problem& problem, const char* name, std::uint64_t seed,
                         std::size_t archive)
    : box_(problem.box()),
      width_(problem.objectives()),
      draws_(seed),
      constraints_(problem.constraints()),
      archive_(problem.objectives(), archive) {
  check_problem(problem, name, 8);
}

void FrontMethod::start_from(std::span<const double> points) {
  if (points.size() % size() != 0 || evaluations_ != 0 || !asked_.empty()) {
    throw Error(ErrorKind::kUsage, "first points are whole rows, given before the first ask()");
  }
  start_.assign(points.begin(), points.end());
  for (std::size_t i = 0; i < start_.size(); i += size()) {
    clamp_into(box_, std::span(start_).subspan(i, size()));
  }
}

std::vector<double> FrontMethod::first_points(std::size_t at_most) {
  const std::size_t rows = std::min(at_most, population_ - members());
  std::vector<double> points(rows * size());
  for (std::size_t i = 0; i < rows; ++i) {
    const auto row = std::span(points).subspan(i * size(), size());
    const std::size_t given = (members() + i) * size();
    if (given < start_.size()) {
      std::copy_n(start_.begin() + static_cast<std::ptrdiff_t>(given), size(), row.begin());
    } else {
      draw_uniform(box_, draws_, row);
    }
  }
  return points;
}

const std::vector<double>& FrontMethod::ask(std::size_t at_most) {
  if (!asked_.empty()) return asked_;
  at_most = std::max<std::size_t>(at_most, 1);
  asked_ = members() < population_ ? first_points(at_most) : vary(at_most);
  return asked_;
}

void FrontMethod::set_scales(std::span<const double> values, std::size_t rows) {
  scales_.assign(constraints_, 0);
  for (std::size_t i = 0; i < rows; ++i) {
    const auto of = values.subspan(i * (width_ + constraints_) + width_, constraints_);
    for (std::size_t k = 0; k < constraints_; ++k) {
      if (std::isfinite(of[k])) scales_[k] = std::max(scales_[k], -of[k]);
    }
  }
  for (double& scale : scales_) scale = scale > 0 ? scale : 1;
}

void FrontMethod::tell(std::span<const double> values) {
  const std::size_t rows = asked_.size() / size(), values_width = width_ + constraints_;
  if (rows == 0 || values.size() != rows * values_width) {
    throw Error(ErrorKind::kUsage, fmt::format("{} numbers told for {} points of {}", values.size(),
                                               rows, values_width));
  }
  if (scales_.size() != constraints_) set_scales(values, rows);
  std::vector<double> objectives, violations;
  for (std::size_t i = 0; i < rows; ++i) {
    const auto row = values.subspan(i * values_width, values_width);
    objectives.insert(objectives.end(), row.begin(),
                      row.begin() + static_cast<std::ptrdiff_t>(width_));
    violations.push_back(violation_of(row.subspan(width_), scales_));
  }
  archive_.add_rows(asked_, values, rows);
  evaluations_ += static_cast<std::int64_t>(rows);
  const std::vector<double> points = std::exchange(asked_, {});
  if (members() < population_) {
    points_.insert(points_.end(), points.begin(), points.end());
    objectives_.insert(objectives_.end(), objectives.begin(), objectives.end());
    violations_.insert(violations_.end(), violations.begin(), violations.end());
    if (members() == population_) population_is_full();
  } else {
    select(points, objectives, violations);
  }
}

std::vector<double> FrontMethod::population_objectives() const {
  std::vector<double> rows;
  for (std::size_t i = 0; i < members(); ++i) {
    if (violations_[i] > 0) continue;
    const auto row = objectives_of(i);
    rows.insert(rows.end(), row.begin(), row.end());
  }
  return rows;
}

FrontEnd find_front(const Problem& problem, FrontMethod& method, const FrontBudget& budget) {
  const std::int64_t before = method.evaluations();
  const bool has_target = std::isfinite(budget.target_hypervolume);
  std::int64_t asked_at = -1;
  while (true) {
    const std::int64_t left = budget.evaluations - (method.evaluations() - before);
    if (left <= 0) return FrontEnd::kBudget;
    if (budget.should_stop && budget.should_stop()) return FrontEnd::kStopped;
    const auto& points = method.ask(static_cast<std::size_t>(left));
    method.tell(evaluate_points(problem, points));
    // Its area costs as much as many points: not after every batch.
    if (has_target && method.evaluations() - asked_at >= 100) {
      asked_at = method.evaluations();
      if (hypervolume(method.archive().objectives(), budget.reference) >=
          budget.target_hypervolume) {
        return FrontEnd::kTarget;
      }
    }
  }
}

}  // namespace sengen::optimise
