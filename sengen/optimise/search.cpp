// SPDX-License-Identifier: Apache-2.0
#include <sengen/optimise/search.hpp>

#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include <sengen/core/error.hpp>

namespace sengen::optimise {

namespace {

void check(const Box& box) {
  if (box.size() == 0 || box.upper.size() != box.size()) {
    throw Error(ErrorKind::kUsage,
                fmt::format("a box of {} lower and {} upper bounds", box.size(), box.upper.size()));
  }
  for (std::size_t i = 0; i < box.size(); ++i) {
    if (!std::isfinite(box.width(i)) || box.width(i) < 0) {
      throw Error(ErrorKind::kUsage, fmt::format("variable {}: bounds {} and {}, expected finite "
                                                 "ones in this order",
                                                 i, box.lower[i], box.upper[i]));
    }
  }
}

// First objectives (and gradients) of rows of points.
class Evaluator {
 public:
  Evaluator(const Problem& problem, bool with_gradient)
      : problem_(problem), with_gradient_(with_gradient) {}

  void evaluate(std::span<const double> points) {
    const std::size_t n = problem_.box().size();
    const std::size_t rows = points.size() / n;
    first.resize(rows);
    if (with_gradient_) {
      slopes.resize(points.size());
      for (std::size_t i = 0; i < rows; ++i) {
        first[i] = problem_.gradient(points.subspan(i * n, n), std::span(slopes).subspan(i * n, n));
      }
      return;
    }
    const std::size_t width = problem_.values();
    all_.resize(rows * width);
    problem_.evaluate(points, all_);
    for (std::size_t i = 0; i < rows; ++i) first[i] = all_[i * width];
  }

  std::vector<double> first;
  std::vector<double> slopes;

 private:
  const Problem& problem_;
  bool with_gradient_;
  std::vector<double> all_;
};

}  // namespace

Search::Search(Box box) : box_(std::move(box)) { check(box_); }

void Search::tell(std::span<const double> values, std::span<const double> slopes) {
  const std::size_t n = box_.size();
  const std::size_t points = batch_size();
  if (values.size() > points || (wants_gradient() && slopes.size() != values.size() * n)) {
    throw Error(ErrorKind::kUsage, fmt::format("told {} values and {} slopes of {} points",
                                               values.size(), slopes.size(), points));
  }
  std::vector<double> finite(values.begin(), values.end());
  for (double& value : finite) {
    if (!std::isfinite(value)) value = std::numeric_limits<double>::max();
  }
  for (std::size_t i = 0; i < finite.size(); ++i) {
    if (finite[i] >= best_.value) continue;
    const auto row = std::span(batch_).subspan(i * n, n);
    best_.value = finite[i];
    best_.x.assign(row.begin(), row.end());
  }
  if (finite.size() < points) {
    batch_.clear();
    return;
  }
  if (points > 0) learn(finite, slopes);
}

Outcome minimise(const Problem& problem, Search& search, const Budget& budget,
                 const ShouldStop& should_stop) {
  if (search.wants_gradient() && !problem.has_gradient()) {
    throw Error(ErrorKind::kUsage, "a search by gradients of a problem that has none");
  }
  Evaluator evaluator(problem, search.wants_gradient());
  Outcome outcome;
  const std::size_t n = search.box().size();
  while (!search.finished()) {
    if (should_stop && should_stop(search.best(), outcome.evaluations)) {
      outcome.end = End::kStopped;
      break;
    }
    const auto left = static_cast<std::size_t>(
        std::max<std::int64_t>(budget.evaluations - outcome.evaluations, 0));
    const std::size_t rows = std::min(left, search.batch_size());
    const bool is_cut = rows < search.batch_size();
    if (rows > 0) evaluator.evaluate(search.ask().first(rows * n));
    evaluator.first.resize(rows);
    evaluator.slopes.resize(search.wants_gradient() ? rows * n : 0);
    search.tell(evaluator.first, evaluator.slopes);
    outcome.evaluations += static_cast<std::int64_t>(rows);
    if (search.best().value <= budget.target) {
      outcome.end = End::kTarget;
      break;
    }
    if (is_cut) outcome.end = End::kEvaluations;
  }
  outcome.best = search.best();
  return outcome;
}

}  // namespace sengen::optimise
