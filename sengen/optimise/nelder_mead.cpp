// SPDX-License-Identifier: Apache-2.0
#include <sengen/optimise/nelder_mead.hpp>

#include <algorithm>
#include <cmath>
#include <utility>

#include <sengen/core/error.hpp>
#include <sengen/optimise/order.hpp>

namespace sengen::optimise {

NelderMead::NelderMead(Box box, NelderMeadOptions options)
    : Search(std::move(box)), options_(std::move(options)), unit_(this->box()) {
  const bool is_sized = options_.start.empty() || options_.start.size() == this->box().size();
  if (!is_sized || options_.edge <= 0 || options_.edge > 1) {
    throw Error(ErrorKind::kUsage,
                "Nelder-Mead: the start must be of the box, the edge above 0 and at most 1");
  }
  // With one variable the fitted steps would be of no length: those of two are taken.
  const double n = std::max<double>(2, static_cast<double>(unit_.size()));
  expansion_ = 1 + 2 / n;
  contraction_ = 0.75 - 1 / (2 * n);
  shrinkage_ = 1 - 1 / n;
  std::vector<double> first(unit_.size(), 0.5);
  if (!options_.start.empty()) first = unit_.coordinates(options_.start);
  corners_.push_back({first});
  for (std::size_t i = 0; i < first.size(); ++i) {
    std::vector<double> at = first;
    at[i] += at[i] + options_.edge <= 1 ? options_.edge : -options_.edge;
    at[i] = std::max(at[i], 0.0);
    corners_.push_back({std::move(at)});
  }
  ask_corners(0);
}

void NelderMead::ask_corners(std::size_t first) {
  const std::size_t n = box().size();
  batch().resize((corners_.size() - first) * n);
  for (std::size_t k = first; k < corners_.size(); ++k) {
    unit_.place(corners_[k].at, std::span(batch()).subspan((k - first) * n, n));
  }
}

// The point from the middle of the better corners, the worst being at -1.
void NelderMead::ask_along(Step step, double factor) {
  step_ = step;
  const std::size_t n = unit_.size();
  trial_.at.assign(n, 0);
  for (std::size_t i = 0; i < n; ++i) {
    double middle = 0;
    for (std::size_t k = 0; k < n; ++k) middle += corners_[k].at[i];
    middle /= static_cast<double>(n);
    trial_.at[i] = std::clamp(middle + factor * (middle - corners_[n].at[i]), 0.0, 1.0);
  }
  batch().resize(box().size());
  unit_.place(trial_.at, batch());
}

void NelderMead::replace_worst(const Corner& corner) {
  corners_.back() = corner;
  const auto place =
      std::upper_bound(corners_.begin(), corners_.end() - 1, corner.value,
                       [](double value, const Corner& c) { return value < c.value; });
  std::rotate(place, corners_.end() - 1, corners_.end());
  reflect();
}

void NelderMead::reflect() {
  if (is_small() || evaluations_ >= options_.most_evaluations) {
    batch().clear();
    return;
  }
  ask_along(Step::kReflect, 1);
}

void NelderMead::shrink() {
  step_ = Step::kShrink;
  for (std::size_t k = 1; k < corners_.size(); ++k) {
    for (std::size_t i = 0; i < unit_.size(); ++i) {
      double& x = corners_[k].at[i];
      x = corners_[0].at[i] + shrinkage_ * (x - corners_[0].at[i]);
    }
  }
  ask_corners(1);
}

bool NelderMead::is_small() const {
  const double range = corners_.back().value - corners_.front().value;
  if (range > options_.value_tolerance * std::max(std::abs(corners_.front().value), 1e-3)) {
    return false;
  }
  for (const Corner& corner : corners_) {
    for (std::size_t i = 0; i < unit_.size(); ++i) {
      if (std::abs(corner.at[i] - corners_[0].at[i]) > options_.x_tolerance) return false;
    }
  }
  return true;
}

void NelderMead::learn(std::span<const double> values, std::span<const double>) {
  evaluations_ += static_cast<std::int64_t>(values.size());
  if (step_ == Step::kSimplex || step_ == Step::kShrink) {
    const std::size_t first = corners_.size() - values.size();
    for (std::size_t k = first; k < corners_.size(); ++k) corners_[k].value = values[k - first];
    insertion_sort(corners_.begin(), corners_.end(),
                   [](const Corner& a, const Corner& b) { return a.value < b.value; });
    reflect();
    return;
  }
  trial_.value = values[0];
  const double second_worst = corners_[corners_.size() - 2].value;
  switch (step_) {
    case Step::kReflect:
      reflected_ = trial_;
      if (trial_.value < corners_.front().value) {
        ask_along(Step::kExpand, expansion_);
      } else if (trial_.value < second_worst) {
        replace_worst(trial_);
      } else if (trial_.value < corners_.back().value) {
        ask_along(Step::kOutside, contraction_);
      } else {
        ask_along(Step::kInside, -contraction_);
      }
      return;
    case Step::kExpand:
      replace_worst(trial_.value < reflected_.value ? trial_ : reflected_);
      return;
    case Step::kOutside:
      if (trial_.value <= reflected_.value) return replace_worst(trial_);
      return shrink();
    default:
      if (trial_.value < corners_.back().value) return replace_worst(trial_);
      return shrink();
  }
}

}  // namespace sengen::optimise
