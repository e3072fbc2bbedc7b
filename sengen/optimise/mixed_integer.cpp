// SPDX-License-Identifier: Apache-2.0
#include <sengen/optimise/mixed_integer.hpp>

#include <algorithm>
#include <cmath>
#include <set>

#include <fmt/format.h>

#include <sengen/core/error.hpp>
#include <sengen/core/parallel_for.hpp>
#include <sengen/optimise/order.hpp>
#include <sengen/optimise/variation.hpp>

namespace sengen::optimise {

FixedAssignment::FixedAssignment(const Problem& whole, std::vector<double> integers)
    : whole_(whole), pattern_(whole.box().lower) {
  const Box& box = whole.box();
  std::size_t next = 0;
  for (std::size_t i = 0; i < box.size(); ++i) {
    if (!is_integer(box, i)) {
      continuous_.push_back(i);
      box_.lower.push_back(box.lower[i]);
      box_.upper.push_back(box.upper[i]);
      continue;
    }
    if (next < integers.size()) pattern_[i] = integers[next];
    if (next++ < integers.size() && (pattern_[i] != std::floor(pattern_[i]) ||
                                     pattern_[i] < box.lower[i] || pattern_[i] > box.upper[i])) {
      throw Error(ErrorKind::kUsage, fmt::format("{} is not an integer between {} and {}",
                                                 pattern_[i], box.lower[i], box.upper[i]));
    }
  }
  if (next != integers.size() || continuous_.empty()) {
    throw Error(ErrorKind::kUsage,
                fmt::format("{} integers for a problem of {} with {} other variables",
                            integers.size(), next, continuous_.size()));
  }
}

std::vector<double> FixedAssignment::whole_point(std::span<const double> x) const {
  std::vector<double> whole = pattern_;
  for (std::size_t k = 0; k < continuous_.size(); ++k) whole[continuous_[k]] = x[k];
  return whole;
}

void FixedAssignment::evaluate(std::span<const double> points, std::span<double> values) const {
  const std::size_t n = box_.size();
  std::vector<double> whole;
  for (std::size_t i = 0; i < points.size(); i += n) {
    const auto point = whole_point(points.subspan(i, n));
    whole.insert(whole.end(), point.begin(), point.end());
  }
  whole_.evaluate(whole, values);
}

double FixedAssignment::gradient(std::span<const double> x, std::span<double> slopes) const {
  std::vector<double> of_whole(pattern_.size());
  const double value = whole_.gradient(whole_point(x), of_whole);
  for (std::size_t k = 0; k < continuous_.size(); ++k) slopes[k] = of_whole[continuous_[k]];
  return value;
}

double count_of_assignments(const Box& box) {
  double count = 1;
  for (std::size_t i = 0; i < box.size(); ++i) {
    if (is_integer(box, i)) count *= static_cast<double>(count_of_integers(box, i));
  }
  return count <= 0x1p53 ? count : std::numeric_limits<double>::infinity();
}

std::vector<double> assignment_of(const Box& box, std::uint64_t number) {
  std::vector<double> integers;
  for (std::size_t i = box.size(); i-- > 0;) {
    if (!is_integer(box, i)) continue;
    const std::uint64_t count = count_of_integers(box, i);
    integers.push_back(least_integer(box, i) + static_cast<double>(number % count));
    number /= count;
  }
  std::reverse(integers.begin(), integers.end());
  return integers;
}

namespace {

// All numbers below count, or so many different ones.
std::vector<std::uint64_t> numbers_below(double count, std::size_t most, std::uint64_t seed) {
  std::vector<std::uint64_t> numbers;
  if (count <= static_cast<double>(most)) {
    for (std::uint64_t i = 0; i < static_cast<std::uint64_t>(count); ++i) numbers.push_back(i);
    return numbers;
  }
  std::set<std::uint64_t> drawn;
  const Random random(seed, 1);
  for (std::uint64_t i = 0; drawn.size() < most; ++i) {
    drawn.insert(random.below(static_cast<std::uint64_t>(std::min(count, 0x1p53)), i));
  }
  return {drawn.begin(), drawn.end()};
}

struct Rounds {
  std::vector<std::size_t> arms;  // of each round
  std::int64_t share = 0;         // of each round
};

// From so many arms down to the survivors, each round with an equal share of the budget.
Rounds rounds_of(std::size_t arms, const BanditOptions& options) {
  Rounds rounds;
  const double kept = 1 - std::clamp(options.dropped, 0.01, 0.99);
  const std::size_t least = std::max<std::size_t>(options.survivors, 1);
  for (;;) {
    rounds.arms.push_back(arms);
    if (arms <= least) break;
    const auto next = static_cast<std::size_t>(std::ceil(kept * static_cast<double>(arms)));
    arms = std::max(least, std::min(next, arms - 1));
  }
  rounds.share = options.evaluations / static_cast<std::int64_t>(rounds.arms.size());
  return rounds;
}

// As many arms as the first round has shares for.
Rounds rounds_within(double count, const BanditOptions& options) {
  const std::int64_t least = std::max<std::int64_t>(options.least_share, 1);
  const std::int64_t shares = std::max<std::int64_t>(options.evaluations / least, 1);
  auto arms = static_cast<std::size_t>(std::min(count, static_cast<double>(shares)));
  Rounds rounds = rounds_of(arms, options);
  while (arms > 1 && rounds.share / static_cast<std::int64_t>(arms) < least) {
    arms = std::max<std::size_t>(1, arms - std::max<std::size_t>(1, arms / 50));
    rounds = rounds_of(arms, options);
  }
  return rounds;
}

void play(const Problem& problem, const RestMinimiser& minimise, std::int64_t evaluations,
          std::uint64_t seed, Arm& arm) {
  const FixedAssignment rest(problem, arm.integers);
  RestResult result = minimise(rest, evaluations, seed, arm.x);
  arm.evaluations += result.evaluations;
  ++arm.rounds;
  if (result.value < arm.value || arm.x.empty()) {
    arm.value = result.value;
    arm.x = std::move(result.x);
  }
}

}  // namespace

std::vector<Arm> search_assignments(const Problem& problem, const RestMinimiser& minimise,
                                    const BanditOptions& options) {
  check_problem(problem, "search of assignments", 8);
  const double count = count_of_assignments(problem.box());
  const Rounds rounds = rounds_within(count, options);
  std::vector<Arm> arms;
  for (const std::uint64_t number : numbers_below(count, rounds.arms.front(), options.seed)) {
    arms.push_back({.integers = assignment_of(problem.box(), number), .x = {}});
  }
  const Random seeds(options.seed, 2);
  std::uint64_t played = 0;
  for (const std::size_t living : rounds.arms) {
    if (options.should_stop && options.should_stop()) break;
    const std::int64_t share = rounds.share / static_cast<std::int64_t>(living);
    parallel_for(0, static_cast<std::ptrdiff_t>(living), [&](std::ptrdiff_t b, std::ptrdiff_t e) {
      for (auto i = static_cast<std::size_t>(b); i < static_cast<std::size_t>(e); ++i) {
        const auto bits = seeds.bits(played + i);
        play(problem, minimise, share, std::uint64_t{bits[1]} << 32 | bits[0], arms[i]);
      }
    });
    played += living;
    insertion_sort(arms.begin(), arms.begin() + static_cast<std::ptrdiff_t>(living),
                   [](const Arm& a, const Arm& b) { return a.value < b.value; });
  }
  return arms;
}

}  // namespace sengen::optimise
