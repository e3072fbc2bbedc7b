// SPDX-License-Identifier: Apache-2.0
#include <sengen/optimise/cma_es.hpp>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>
#include <utility>

#include <sengen/core/error.hpp>
#include <sengen/optimise/cma_distribution.hpp>
#include <sengen/optimise/cma_stop.hpp>
#include <sengen/optimise/order.hpp>
#include <sengen/optimise/unit_box.hpp>

namespace sengen::optimise {

namespace {

// Longer steps than the box are folded into it anyway.
constexpr double kWidest = 1.0;

}  // namespace

struct CmaEs::State {
  State(const Box& box, CmaEsOptions given)
      : options(std::move(given)), unit(box), draws(options.seed, options.stream) {
    const auto n = static_cast<double>(unit.size());
    if (options.offspring == 0) {
      options.offspring = 4 + static_cast<std::size_t>(3 * std::log(n));
    }
    offspring = options.offspring;
    largest = offspring;
    if (options.deviations.empty()) options.deviations.assign(box.size(), options.deviation);
    const bool is_sized = options.deviations.size() == box.size() &&
                          (options.start.empty() || options.start.size() == box.size());
    const bool is_positive = std::all_of(options.deviations.begin(), options.deviations.end(),
                                         [](double x) { return x > 0 && std::isfinite(x); });
    if (!is_sized || !is_positive || offspring < 4) {
      throw Error(ErrorKind::kUsage,
                  "CMA-ES: start and deviations must be of the box, deviations positive and "
                  "finite, offspring at least 4");
    }
    deviations.resize(static_cast<Eigen::Index>(unit.size()));
    Eigen::Index k = 0;
    for (std::size_t i = 0; i < box.size(); ++i) {
      if (box.width(i) > 0) deviations(k++) = options.deviations[i];
    }
  }

  void begin(double narrowing, bool is_first) {
    Eigen::VectorXd mean(deviations.size());
    if (is_first && !options.start.empty()) {
      const std::vector<double> at = unit.coordinates(options.start);
      std::copy(at.begin(), at.end(), mean.data());
    } else {
      for (double& x : mean) x = draws.uniform();
    }
    distribution.emplace(mean, deviations * narrowing, offspring);
    criteria.emplace(options, unit.size(), offspring);
  }

  void draw(std::vector<double>& batch, std::size_t width) {
    if (!distribution) return;  // a run has begun before
    points.resize(deviations.size(), static_cast<Eigen::Index>(offspring));
    batch.resize(offspring * width);
    for (std::size_t k = 0; k < offspring; ++k) {
      Eigen::VectorXd point = distribution->draw(draws);
      points.col(static_cast<Eigen::Index>(k)) = point;
      for (double& x : point) x = UnitBox::reflected(x);
      unit.place({point.data(), unit.size()}, std::span(batch).subspan(k * width, width));
    }
  }

  // What the run after this one is; false: there is none.
  bool restart() {
    (is_small_run ? small_spent : large_spent) += spent;
    spent = 0;
    if (options.restarts == CmaRestarts::kNone || restarts >= options.most_restarts) return false;
    ++restarts;
    is_small_run = options.restarts == CmaRestarts::kBipop && small_spent < large_spent;
    double narrowing = 1;
    if (is_small_run) {
      const double ratio =
          0.5 * static_cast<double>(largest) / static_cast<double>(options.offspring);
      const double power = draws.uniform();
      offspring = static_cast<std::size_t>(static_cast<double>(options.offspring) *
                                           std::pow(std::max(ratio, 1.0), power * power));
      narrowing = std::pow(10.0, -2 * draws.uniform());
      small_limit = std::max<std::int64_t>(large_spent / 2, 1);
    } else {
      largest *= 2;
      offspring = largest;
    }
    begin(narrowing, false);
    return true;
  }

  CmaEsOptions options;
  UnitBox unit;
  Draws draws;
  Eigen::VectorXd deviations;  // of the variables that can move
  std::size_t offspring = 0;   // of this run
  std::size_t largest = 0;     // offspring of the last large run
  std::optional<CmaDistribution> distribution;
  std::optional<CmaCriteria> criteria;
  Eigen::MatrixXd points;
  int restarts = 0;
  CmaStop last_stop = CmaStop::kNone;
  bool is_small_run = false;
  std::int64_t spent = 0, small_spent = 0, large_spent = 0, small_limit = 0;  // evaluations
};

CmaEs::CmaEs(Box box, CmaEsOptions options) : Search(std::move(box)) {
  state_ = std::make_unique<State>(this->box(), std::move(options));
  state_->begin(1, true);
  state_->draw(batch(), this->box().size());
}
CmaEs::~CmaEs() = default;

CmaStop CmaEs::last_stop() const noexcept { return state_->last_stop; }
int CmaEs::restarts() const noexcept { return state_->restarts; }

void CmaEs::learn(std::span<const double> values, std::span<const double>) {
  State& state = *state_;
  if (!state.distribution || !state.criteria) return;  // a run has begun before
  state.spent += static_cast<std::int64_t>(values.size());
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  sort_indices(order, [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
  Eigen::MatrixXd sorted(state.points.rows(), state.points.cols());
  std::vector<double> sorted_values(values.size());
  for (std::size_t k = 0; k < order.size(); ++k) {
    sorted.col(static_cast<Eigen::Index>(k)) =
        state.points.col(static_cast<Eigen::Index>(order[k]));
    sorted_values[k] = values[order[k]];
  }
  state.distribution->learn(sorted);
  // Equal values say nothing of where to go: further away.
  if (sorted_values.front() == sorted_values[values.size() / 4 + 1]) state.distribution->widen();
  state.distribution->limit_deviation(kWidest);
  CmaStop stop = state.criteria->after(*state.distribution, sorted_values);
  if (stop == CmaStop::kNone && state.is_small_run && state.spent > state.small_limit) {
    stop = CmaStop::kStagnation;
  }
  if (stop != CmaStop::kNone) {
    state.last_stop = stop;
    if (!state.restart()) {
      batch().clear();
      return;
    }
  }
  state.draw(batch(), box().size());
}

}  // namespace sengen::optimise
