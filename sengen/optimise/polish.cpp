// SPDX-License-Identifier: Apache-2.0
#include <sengen/optimise/polish.hpp>

#include <algorithm>
#include <cmath>

#include <sengen/optimise/nelder_mead.hpp>
#include <sengen/optimise/projected_lbfgs.hpp>

namespace sengen::optimise {

namespace {

// The searches of one polish, one after the other, each from the best so far.
class Polisher {
 public:
  Polisher(const Problem& problem, std::span<const double> x, std::int64_t evaluations)
      : problem_(problem), box_(problem.box()), left_(evaluations) {
    best_.x.assign(x.begin(), x.end());
    for (std::size_t i = 0; i < box_.size(); ++i) {
      best_.x[i] = std::clamp(best_.x[i], box_.lower[i], box_.upper[i]);
      if (!box_.is_integer.empty() && box_.is_integer[i]) {
        best_.x[i] = std::max(std::trunc(best_.x[i]), box_.lower[i]);
        box_.lower[i] = box_.upper[i] = best_.x[i];
      }
      can_move_ = can_move_ || box_.width(i) > 0;
    }
    evaluate_start();
  }

  bool can_move() const { return can_move_ && left_ > 0; }
  const Best& best() const { return best_; }
  std::int64_t left() const { return left_; }

  // The part of the value that was won.
  double run(Search& search) {
    const Outcome outcome = minimise(problem_, search, {.evaluations = left_});
    left_ -= outcome.evaluations;
    const double before = best_.value;
    if (outcome.best.value < before) best_ = outcome.best;
    return (before - best_.value) / std::max(std::abs(best_.value), 1e-12);
  }
  double run_gradients() {
    ProjectedLbfgs search(box_, {.start = best_.x});
    return run(search);
  }
  double run_simplex(double edge) {
    NelderMead search(box_, {.start = best_.x,
                             .edge = edge,
                             .x_tolerance = std::max(1e-6 * edge, 1e-15),
                             .value_tolerance = 1e-16,
                             .most_evaluations = static_cast<std::int64_t>(2000 * box_.size())});
    return run(search);
  }

 private:
  void evaluate_start() {
    if (left_ <= 0) return;
    std::vector<double> values(problem_.values());
    problem_.evaluate(best_.x, values);
    best_.value = values[0];
    --left_;
  }

  const Problem& problem_;
  Box box_;
  Best best_;
  std::int64_t left_;
  bool can_move_ = false;
};

}  // namespace

Outcome polish(const Problem& problem, std::span<const double> x, const PolishOptions& options) {
  constexpr double kSmallestEdge = 1e-9;
  Polisher polisher(problem, x, options.evaluations);
  if (problem.has_gradient() && polisher.can_move()) polisher.run_gradients();
  double edge = options.edge;
  while (polisher.can_move()) {
    double won = polisher.run_simplex(edge);
    // A better point than the gradients led to: they may lead on from there.
    if (won > options.tolerance && problem.has_gradient() && polisher.can_move()) {
      won = std::max(won, polisher.run_gradients());
    }
    if (won <= options.tolerance && edge <= kSmallestEdge) break;
    // A simplex that still wins much is begun anew as large as it was.
    if (won <= 1e-9) edge *= 0.1;
    if (edge < 0.1 * kSmallestEdge) break;
  }
  Outcome outcome{polisher.best(), options.evaluations - polisher.left(), End::kFinished};
  if (polisher.left() <= 0) outcome.end = End::kEvaluations;
  return outcome;
}

}  // namespace sengen::optimise
