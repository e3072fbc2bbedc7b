// SPDX-License-Identifier: Apache-2.0
#include <sengen/optimise/assignment_fronts.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include <sengen/core/error.hpp>
#include <sengen/optimise/constrained_descent.hpp>
#include <sengen/optimise/draws.hpp>
#include <sengen/optimise/kinked_descent.hpp>
#include <sengen/optimise/promising_assignments.hpp>
#include <sengen/optimise/variation.hpp>

namespace sengen::optimise {

namespace {

// The least first objective within a level of the second: descents from anywhere and from the best
// point moved; smooth ones when few evaluations are left.
RestMinimiser least_within(double level, double price, std::function<bool()> should_stop) {
  constexpr std::int64_t kSmooth = 800, kKinked = 2000;
  return [=, stops = std::move(should_stop)](const FixedAssignment& rest, std::int64_t evaluations,
                                             std::uint64_t seed, std::span<const double> start) {
    const Box& box = rest.box();
    const std::vector<double> limits = {std::numeric_limits<double>::infinity(), level};
    Draws draws(seed);
    RestResult best{.x = {start.begin(), start.end()}};
    std::vector<double> x(box.size());
    while (best.evaluations < evaluations && !(stops && stops())) {
      const std::int64_t left = evaluations - best.evaluations;
      const bool from_best = !best.x.empty() && draws.uniform() < 0.5;
      if (from_best) x = best.x;
      if (!from_best) draw_uniform(box, draws, x);
      DescentResult found;
      if (left < kSmooth) {
        found = descend(rest, x, {.limits = limits, .max_iterations = 25});
      } else {
        found =
            descend_kinked(rest, x,
                           {.limits = limits,
                            .first_step = from_best ? std::pow(10, -2 * draws.uniform() - 1) : 0.2,
                            .evaluations = std::min(left, kKinked),
                            .seed = draws.below(std::size_t{1} << 53)});
      }
      best.evaluations += found.evaluations;
      const auto constraints = std::span(found.values).subspan(rest.objectives());
      const double lack = violation_of(constraints) + std::max(0.0, found.values[1] - level);
      const double value = found.values[0] + price * lack;
      if (value < best.value) {
        best.value = value;
        best.x = found.x;
      }
    }
    return best;
  };
}

std::size_t integers_of(const Box& box) {
  return static_cast<std::size_t>(std::count(box.is_integer.begin(), box.is_integer.end(), true));
}

}  // namespace

AssignmentFronts::AssignmentFronts(const Problem& problem, AssignmentFrontsOptions options)
    : problem_(problem),
      options_(std::move(options)),
      archive_(problem.objectives(), options_.search.capacity) {
  if (problem.objectives() != 2 || options_.corner.size() != 2 || options_.levels.empty() ||
      integers_of(problem.box()) == 0) {
    throw Error(ErrorKind::kUsage,
                "fronts of assignments: integers, two objectives, a corner and levels are needed");
  }
}

void AssignmentFronts::add_part(std::vector<double> integers) {
  Part part{.integers = std::move(integers), .rest = nullptr, .search = nullptr};
  const Problem* searched = &problem_;
  if (!part.integers.empty()) {
    part.rest = std::make_unique<FixedAssignment>(problem_, part.integers);
    searched = part.rest.get();
  }
  FrontSearchOptions search = options_.search;
  search.seed += 0x632BE59BD9B4E019U * parts_.size();
  part.search = std::make_unique<FrontSearch>(*searched, search);
  parts_.push_back(std::move(part));
}

// Every rank chooses for itself, and the same.
void AssignmentFronts::choose() {
  std::vector<std::vector<double>> chosen;
  std::int64_t evaluations = 0;
  for (const double level : options_.levels) {
    auto promising =
        promising_assignments(problem_,
                              {.candidates = options_.candidates,
                               .count = options_.promising,
                               .value_limit = options_.corner[0],
                               .evaluations = options_.first_evaluations,
                               .seed = options_.search.seed,
                               .should_stop = options_.should_stop},
                              least_within(level, options_.price, options_.should_stop));
    evaluations += promising.evaluations;
    for (auto& integers : promising.integers) {
      if (std::find(chosen.begin(), chosen.end(), integers) == chosen.end()) {
        chosen.push_back(std::move(integers));
      }
    }
  }
  if (options_.should_stop && options_.should_stop()) return;
  add_part({});
  for (auto& integers : chosen) add_part(std::move(integers));
  evaluations_ = chosen_evaluations_ = evaluations;
}

// Those that the front would be smaller without.
std::vector<std::size_t> AssignmentFronts::contributors() const {
  std::vector<std::size_t> found;
  const double whole = hypervolume(archive_.objectives(), options_.corner);
  for (std::size_t i = 0; i < parts_.size(); ++i) {
    FrontArchive others(problem_.objectives(), options_.search.capacity);
    for (std::size_t k = 0; k < parts_.size(); ++k) {
      if (k != i) others.add(parts_[k].search->archive());
    }
    if (hypervolume(others.objectives(), options_.corner) < whole) found.push_back(i);
  }
  return found;
}

// One turn of four is anybody's.
std::size_t AssignmentFronts::next_part() const {
  const auto turn = static_cast<std::size_t>(rounds_);
  if (turn < parts_.size()) return turn;
  const auto contributing = contributors();
  if (turn % 4 == 0 || contributing.empty()) return turn / 4 % parts_.size();
  return contributing[turn % contributing.size()];
}

// Of the parts alone, so that the state is theirs.
void AssignmentFronts::collect() {
  archive_ = FrontArchive(problem_.objectives(), options_.search.capacity);
  for (const Part& part : parts_) {
    for (const FrontPoint& point : part.search->archive().points()) {
      archive_.add(part.rest ? part.rest->whole_point(point.x) : point.x, point.objectives);
    }
  }
}

void AssignmentFronts::round(const parallel::Communicator& comm) {
  if (parts_.empty()) {
    choose();
    return;
  }
  Part& part = parts_[next_part()];
  const std::int64_t before = part.search->evaluations();
  part.search->round(comm);
  evaluations_ += part.search->evaluations() - before;
  collect();
  ++rounds_;
}

std::vector<std::vector<double>> AssignmentFronts::assignments() const {
  std::vector<std::vector<double>> all;
  for (const Part& part : parts_) {
    if (part.rest) all.push_back(part.integers);
  }
  return all;
}

// Rounds, evaluations of the choice, parts; of each part its integers (behind their number) and the
// numbers of its search (behind theirs).
std::vector<double> AssignmentFronts::to_numbers() const {
  std::vector<double> numbers = {static_cast<double>(rounds_),
                                 static_cast<double>(chosen_evaluations_),
                                 static_cast<double>(parts_.size())};
  const auto append = [&](const std::vector<double>& list) {
    numbers.push_back(static_cast<double>(list.size()));
    numbers.insert(numbers.end(), list.begin(), list.end());
  };
  for (const Part& part : parts_) {
    append(part.integers);
    append(part.search->to_numbers());
  }
  return numbers;
}

void AssignmentFronts::load(std::span<const double> numbers) {
  const auto check = [](bool is_good) {
    if (is_good) return;
    throw Error(ErrorKind::kInput, "these are not the numbers of a search for this front");
  };
  const auto take = [&] {
    check(!numbers.empty() && numbers[0] >= 0 &&
          numbers[0] <= static_cast<double>(numbers.size() - 1));
    const auto list = numbers.subspan(1, static_cast<std::size_t>(numbers[0]));
    numbers = numbers.subspan(1 + list.size());
    return list;
  };
  check(numbers.size() >= 3 && numbers[0] >= 0 && numbers[1] >= 0 && numbers[2] >= 0);
  rounds_ = static_cast<std::int64_t>(numbers[0]);
  evaluations_ = chosen_evaluations_ = static_cast<std::int64_t>(numbers[1]);
  const double parts = numbers[2];
  numbers = numbers.subspan(3);
  parts_.clear();
  for (std::size_t i = 0; static_cast<double>(i) < parts; ++i) {
    const auto integers = take();
    check(integers.empty() || integers.size() == integers_of(problem_.box()));
    add_part({integers.begin(), integers.end()});
    parts_.back().search->load(take());
    evaluations_ += parts_.back().search->evaluations();
  }
  check(numbers.empty());
  collect();
}

}  // namespace sengen::optimise
