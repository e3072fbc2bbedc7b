// SPDX-License-Identifier: Apache-2.0
#include <sengen/optimise/nsga2.hpp>

#include <algorithm>
#include <numeric>

#include <sengen/core/error.hpp>
#include <sengen/optimise/order.hpp>

namespace sengen::optimise {

namespace {

// Members of one rank.
using Fronts = std::vector<std::vector<std::size_t>>;

// Feasible members by Pareto rank, then the others, each a front of those that lack as much.
Fronts fronts_of(std::span<const double> objectives, std::size_t width,
                 std::span<const double> violations) {
  std::vector<std::size_t> feasible, others;
  std::vector<double> rows;
  for (std::size_t i = 0; i < violations.size(); ++i) {
    (violations[i] > 0 ? others : feasible).push_back(i);
    if (violations[i] > 0) continue;
    const auto row = objectives.subspan(i * width, width);
    rows.insert(rows.end(), row.begin(), row.end());
  }
  Fronts fronts;
  const auto ranks = pareto_ranks(rows, width);
  for (std::size_t i = 0; i < feasible.size(); ++i) {
    if (ranks[i] >= fronts.size()) fronts.resize(ranks[i] + 1);
    fronts[ranks[i]].push_back(feasible[i]);
  }
  sort_indices(others, [&](std::size_t a, std::size_t b) { return violations[a] < violations[b]; });
  for (std::size_t i = 0; i < others.size(); ++i) {
    if (i == 0 || violations[others[i]] > violations[others[i - 1]]) fronts.emplace_back();
    fronts.back().push_back(others[i]);
  }
  return fronts;
}

}  // namespace

Nsga2::Nsga2(const Problem& problem, const Nsga2Options& options)
    : FrontMethod(problem, "NSGA-II", options.seed, options.archive), options_(options) {
  if (options.population < 4) {
    throw Error(ErrorKind::kUsage, "NSGA-II: a population has four members or more");
  }
  population_ = options.population;
  if (options_.mutation_rate <= 0) options_.mutation_rate = 1.0 / static_cast<double>(size());
}

void Nsga2::population_is_full() { select({}, {}, {}); }

std::size_t Nsga2::tournament() {
  const std::size_t a = draws_.below(population_), b = draws_.below(population_);
  if (ranks_[a] != ranks_[b]) return ranks_[a] < ranks_[b] ? a : b;
  return crowding_[a] >= crowding_[b] ? a : b;
}

std::vector<double> Nsga2::vary(std::size_t at_most) {
  const std::size_t rows = std::min(at_most, population_), n = size();
  std::vector<double> children;
  while (children.size() < rows * n) {
    for (int k = 0; k < 2; ++k) {
      const auto parent = point(tournament());
      children.insert(children.end(), parent.begin(), parent.end());
    }
    const auto pair = std::span(children).last(2 * n);
    const auto first = pair.first(n), second = pair.last(n);
    cross_binary(box_, options_.crossover_rate, options_.crossover_eta, draws_, first, second);
    mutate_polynomial(box_, options_.mutation_rate, options_.mutation_eta, draws_, first);
    mutate_polynomial(box_, options_.mutation_rate, options_.mutation_eta, draws_, second);
  }
  children.resize(rows * n);
  return children;
}

void Nsga2::select(std::span<const double> points, std::span<const double> objectives,
                   std::span<const double> violations) {
  std::vector<double> all_points = points_, all_objectives = objectives_, lacks = violations_;
  all_points.insert(all_points.end(), points.begin(), points.end());
  all_objectives.insert(all_objectives.end(), objectives.begin(), objectives.end());
  lacks.insert(lacks.end(), violations.begin(), violations.end());
  points_.clear();
  objectives_.clear();
  violations_.clear();
  ranks_.clear();
  crowding_.clear();
  const Fronts fronts = fronts_of(all_objectives, width_, lacks);
  for (std::size_t rank = 0; rank < fronts.size() && members() < population_; ++rank) {
    const auto& front = fronts[rank];
    const auto crowding = crowding_distances(all_objectives, width_, front);
    std::vector<std::size_t> order(front.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    if (members() + front.size() > population_) {
      sort_indices(order, [&](std::size_t a, std::size_t b) { return crowding[a] > crowding[b]; });
      order.resize(population_ - members());
    }
    for (const std::size_t k : order) {
      const std::size_t i = front[k];
      const auto row = std::span(all_points).subspan(i * size(), size());
      const auto value = std::span(all_objectives).subspan(i * width_, width_);
      points_.insert(points_.end(), row.begin(), row.end());
      objectives_.insert(objectives_.end(), value.begin(), value.end());
      violations_.push_back(lacks[i]);
      ranks_.push_back(rank);
      crowding_.push_back(crowding[k]);
    }
  }
}

}  // namespace sengen::optimise
