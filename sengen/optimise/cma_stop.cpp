// SPDX-License-Identifier: Apache-2.0
#include <sengen/optimise/cma_stop.hpp>

#include <algorithm>
#include <cmath>

namespace sengen::optimise {

namespace {

constexpr double kMostCondition = 1e14;

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

// Whether the last 30% of the newest `length` numbers are no better than the first 30%.
bool is_no_better(const std::vector<double>& history, std::size_t length) {
  const auto part = static_cast<std::ptrdiff_t>(0.3 * static_cast<double>(length));
  const auto first = history.end() - static_cast<std::ptrdiff_t>(length);
  return median({history.end() - part, history.end()}) >= median({first, first + part});
}

}  // namespace

CmaCriteria::CmaCriteria(const CmaEsOptions& options, std::size_t variables, std::size_t offspring)
    : x_tolerance_(options.x_tolerance),
      value_tolerance_(options.value_tolerance),
      flat_length_(10 + (30 * variables + offspring - 1) / offspring),
      stagnant_length_(120 + 30 * variables / offspring) {}

CmaStop CmaCriteria::after(const CmaDistribution& distribution, const std::vector<double>& values) {
  best_.push_back(values.front());
  median_.push_back(values[values.size() / 2]);
  if (distribution.condition() > kMostCondition) return CmaStop::kCondition;
  bool is_small = true;
  for (Eigen::Index i = 0; i < distribution.mean().size(); ++i) {
    is_small = is_small && distribution.deviation(i) < x_tolerance_ &&
               std::abs(distribution.path(i)) < x_tolerance_;
  }
  if (is_small) return CmaStop::kTolX;
  if (is_flat(values)) return CmaStop::kTolFun;
  if (has_no_effect(distribution)) return CmaStop::kNoEffect;
  return stagnates() ? CmaStop::kStagnation : CmaStop::kNone;
}

bool CmaCriteria::is_flat(const std::vector<double>& values) const {
  if (best_.size() < flat_length_) return false;
  const auto newest = best_.end() - static_cast<std::ptrdiff_t>(flat_length_);
  const auto [least, most] = std::minmax_element(newest, best_.end());
  const double range = std::max(*most, values.back()) - std::min(*least, values.front());
  return range <= value_tolerance_ + 1e-15 * std::abs(values.front());
}

bool CmaCriteria::stagnates() const {
  constexpr std::size_t kLongest = 20000;
  const std::size_t length = std::clamp(best_.size() / 5, stagnant_length_, kLongest);
  // Looked at now and then: it costs more than a generation.
  if (best_.size() < length || best_.size() % 10 != 0) return false;
  return is_no_better(best_, length) && is_no_better(median_, length);
}

bool CmaCriteria::has_no_effect(const CmaDistribution& distribution) const {
  const Eigen::VectorXd& mean = distribution.mean();
  const auto axis = static_cast<Eigen::Index>(best_.size()) % mean.size();
  const Eigen::VectorXd moved = mean + 0.1 * distribution.step() * distribution.lengths()(axis) *
                                           distribution.axes().col(axis);
  if (moved == mean) return true;
  for (Eigen::Index i = 0; i < mean.size(); ++i) {
    if (mean(i) + 0.2 * distribution.deviation(i) == mean(i)) return true;
  }
  return false;
}

}  // namespace sengen::optimise
