// SPDX-License-Identifier: Apache-2.0
#include <sengen/optimise/projected_lbfgs.hpp>

#include <algorithm>
#include <cmath>
#include <utility>

#include <sengen/core/error.hpp>

namespace sengen::optimise {

namespace {

using Vector = std::vector<double>;

constexpr double kArmijo = 1e-4;
constexpr double kShortest = 1e-14;
constexpr int kMostSlow = 5;

// Of the coordinates that are free.
double dot(const Vector& a, const Vector& b, const std::vector<bool>& is_free) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (is_free[i]) sum += a[i] * b[i];
  }
  return sum;
}

}  // namespace

ProjectedLbfgs::ProjectedLbfgs(Box box, ProjectedLbfgsOptions options)
    : Search(std::move(box)), options_(std::move(options)), unit_(this->box()) {
  if (!options_.start.empty() && options_.start.size() != this->box().size()) {
    throw Error(ErrorKind::kUsage, "projected L-BFGS: the start is not of the box");
  }
  trial_.assign(unit_.size(), 0.5);
  if (!options_.start.empty()) trial_ = unit_.coordinates(options_.start);
  batch().resize(this->box().size());
  unit_.place(trial_, batch());
}

void ProjectedLbfgs::learn(std::span<const double> values, std::span<const double> slopes) {
  if (++evaluations_ == 1 || values[0] <= value_) {
    // Armijo's condition along the projected path.
    double decrease = 0;
    for (std::size_t i = 0; i < at_.size(); ++i) decrease += slopes_[i] * (trial_[i] - at_[i]);
    if (evaluations_ == 1 || values[0] <= value_ + kArmijo * decrease) {
      accept(values[0], unit_.slopes(slopes));
      return;
    }
  }
  shorten(values[0]);
}

void ProjectedLbfgs::accept(double value, Vector slopes) {
  // A slope that is not a number leads nowhere.
  for (double& slope : slopes) {
    if (!std::isfinite(slope)) slope = 0;
  }
  if (!at_.empty()) {
    Pair pair{Vector(at_.size()), Vector(at_.size())};
    for (std::size_t i = 0; i < at_.size(); ++i) {
      pair.step[i] = trial_[i] - at_[i];
      pair.change[i] = slopes[i] - slopes_[i];
    }
    const std::vector<bool> all(at_.size(), true);
    const double curvature = dot(pair.step, pair.change, all);
    if (curvature > 1e-10 * std::sqrt(dot(pair.step, pair.step, all)) *
                        std::sqrt(dot(pair.change, pair.change, all))) {
      if (pairs_.size() == options_.memory) pairs_.pop_front();
      pairs_.push_back(std::move(pair));
    }
    const double won = value_ - value;
    slow_ = won > options_.value_tolerance * std::abs(value_) ? 0 : slow_ + 1;
  }
  at_ = trial_;
  value_ = value;
  slopes_ = std::move(slopes);
  begin_line();
}

// -H gradient of the free variables: two loops over what the steps tell of them.
Vector ProjectedLbfgs::direction(const std::vector<bool>& is_free) const {
  Vector q(at_.size(), 0.0);
  for (std::size_t i = 0; i < q.size(); ++i) q[i] = is_free[i] ? -slopes_[i] : 0;
  Vector weights(pairs_.size(), 0.0), curvatures(pairs_.size(), 0.0);
  double scale = 0;
  for (std::size_t k = pairs_.size(); k-- > 0;) {
    const Pair& pair = pairs_[k];
    curvatures[k] = dot(pair.step, pair.change, is_free);
    const double square = dot(pair.change, pair.change, is_free);
    // What is left of a pair when bound variables are taken out may not be convex.
    if (curvatures[k] <= 1e-10 * square || square == 0) {
      curvatures[k] = 0;
      continue;
    }
    if (scale == 0) scale = curvatures[k] / square;
    weights[k] = dot(pair.step, q, is_free) / curvatures[k];
    for (std::size_t i = 0; i < q.size(); ++i) q[i] -= weights[k] * pair.change[i];
  }
  if (scale == 0) {
    // Nothing is known of the curvature: a step of a hundredth of the box.
    const double length = std::sqrt(dot(q, q, is_free));
    scale = 0.01 / std::max(length, 1e-300);
  }
  for (double& x : q) x *= scale;
  for (std::size_t k = 0; k < pairs_.size(); ++k) {
    if (curvatures[k] == 0) continue;
    const double back = weights[k] - dot(pairs_[k].change, q, is_free) / curvatures[k];
    for (std::size_t i = 0; i < q.size(); ++i) q[i] += back * pairs_[k].step[i];
  }
  for (std::size_t i = 0; i < q.size(); ++i) {
    if (!is_free[i]) q[i] = 0;
  }
  return q;
}

void ProjectedLbfgs::begin_line() {
  std::vector<bool> is_free(at_.size());
  double largest = 0;
  for (std::size_t i = 0; i < at_.size(); ++i) {
    const bool is_held = (at_[i] <= 0 && slopes_[i] >= 0) || (at_[i] >= 1 && slopes_[i] <= 0);
    is_free[i] = !is_held;
    if (!is_held) largest = std::max(largest, std::abs(slopes_[i]));
  }
  const bool is_flat = largest <= options_.gradient_tolerance * std::abs(value_) || largest == 0;
  if (is_flat || slow_ >= kMostSlow || evaluations_ >= options_.most_evaluations) {
    batch().clear();
    return;
  }
  direction_ = direction(is_free);
  slope_ = dot(direction_, slopes_, is_free);
  if (!(slope_ < 0) && !pairs_.empty()) {
    pairs_.clear();
    direction_ = direction(is_free);
    slope_ = dot(direction_, slopes_, is_free);
  }
  length_ = 1;
  propose();
}

void ProjectedLbfgs::propose() {
  for (std::size_t i = 0; i < at_.size(); ++i) {
    trial_[i] = std::clamp(at_[i] + length_ * direction_[i], 0.0, 1.0);
  }
  unit_.place(trial_, batch());
}

void ProjectedLbfgs::shorten(double value) {
  // Where the parabola through the two values and the slope is least, well inside.
  const double excess = value - value_ - length_ * slope_;
  const double guess = -0.5 * slope_ * length_ * length_ / std::max(excess, 1e-300);
  length_ = std::clamp(guess, 0.1 * length_, 0.5 * length_);
  if (length_ >= kShortest && evaluations_ < options_.most_evaluations) return propose();
  if (pairs_.empty() || evaluations_ >= options_.most_evaluations) return batch().clear();
  // The curvature is out of date, or this is the end.
  pairs_.clear();
  begin_line();
}

}  // namespace sengen::optimise
