// SPDX-License-Identifier: Apache-2.0
#include <sengen/optimise/lbfgs.hpp>

#include <algorithm>
#include <cmath>
#include <deque>
#include <numeric>
#include <vector>

namespace sengen::optimise {

namespace {

using Vector = std::vector<double>;

double dot(const Vector& a, const Vector& b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}
double largest(const Vector& v) {
  double most = 0;
  for (const double x : v) most = std::max(most, std::abs(x));
  return most;
}

// What the last steps tell of the curvature.
class History {
 public:
  explicit History(int memory) : memory_(static_cast<std::size_t>(memory)) {}

  void add(Vector step, Vector change) {
    const double curvature = dot(step, change);
    // Wolfe's condition gives a positive number but for rounding.
    if (curvature <= 1e-14 * dot(change, change) * 1e-3) return;
    if (entries_.size() == memory_) entries_.pop_front();
    entries_.push_back({std::move(step), std::move(change), curvature});
  }
  void clear() { entries_.clear(); }
  bool empty() const { return entries_.empty(); }

  // -H gradient, H the approximate inverse of the second derivatives.
  Vector direction(const Vector& gradient) const {
    Vector q = gradient;
    Vector weight(entries_.size());
    for (std::size_t i = entries_.size(); i-- > 0;) {
      weight[i] = dot(entries_[i].step, q) / entries_[i].curvature;
      add_scaled(q, -weight[i], entries_[i].change);
    }
    const Entry& last = entries_.back();
    const double scale = last.curvature / dot(last.change, last.change);
    for (double& x : q) x *= scale;
    for (std::size_t i = 0; i < entries_.size(); ++i) {
      const double back = dot(entries_[i].change, q) / entries_[i].curvature;
      add_scaled(q, weight[i] - back, entries_[i].step);
    }
    for (double& x : q) x = -x;
    return q;
  }

 private:
  struct Entry {
    Vector step;
    Vector change;  // of the gradient
    double curvature;
  };
  static void add_scaled(Vector& sum, double factor, const Vector& v) {
    for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += factor * v[i];
  }
  std::size_t memory_;
  std::deque<Entry> entries_;
};

// One point of a line search.
struct Trial {
  double length = 0;
  double value = 0;
  double slope = 0;
  Vector gradient = {};
};

class LineSearch {
 public:
  LineSearch(Objective& objective, const Vector& direction, Trial start)
      : objective_(objective), direction_(direction), start_(std::move(start)) {}

  // A point with sufficient decrease and a flatter slope; else the best point seen.
  Trial search(double length) {
    Trial previous = start_;
    for (int i = 0; i < kMaxTrials; ++i) {
      Trial trial = at(length);
      if (!is_enough(trial) || (i > 0 && trial.value >= previous.value)) {
        return zoom(previous, std::move(trial));
      }
      if (std::abs(trial.slope) <= -kCurvature * start_.slope) return trial;
      if (trial.slope >= 0) return zoom(std::move(trial), previous);
      length = extended(previous, trial);
      previous = std::move(trial);
    }
    return previous;
  }
  int evaluations() const { return evaluations_; }

 private:
  static constexpr double kDecrease = 1e-4;
  static constexpr double kCurvature = 0.9;
  static constexpr int kMaxTrials = 20;

  bool is_enough(const Trial& trial) const {
    return trial.value <= start_.value + kDecrease * trial.length * start_.slope;
  }

  Trial at(double length) {
    ++evaluations_;
    Vector step(direction_.size());
    for (std::size_t i = 0; i < step.size(); ++i) step[i] = length * direction_[i];
    Trial trial{.length = length, .gradient = Vector(step.size())};
    trial.value = objective_.evaluate(step, trial.gradient);
    trial.slope = dot(trial.gradient, direction_);
    return trial;
  }

  // Where the cubic through two points with their slopes is least, well inside or well beyond.
  static double cubic(const Trial& a, const Trial& b) {
    const double d1 = a.slope + b.slope - 3 * (a.value - b.value) / (a.length - b.length);
    const double square = d1 * d1 - a.slope * b.slope;
    if (square < 0) return 0.5 * (a.length + b.length);
    const double d2 = std::copysign(std::sqrt(square), b.length - a.length);
    return b.length - (b.length - a.length) * (b.slope + d2 - d1) / (b.slope - a.slope + 2 * d2);
  }
  static double extended(const Trial& a, const Trial& b) {
    const double guess = cubic(a, b);
    const double least = b.length + (b.length - a.length);
    const double most = b.length + 9 * (b.length - a.length);
    return std::isfinite(guess) ? std::clamp(guess, least, most) : least;
  }

  // low: the best point so far; the interval to high holds what is looked for.
  Trial zoom(Trial low, Trial high) {
    for (int i = 0; i < kMaxTrials; ++i) {
      const auto [left, right] = std::minmax(low.length, high.length);
      const double margin = 0.1 * (right - left);
      double length = cubic(low, high);
      if (!std::isfinite(length)) length = 0.5 * (left + right);
      length = std::clamp(length, left + margin, right - margin);
      Trial trial = at(length);
      if (!is_enough(trial) || trial.value >= low.value) {
        high = std::move(trial);
      } else {
        if (std::abs(trial.slope) <= -kCurvature * start_.slope) return trial;
        if (trial.slope * (high.length - low.length) >= 0) high = std::move(low);
        low = std::move(trial);
      }
      if (right - left < 1e-14 * right) break;
    }
    return low;
  }

  Objective& objective_;
  const Vector& direction_;
  Trial start_;
  int evaluations_ = 0;
};

// Watches how much the last steps won.
class Progress {
 public:
  bool is_slow(double value, double tolerance) {
    values_.push_back(value);
    if (values_.size() <= kWindow) return false;
    const double won = values_.front() - value;
    values_.pop_front();
    return won < tolerance;
  }

 private:
  static constexpr std::size_t kWindow = 10;
  std::deque<double> values_;
};

Vector steepest(const Vector& gradient) {
  // A first step of length 0.1: small where variables are angles.
  const double scale = 0.1 / std::max(std::sqrt(dot(gradient, gradient)), 1e-300);
  Vector direction(gradient.size());
  for (std::size_t i = 0; i < gradient.size(); ++i) direction[i] = -scale * gradient[i];
  return direction;
}

}  // namespace

LbfgsResult minimise_lbfgs(Objective& objective, const LbfgsOptions& options) {
  Trial here{.gradient = Vector(objective.size())};
  here.value = objective.evaluate(Vector(objective.size()), here.gradient);
  LbfgsResult result{.value = here.value, .evaluations = 1};
  History history(options.memory);
  Progress progress;
  for (; result.iterations < options.max_iterations; ++result.iterations) {
    if (largest(here.gradient) <= options.gradient_tolerance || here.value <= options.target) break;
    if (progress.is_slow(here.value, options.decrease_tolerance)) break;
    if (options.should_stop && options.should_stop()) break;
    Vector direction = history.empty() ? steepest(here.gradient) : history.direction(here.gradient);
    here.slope = dot(here.gradient, direction);
    here.length = 0;
    if (here.slope >= 0) {
      history.clear();
      continue;
    }
    LineSearch line(objective, direction, here);
    Trial next = line.search(1);
    result.evaluations += line.evaluations();
    if (next.length == 0) {
      // No decrease to be had along this direction: the curvature is out of date, or it is the end.
      if (history.empty()) break;
      history.clear();
      continue;
    }
    for (double& x : direction) x *= next.length;
    objective.move(direction);
    Vector change(next.gradient.size());
    for (std::size_t i = 0; i < change.size(); ++i) {
      change[i] = next.gradient[i] - here.gradient[i];
    }
    history.add(std::move(direction), std::move(change));
    here = std::move(next);
  }
  result.value = here.value;
  result.largest_gradient = largest(here.gradient);
  return result;
}

}  // namespace sengen::optimise
