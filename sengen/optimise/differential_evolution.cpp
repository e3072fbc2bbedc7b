// SPDX-License-Identifier: Apache-2.0
#include <sengen/optimise/differential_evolution.hpp>

#include <algorithm>
#include <cmath>
#include <utility>

#include <sengen/core/error.hpp>

namespace sengen::optimise {

namespace {

constexpr std::size_t kPopulation = 20;
// Of jDE: how often F, CR and the way are drawn anew, and the range of F.
constexpr double kRenewal = 0.1;
constexpr double kLeastWeight = 0.1;
constexpr double kMostWeight = 1.0;

}  // namespace

DifferentialEvolution::DifferentialEvolution(Box box, DifferentialEvolutionOptions options)
    : Search(std::move(box)), options_(std::move(options)), draws_(options_.seed, options_.stream) {
  if (options_.population == 0) options_.population = kPopulation;
  if (options_.population < 5) {
    throw Error(ErrorKind::kUsage, "differential evolution needs a population of at least 5");
  }
  if (!options_.start.empty() && options_.start.size() != this->box().size()) {
    throw Error(ErrorKind::kUsage, "the start of differential evolution is not of the box");
  }
  scatter();
  for (std::size_t i = 0; i < options_.start.size(); ++i) {
    batch()[i] = std::clamp(options_.start[i], this->box().lower[i], this->box().upper[i]);
  }
}

double DifferentialEvolution::random_coordinate(std::size_t i) {
  return std::min(box().lower[i] + box().width(i) * draws_.uniform(), box().upper[i]);
}

void DifferentialEvolution::scatter() {
  members_.clear();
  batch().resize(options_.population * box().size());
  for (std::size_t k = 0; k < batch().size(); ++k) batch()[k] = random_coordinate(k % box().size());
}

void DifferentialEvolution::learn(std::span<const double> values, std::span<const double>) {
  ++generation_;
  select(values);
  if (has_converged()) {
    ++convergences_;
    if (options_.restarts) {
      scatter();
    } else {
      batch().clear();
    }
    return;
  }
  make_trials();
}

// Members give way to trials that are not worse.
void DifferentialEvolution::select(std::span<const double> values) {
  const std::size_t n = box().size();
  const bool is_first = members_.empty();
  if (is_first) members_.resize(options_.population);
  for (std::size_t k = 0; k < members_.size(); ++k) {
    Member& member = members_[k];
    if (!is_first && values[k] > member.value) continue;
    if (is_first || values[k] < member.value) member.born = generation_;
    const auto row = std::span(batch()).subspan(k * n, n);
    member.x.assign(row.begin(), row.end());
    member.value = values[k];
    if (is_first) {
      member.recipe = {draws_.uniform(kLeastWeight, kMostWeight), draws_.uniform(),
                       static_cast<Way>(draws_.below(4))};
    } else {
      member.recipe = trials_[k];
    }
  }
  const auto least = std::min_element(members_.begin(), members_.end(),
                                      [](auto& a, auto& b) { return a.value < b.value; });
  best_member_ = static_cast<std::size_t>(least - members_.begin());
}

bool DifferentialEvolution::has_converged() const {
  const auto [least, most] = std::minmax_element(
      members_.begin(), members_.end(), [](auto& a, auto& b) { return a.value < b.value; });
  if (most->value - least->value <= options_.tolerance * std::abs(least->value)) return true;
  for (std::size_t i = 0; i < box().size(); ++i) {
    double lower = members_[0].x[i], upper = lower;
    for (const Member& member : members_) {
      lower = std::min(lower, member.x[i]);
      upper = std::max(upper, member.x[i]);
    }
    if (upper - lower > options_.tolerance * box().width(i)) return false;
  }
  return true;
}

void DifferentialEvolution::make_trials() {
  const std::size_t n = box().size();
  trials_.resize(members_.size());
  for (std::size_t k = 0; k < members_.size(); ++k) {
    Member& member = members_[k];
    const auto trial = std::span(batch()).subspan(k * n, n);
    const int age = generation_ - member.born;
    if (options_.patience > 0 && k != best_member_ && options_.patience * draws_.uniform() < age) {
      for (std::size_t i = 0; i < n; ++i) trial[i] = random_coordinate(i);
      trials_[k] = member.recipe;
      // Whatever the new place is worth, it is taken.
      member.value = std::numeric_limits<double>::max();
      continue;
    }
    trials_[k] = next_recipe(member.recipe);
    make_trial(k, trial);
  }
}

DifferentialEvolution::Recipe DifferentialEvolution::next_recipe(const Recipe& last) {
  const double part = options_.alternates && generation_ % 2 == 0 ? 0.5 : 1;
  const double weight = part * options_.weight, crossover = part * options_.crossover;
  switch (options_.strategy) {
    case DeStrategy::kRand1: return {weight, crossover, Way::kRand1};
    case DeStrategy::kBest1: return {weight, crossover, Way::kBest1};
    case DeStrategy::kMixed: {
      const Way way = draws_.uniform() < 0.5 ? Way::kRand1 : Way::kBest1;
      return {draws_.uniform(options_.lowest_weight, options_.highest_weight), options_.crossover,
              way};
    }
    case DeStrategy::kSelfAdaptive: break;
  }
  Recipe next = last;
  if (draws_.uniform() < kRenewal) next.weight = draws_.uniform(kLeastWeight, kMostWeight);
  if (draws_.uniform() < kRenewal) next.crossover = draws_.uniform();
  if (draws_.uniform() < kRenewal) next.way = static_cast<Way>(draws_.below(4));
  return next;
}

// Which coordinates a trial takes from the donor: each by chance, or a block of neighbours.
std::vector<bool> DifferentialEvolution::crossed(const Recipe& recipe) {
  const std::size_t n = box().size();
  std::vector<bool> takes(n);
  const std::size_t sure = draws_.below(n);
  takes[sure] = true;
  if (recipe.way == Way::kRand1Block) {
    for (std::size_t k = 1; k < n && draws_.uniform() < recipe.crossover; ++k) {
      takes[(sure + k) % n] = true;
    }
    return takes;
  }
  for (std::size_t i = 0; i < n; ++i) {
    if (draws_.uniform() < recipe.crossover) takes[i] = true;
  }
  return takes;
}

double DifferentialEvolution::donor(const Recipe& recipe, std::size_t index, std::size_t i) const {
  const auto x = [&](std::size_t k) { return members_[partners_[k]].x[i]; };
  const double best = members_[best_member_].x[i];
  const double own = members_[index].x[i];
  switch (recipe.way) {
    case Way::kBest1: return best + recipe.weight * (x(0) - x(1));
    case Way::kTowardsBest1: return own + recipe.weight * (best - own + x(0) - x(1));
    case Way::kRand1:
    case Way::kRand1Block: break;
  }
  return x(2) + recipe.weight * (x(0) - x(1));
}

void DifferentialEvolution::make_trial(std::size_t index, std::span<double> trial) {
  const auto is_taken = [&](std::size_t k) {
    const auto end = partners_.begin() + static_cast<std::ptrdiff_t>(k);
    return partners_[k] == index || std::find(partners_.begin(), end, partners_[k]) != end;
  };
  for (std::size_t k = 0; k < partners_.size(); ++k) {
    do {
      partners_[k] = draws_.below(members_.size());
    } while (is_taken(k));
  }
  const std::vector<bool> takes = crossed(trials_[index]);
  for (std::size_t i = 0; i < trial.size(); ++i) {
    const double own = members_[index].x[i];
    trial[i] = takes[i] ? donor(trials_[index], index, i) : own;
    const bool is_outside = trial[i] < box().lower[i] || trial[i] > box().upper[i];
    if (is_outside && options_.scatters) trial[i] = random_coordinate(i);
    if (trial[i] < box().lower[i]) trial[i] = draws_.uniform(box().lower[i], own);
    if (trial[i] > box().upper[i]) trial[i] = draws_.uniform(own, box().upper[i]);
    trial[i] = std::clamp(trial[i], box().lower[i], box().upper[i]);
  }
}

}  // namespace sengen::optimise
