// SPDX-License-Identifier: Apache-2.0
#include <sengen/optimise/moead.hpp>

#include <algorithm>
#include <cmath>
#include <numeric>

#include <sengen/core/error.hpp>
#include <sengen/optimise/order.hpp>

namespace sengen::optimise {

namespace {

// A weight of 0 would not tell points of one value apart that another objective separates.
constexpr double kLeastWeight = 1e-4;
// The least share of the objectives' ranges that a round leaves.
constexpr double kRangeShrinks = 0.95;

// The simplex lattice of so many divisions, rows.
void add_lattice(std::size_t width, std::size_t left, std::size_t divisions,
                 std::vector<double>& row, std::vector<double>& rows) {
  if (row.size() + 1 == width) {
    row.push_back(static_cast<double>(left) / static_cast<double>(divisions));
    rows.insert(rows.end(), row.begin(), row.end());
    row.pop_back();
    return;
  }
  for (std::size_t k = 0; k <= left; ++k) {
    row.push_back(static_cast<double>(k) / static_cast<double>(divisions));
    add_lattice(width, left - k, divisions, row, rows);
    row.pop_back();
  }
}

// The largest lattice of at most so many points; at least the corners.
std::vector<double> weights_of(std::size_t width, std::size_t most) {
  if (width == 1) return std::vector<double>(most, 1.0);
  std::vector<double> rows, row;
  for (std::size_t divisions = 1;; ++divisions) {
    std::vector<double> next;
    add_lattice(width, divisions, divisions, row, next);
    if (!rows.empty() && next.size() > most * width) break;
    rows = std::move(next);
  }
  for (double& w : rows) w = std::max(w, kLeastWeight);
  return rows;
}

}  // namespace

Moead::Moead(const Problem& problem, const MoeadOptions& options)
    : FrontMethod(problem, "MOEA/D", options.seed, options.archive),
      options_(options),
      weights_(weights_of(problem.objectives(), options.population)) {
  population_ = weights_.size() / width_;
  if (population_ < 4) {
    throw Error(ErrorKind::kUsage, "MOEA/D: a population has four members or more");
  }
  if (options_.mutation_rate <= 0) options_.mutation_rate = 1.0 / static_cast<double>(size());
  options_.neighbours = std::clamp<std::size_t>(options_.neighbours, 3, population_);
  std::vector<std::size_t> order(population_);
  std::vector<double> squares(population_);
  for (std::size_t i = 0; i < population_; ++i) {
    std::iota(order.begin(), order.end(), std::size_t{0});
    for (std::size_t j = 0; j < population_; ++j) {
      squares[j] = 0;
      for (std::size_t k = 0; k < width_; ++k) {
        const double difference = weights_[i * width_ + k] - weights_[j * width_ + k];
        squares[j] += difference * difference;
      }
    }
    squares[i] = -1;
    sort_indices(order, [&](std::size_t a, std::size_t b) { return squares[a] < squares[b]; });
    neighbours_.emplace_back(order.begin(),
                             order.begin() + static_cast<std::ptrdiff_t>(options_.neighbours));
  }
}

double Moead::distance(std::size_t weight, std::span<const double> objectives) const {
  double greatest = 0;
  for (std::size_t k = 0; k < width_; ++k) {
    const double part =
        weights_[weight * width_ + k] * std::abs(objectives[k] - ideal_[k]) / range_[k];
    greatest = std::max(greatest, part);
  }
  return greatest;
}

// From the least values met to the population's greatest. A population that crowds at one end for a
// while must not take the scale with it: the range shrinks slowly.
void Moead::set_range() {
  std::vector<double> rows = population_objectives();
  if (rows.empty()) rows = objectives_;
  for (std::size_t k = 0; k < width_; ++k) {
    double greatest = ideal_[k];
    for (std::size_t i = k; i < rows.size(); i += width_) greatest = std::max(greatest, rows[i]);
    double range = greatest - ideal_[k];
    if (has_range_) range = std::max(range, kRangeShrinks * range_[k]);
    range_[k] = range > 0 && std::isfinite(range) ? range : 1;
  }
  has_range_ = has_range_ || !population_objectives().empty();
}

void Moead::population_is_full() {
  ideal_.assign(width_, std::numeric_limits<double>::infinity());
  range_.assign(width_, 1);
  const bool any = std::any_of(violations_.begin(), violations_.end(),
                               [](double violation) { return violation <= 0; });
  for (std::size_t i = 0; i < members(); ++i) {
    if (any && violations_[i] > 0) continue;
    for (std::size_t k = 0; k < width_; ++k) {
      ideal_[k] = std::min(ideal_[k], objectives_of(i)[k]);
    }
  }
  set_range();
}

std::vector<std::size_t> Moead::shuffled(std::size_t count) {
  std::vector<std::size_t> order(count);
  std::iota(order.begin(), order.end(), std::size_t{0});
  for (std::size_t i = count; i > 1; --i) std::swap(order[i - 1], order[draws_.below(i)]);
  return order;
}

std::vector<double> Moead::vary(std::size_t at_most) {
  const std::size_t n = size();
  std::vector<double> rows;
  children_.clear();
  if (order_.empty()) {
    set_range();
    order_ = shuffled(population_);
  }
  while (children_.size() < std::min(at_most, options_.batch) && !order_.empty()) {
    const std::size_t weight = order_.back();
    order_.pop_back();
    const bool near = draws_.uniform() < options_.neighbourhood_rate;
    const auto& around = neighbours_[weight];
    const auto pick = [&] {
      return near ? around[draws_.below(around.size())] : draws_.below(population_);
    };
    std::size_t b = weight, c = weight;
    while (b == weight) b = pick();
    while (c == weight || c == b) c = pick();
    const auto own = point(weight);
    std::vector<double> child(own.begin(), own.end());
    add_difference(box_, options_.difference_factor, options_.crossover_rate, point(b), point(c),
                   draws_, child);
    mutate_polynomial(box_, options_.mutation_rate, options_.mutation_eta, draws_, child);
    rows.insert(rows.end(), child.begin(), child.end());
    children_.push_back({weight, near});
  }
  rows.resize(children_.size() * n);
  return rows;
}

void Moead::replace(const Child& child, std::span<const double> x,
                    std::span<const double> objectives, double violation) {
  const auto& around = neighbours_[child.weight];
  const std::size_t count = child.among_neighbours ? around.size() : population_;
  std::size_t replaced = 0;
  for (const std::size_t k : shuffled(count)) {
    const std::size_t i = child.among_neighbours ? around[k] : k;
    bool better = violation < violations_[i];
    if (violation == violations_[i]) {
      better = distance(i, objectives) < distance(i, objectives_of(i));
    }
    if (!better) continue;
    std::copy(x.begin(), x.end(), point(i).begin());
    std::copy(objectives.begin(), objectives.end(),
              objectives_.begin() + static_cast<std::ptrdiff_t>(i * width_));
    violations_[i] = violation;
    if (++replaced == options_.most_replaced) return;
  }
}

void Moead::select(std::span<const double> points, std::span<const double> objectives,
                   std::span<const double> violations) {
  for (std::size_t i = 0; i < violations.size(); ++i) {
    const auto value = objectives.subspan(i * width_, width_);
    if (violations[i] <= 0) {
      for (std::size_t k = 0; k < width_; ++k) ideal_[k] = std::min(ideal_[k], value[k]);
    }
    replace(children_[i], points.subspan(i * size(), size()), value, violations[i]);
  }
}

}  // namespace sengen::optimise
