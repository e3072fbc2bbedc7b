// SPDX-License-Identifier: Apache-2.0
#include <sengen/optimise/front_sweep.hpp>

#include <algorithm>
#include <cmath>

#include <sengen/core/error.hpp>
#include <sengen/core/parallel_for.hpp>
#include <sengen/optimise/order.hpp>
#include <sengen/optimise/variation.hpp>

namespace sengen::optimise {

std::vector<double> even_levels(double first, double last, std::size_t count) {
  std::vector<double> levels;
  for (std::size_t i = 0; i < count; ++i) {
    const double share = count > 1 ? static_cast<double>(i) / static_cast<double>(count - 1) : 1;
    levels.push_back(first + share * (last - first));
  }
  return levels;
}

namespace {

using Starts = std::vector<std::vector<double>>;

// Widths of the box that tell two branches of a front from one.
constexpr double kApart = 0.01;

class Sweep {
 public:
  Sweep(const Problem& problem, FrontArchive& archive, const SweepOptions& options,
        std::vector<double> levels)
      : problem_(problem),
        archive_(archive),
        options_(options),
        levels_(std::move(levels)),
        draws_(options.seed) {
    std::sort(levels_.begin(), levels_.end());
  }

  std::int64_t run() {
    for (int pass = 0; pass < options_.passes; ++pass) {
      Starts carried;
      for (std::size_t k = 0; k < levels_.size(); ++k) {
        if (evaluations_ >= options_.evaluations) return evaluations_;
        if (options_.should_stop && options_.should_stop()) return evaluations_;
        const bool up = pass % 2 == 0;
        carried = solve(levels_[up ? k : levels_.size() - 1 - k], carried);
      }
    }
    return evaluations_;
  }

 private:
  // What is known near a level: the best point within it, the next one beyond it, and the
  // solutions that the pass brings.
  Starts starts_of(double level, const Starts& carried) const {
    Starts starts;
    const auto& points = archive_.points();
    // The second objective falls along the archive.
    const auto within = std::partition_point(
        points.begin(), points.end(), [&](const FrontPoint& p) { return p.objectives[1] > level; });
    if (within != points.end()) starts.push_back(within->x);
    if (within != points.begin()) starts.push_back((within - 1)->x);
    starts.insert(starts.end(), carried.begin(), carried.end());
    return starts;
  }

  void add_moved(Starts& starts) {
    const Box& box = problem_.box();
    const std::size_t known = starts.size();
    for (std::size_t i = 0; i < options_.moved_starts && known > 0; ++i) {
      std::vector<double> x = starts[i % known];
      const double ratio = options_.greatest_move / options_.least_move;
      const double radius = options_.least_move * std::pow(ratio, draws_.uniform());
      for (std::size_t k = 0; k < x.size(); ++k) {
        if (!is_integer(box, k)) x[k] += radius * box.width(k) * draws_.normal();
      }
      clamp_into(box, x);
      starts.push_back(std::move(x));
    }
    for (std::size_t i = 0; i < options_.uniform_starts; ++i) {
      starts.emplace_back(box.size());
      draw_uniform(box, draws_, starts.back());
    }
  }

  // The best points of the level that are apart, for the next one: a branch that is behind here may
  // be ahead there.
  Starts solve(double level, const Starts& carried) {
    Starts starts = starts_of(level, carried);
    add_moved(starts);
    DescentOptions descent = options_.descent;
    descent.objective = 0;
    descent.limits = {std::numeric_limits<double>::infinity(), level};
    std::vector<DescentResult> results(starts.size());
    std::vector<FrontArchive> found(starts.size(), FrontArchive(2, 100));
    const auto count = static_cast<std::ptrdiff_t>(starts.size());
    parallel_for(0, count, [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
      for (auto i = static_cast<std::size_t>(begin); i < static_cast<std::size_t>(end); ++i) {
        results[i] = descend(problem_, starts[i], descent, &found[i]);
      }
    });
    for (std::size_t i = 0; i < results.size(); ++i) keep(results[i], found[i]);
    if (options_.kinked_evaluations > 0) {
      results = branches_of(std::move(results), carried);
      evolve(results, descent.limits);
    }
    results = apart_from({}, std::move(results), options_.branches);
    Starts best;
    for (DescentResult& result : results) best.push_back(std::move(result.x));
    return best.empty() ? carried : best;
  }

  static bool first_before(const DescentResult& a, const DescentResult& b) {
    return a.values[0] < b.values[0];
  }

  // `known`, and so many of the best feasible results that are apart from these and each other.
  std::vector<DescentResult> apart_from(std::vector<DescentResult> known,
                                        std::vector<DescentResult> results,
                                        std::size_t more) const {
    std::erase_if(results, [](const DescentResult& result) { return !result.feasible; });
    insertion_sort(results.begin(), results.end(), first_before);
    const std::size_t most = known.size() + more;
    for (DescentResult& result : results) {
      const bool is_new = std::none_of(known.begin(), known.end(), [&](const DescentResult& other) {
        return distance(result.x, other.x) < kApart;
      });
      if (is_new && known.size() < most) known.push_back(std::move(result));
    }
    return known;
  }

  // Each branch that the pass brings, as a descent has improved it or else as it is: a descent may
  // fail at a kink where the branch goes on. And the best one that is new.
  std::vector<DescentResult> branches_of(std::vector<DescentResult> results,
                                         const Starts& carried) const {
    std::vector<DescentResult> known;
    for (const auto& x : carried) {
      const DescentResult* best = nullptr;
      for (const DescentResult& result : results) {
        if (!result.feasible || distance(result.x, x) >= kApart) continue;
        if (best == nullptr || first_before(result, *best)) best = &result;
      }
      known.push_back(best != nullptr ? *best : DescentResult{.x = x, .values = {}});
    }
    return apart_from(std::move(known), std::move(results), 1);
  }

  // Descents end short of kinks, so that their order says little: each branch is followed.
  void evolve(std::vector<DescentResult>& branches, const std::vector<double>& limits) {
    std::vector<std::uint64_t> seeds;
    for (std::size_t i = 0; i < branches.size(); ++i) {
      seeds.push_back(draws_.below(std::size_t{1} << 53));
    }
    std::vector<FrontArchive> found(branches.size(), FrontArchive(2, 100));
    const auto count = static_cast<std::ptrdiff_t>(branches.size());
    parallel_for(0, count, [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
      for (auto i = static_cast<std::size_t>(begin); i < static_cast<std::size_t>(end); ++i) {
        const KinkedOptions options = {.limits = limits,
                                       .first_step = options_.kinked_step,
                                       .evaluations = options_.kinked_evaluations,
                                       .seed = seeds[i]};
        branches[i] = descend_kinked(problem_, branches[i].x, options, &found[i]);
      }
    });
    for (std::size_t i = 0; i < branches.size(); ++i) keep(branches[i], found[i]);
  }

  // The largest difference of a variable, in widths of the box.
  double distance(const std::vector<double>& a, const std::vector<double>& b) const {
    double most = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
      const double width = problem_.box().width(i);
      if (width > 0) most = std::max(most, std::abs(a[i] - b[i]) / width);
    }
    return most;
  }

  void keep(const DescentResult& result, const FrontArchive& found) {
    evaluations_ += result.evaluations;
    archive_.add(found);
    // Its archive may have thinned it out.
    if (result.feasible) archive_.add(result.x, std::span(result.values).first(2));
  }

  const Problem& problem_;
  FrontArchive& archive_;
  const SweepOptions& options_;
  std::vector<double> levels_;
  Draws draws_;
  std::int64_t evaluations_ = 0;
};

}  // namespace

std::int64_t sweep_front(const Problem& problem, FrontArchive& archive,
                         const SweepOptions& options) {
  check_problem(problem, "sweep of a front", 2);
  std::vector<double> levels = options.levels;
  if (levels.empty() && archive.size() > 1) {
    levels = even_levels(archive.points().back().objectives[1],
                         archive.points().front().objectives[1], options.points);
  }
  if (problem.objectives() != 2 || levels.empty()) {
    throw Error(ErrorKind::kUsage, "a sweep wants two objectives, and levels or an archive");
  }
  return Sweep(problem, archive, options, std::move(levels)).run();
}

}  // namespace sengen::optimise
