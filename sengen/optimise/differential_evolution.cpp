// SPDX-License-Identifier: Apache-2.0
#include <sengen/optimise/differential_evolution.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include <sengen/core/error.hpp>

namespace sengen::optimise {

namespace {

constexpr std::size_t kPopulation = 20;
// Of jDE: how often F, CR and the way are drawn anew, and the range of F.
constexpr double kRenewal = 0.1;
constexpr double kLeastWeight = 0.1;
constexpr double kMostWeight = 1.0;
// The value of a member that gives way to any trial.
constexpr double kNewcomer = std::numeric_limits<double>::max();
constexpr double kFollowed = 0.5;  // of a step

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
  if (members_.empty()) {
    found(values);
  } else {
    select(values);
  }
  if (ends_generation_) ++generation_;
  if (ends_generation_ && has_converged()) {
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

// The first members.
void DifferentialEvolution::found(std::span<const double> values) {
  const std::size_t n = box().size();
  turn_ = 0;
  ends_generation_ = true;
  followers_.clear();
  members_.resize(options_.population);
  for (std::size_t k = 0; k < members_.size(); ++k) {
    const auto row = std::span(batch()).subspan(k * n, n);
    members_[k] = {{row.begin(), row.end()},
                   values[k],
                   {draws_.uniform(kLeastWeight, kMostWeight), draws_.uniform(),
                    static_cast<Way>(draws_.below(4))},
                   generation_ + 1};
  }
  find_best();
}

// Members give way to trials that are not worse.
void DifferentialEvolution::select(std::span<const double> values) {
  const std::size_t n = box().size();
  for (std::size_t k = 0; k < trials_.size(); ++k) {
    Member& member = members_[trials_[k].member];
    if (values[k] > member.value) continue;
    const auto row = std::span(batch()).subspan(k * n, n);
    const bool is_better = values[k] < member.value;
    if (is_better) member.born = generation_ + 1;
    // A newcomer's first place is no step.
    if (options_.follows && is_better && member.value < kNewcomer) {
      const auto& best = members_[best_member_].x;
      Follower follower{trials_[k].member, std::vector<double>(n)};
      for (std::size_t i = 0; i < n; ++i) {
        follower.x[i] = best[i] + kFollowed * (row[i] - member.x[i]);
      }
      followers_.push_back(std::move(follower));
    }
    member.x.assign(row.begin(), row.end());
    member.value = values[k];
    member.recipe = trials_[k].recipe;
  }
  find_best();
}

void DifferentialEvolution::find_best() {
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
  const std::size_t left = members_.size() - turn_;
  const std::size_t count = options_.block == 0 ? left : std::min(options_.block, left);
  trials_.resize(count);
  batch().resize(count * n);
  for (std::size_t k = 0; k < count; ++k) {
    const auto row = std::span(batch()).subspan(k * n, n);
    if (!followers_.empty()) {
      const Follower& next = followers_.front();
      trials_[k] = {next.member, members_[next.member].recipe};
      for (std::size_t i = 0; i < n; ++i) row[i] = inside(next.x[i], i, members_[next.member].x[i]);
      followers_.pop_front();
    } else {
      make_trial(trials_[k], row);
    }
  }
  ends_generation_ = turn_ == members_.size();
  if (ends_generation_) turn_ = 0;
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
    case DeStrategy::kSelfAdaptive:
    case DeStrategy::kSelfAdaptiveBlock: break;
  }
  Recipe next = last;
  if (draws_.uniform() < kRenewal) next.weight = draws_.uniform(kLeastWeight, kMostWeight);
  if (draws_.uniform() < kRenewal) next.crossover = draws_.uniform();
  if (options_.strategy == DeStrategy::kSelfAdaptiveBlock) {
    next.way = Way::kRand1Block;
  } else if (draws_.uniform() < kRenewal) {
    next.way = static_cast<Way>(draws_.below(4));
  }
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

// That of the member whose turn it is.
void DifferentialEvolution::make_trial(Trial& trial, std::span<double> x) {
  const std::size_t index = turn_++;
  Member& member = members_[index];
  trial.member = index;
  const int age = generation_ - member.born;
  if (options_.patience > 0 && index != best_member_ &&
      options_.patience * draws_.uniform() < age) {
    for (std::size_t i = 0; i < x.size(); ++i) x[i] = random_coordinate(i);
    trial.recipe = member.recipe;
    // Whatever the new place is worth, it is taken.
    member.value = kNewcomer;
    return;
  }
  trial.recipe = next_recipe(member.recipe);
  choose_partners(index);
  const std::vector<bool> takes = crossed(trial.recipe);
  for (std::size_t i = 0; i < x.size(); ++i) {
    x[i] = inside(takes[i] ? donor(trial.recipe, index, i) : member.x[i], i, member.x[i]);
  }
}

void DifferentialEvolution::choose_partners(std::size_t index) {
  const auto is_taken = [&](std::size_t k) {
    const auto end = partners_.begin() + static_cast<std::ptrdiff_t>(k);
    return partners_[k] == index || std::find(partners_.begin(), end, partners_[k]) != end;
  };
  for (std::size_t k = 0; k < partners_.size(); ++k) {
    do {
      partners_[k] = draws_.below(members_.size());
    } while (is_taken(k));
  }
}

// A coordinate that has left the box is put back.
double DifferentialEvolution::inside(double x, std::size_t i, double own) {
  const bool is_outside = x < box().lower[i] || x > box().upper[i];
  if (is_outside && options_.scatters) x = random_coordinate(i);
  if (x < box().lower[i]) x = draws_.uniform(box().lower[i], own);
  if (x > box().upper[i]) x = draws_.uniform(own, box().upper[i]);
  return std::clamp(x, box().lower[i], box().upper[i]);
}

}  // namespace sengen::optimise
