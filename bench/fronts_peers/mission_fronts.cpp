// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <fstream>
#include <numeric>
#include <sstream>

#include <fmt/format.h>

#include <sengen/core/error.hpp>
#include <sengen/core/random.hpp>
#include <sengen/core/stop.hpp>
#include <sengen/optimise/front_sweep.hpp>
#include <sengen/optimise/kinked_descent.hpp>
#include <sengen/optimise/mixed_integer.hpp>
#include <sengen/optimise/order.hpp>
#include <sengen/optimise/variation.hpp>

#include "cases.hpp"
#include "problems.hpp"

namespace sengen::bench {

namespace {

using optimise::FrontArchive;
using Clock = std::chrono::steady_clock;

constexpr std::size_t kCapacity = 4000;

// Objectives of the reference points, rows; their vectors are never looked at.
std::vector<double> load_reference(const std::filesystem::path& path) {
  std::ifstream file(path);
  if (!file) {
    throw Error(ErrorKind::kInput, fmt::format("cannot read {}", path.string()),
                "SENGEN_TEST_DATA names the folder with gtopx");
  }
  std::vector<double> rows;
  std::string line;
  std::getline(file, line);
  while (std::getline(file, line)) {
    std::istringstream cells(line);
    std::string cell;
    for (int i = 0; i < 2 && std::getline(cells, cell, ','); ++i) rows.push_back(std::stod(cell));
  }
  return rows;
}

// Points of ours that a reference point dominates by more than 1e-6 in both objectives.
int dominated_by(const std::vector<double>& reference, const FrontArchive& archive) {
  int count = 0;
  for (const auto& point : archive.points()) {
    const auto& f = point.objectives;
    bool any = false;
    for (std::size_t i = 0; i < reference.size(); i += 2) {
      const double first = (f[0] - reference[i]) / f[0], second = (f[1] - reference[i + 1]) / f[1];
      // No worse in either, better by more than the tolerance in one.
      any = any || (first >= 0 && second >= 0 && std::max(first, second) > 1e-6);
    }
    count += any ? 1 : 0;
  }
  return count;
}

// Reference points that a point of ours equals or dominates, to 1e-6.
std::size_t reached(const std::vector<double>& reference, const FrontArchive& archive) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < reference.size(); i += 2) {
    count += std::any_of(archive.points().begin(), archive.points().end(), [&](const auto& point) {
      return point.objectives[0] <= reference[i] * (1 + 1e-6) &&
             point.objectives[1] <= reference[i + 1] * (1 + 1e-6);
    });
  }
  return count;
}

// What is known of the fronts before: times of flight between these.
constexpr double kShortest = 1600, kLongest = 6500;

struct Effort {
  std::size_t coarse_levels, uniform_starts, fine_levels;
};

// Coarse levels from anywhere, then fine ones along the front, then its ends.
std::int64_t explore(const optimise::Problem& problem, FrontArchive& archive, const Effort& effort,
                     std::uint64_t seed) {
  std::int64_t evaluations = 0;
  const auto sweep = [&](std::vector<double> levels, std::size_t uniform_starts,
                         std::int64_t kinked) {
    evaluations += optimise::sweep_front(problem, archive,
                                         {.levels = std::move(levels),
                                          .passes = 2,
                                          .uniform_starts = uniform_starts,
                                          .kinked_evaluations = kinked,
                                          .seed = seed++,
                                          .should_stop = stop_requested});
  };
  sweep(optimise::even_levels(kShortest, kLongest, effort.coarse_levels), effort.uniform_starts,
        3000);
  if (archive.size() < 2 || effort.fine_levels == 0) return evaluations;
  sweep(optimise::even_levels(kShortest, kLongest, effort.fine_levels), 0, 8000);
  const double shortest = archive.points().back().objectives[1];
  const double longest = archive.points().front().objectives[1];
  sweep(optimise::even_levels(shortest, shortest + 20, 6), 0, 10000);
  // The first objective ends flat: ever closer to its end.
  std::vector<double> last;
  for (double before = 20; before > 1e-3; before /= 2) last.push_back(longest - before);
  sweep(std::move(last), 0, 10000);
  return evaluations;
}

void report(const std::string& name, const FrontArchive& archive,
            const std::vector<double>& reference, const std::vector<double>& corner,
            std::int64_t evaluations, double seconds, const Setting& setting, Results& results) {
  const double ours = optimise::hypervolume(archive.objectives(), corner);
  const double theirs = optimise::hypervolume(reference, corner);
  const int dominated = dominated_by(reference, archive);
  fmt::print(
      "{}: hypervolume {:.3f}, reference {:.3f}; {} points, {} dominated by the reference, {} of "
      "{} "
      "reference points reached; {} evaluations, {:.0f} s\n",
      name, ours, theirs, archive.size(), dominated, reached(reference, archive),
      reference.size() / 2, evaluations, seconds);
  std::fflush(stdout);
  results.add(name + "_hypervolume", {.value = ours,
                                      .reference = {{theirs, 1e9}},
                                      .source = fmt::format("{} evaluations", evaluations)});
  results.add(name + "_dominated", {.value = static_cast<double>(dominated),
                                    .reference = {{0, 0}},
                                    .source = "points that a reference point dominates by 1e-6"});
  results.add(name + "_seconds", {.value = seconds, .unit = "s"});
  if (setting.folder.empty()) return;
  std::ofstream file(setting.folder + "/" + name + ".csv");
  file << "f1_km_per_s,f2_days,x\n";
  for (const auto& point : archive.points()) {
    file << fmt::format("{:.17g},{:.17g},{:.17g}\n", point.objectives[0], point.objectives[1],
                        fmt::join(point.x, ","));
  }
}

std::size_t scaled(double count, double scale) {
  return static_cast<std::size_t>(std::max(1.0, count * scale));
}

}  // namespace

void cassini_front(const Setting& setting, Results& results) {
  const auto begin = Clock::now();
  const MissionProblem problem("9", true);
  FrontArchive archive(2, kCapacity);
  const std::int64_t evaluations =
      explore(problem, archive, {15, scaled(60, setting.scale), 197}, 1);
  const std::chrono::duration<double> taken = Clock::now() - begin;
  report("cassini1_mo", archive, load_reference(setting.data / "cassini1_mo_reference_front.csv"),
         {7, 6500}, evaluations, taken.count(), setting, results);
}

namespace {

// The least speed within a time of flight: descents from anywhere and from the best point moved.
optimise::RestMinimiser fastest_within(double days) {
  return [days](const optimise::FixedAssignment& rest, std::int64_t evaluations, std::uint64_t seed,
                std::span<const double> start) {
    const optimise::Box& box = rest.box();
    optimise::Draws draws(seed);
    optimise::RestResult best = {.x = {start.begin(), start.end()}};
    std::vector<double> x(box.size());
    while (best.evaluations < evaluations && !stop_requested()) {
      optimise::DescentResult found;
      const std::vector<double> limits = {std::numeric_limits<double>::infinity(), days};
      const std::int64_t left = evaluations - best.evaluations;
      const bool from_best = !best.x.empty() && draws.uniform() < 0.5;
      if (from_best) x = best.x;
      if (!from_best) optimise::draw_uniform(box, draws, x);
      if (left < 800) {
        found = optimise::descend(rest, x, {.limits = limits, .max_iterations = 25});
      } else {
        found = optimise::descend_kinked(
            rest, x,
            {.limits = limits,
             .first_step = from_best ? std::pow(10, -2 * draws.uniform() - 1) : 0.2,
             .evaluations = std::min<std::int64_t>(left, 2000),
             .seed = draws.below(std::size_t{1} << 53)});
      }
      best.evaluations += found.evaluations;
      // As the missions punish a low fly-by: 0.01 km/s for each km, and for each day too much.
      const auto& f = found.values;
      const double lack = optimise::violation_of(std::span(f).subspan(2, 4));
      const double value = f[0] + 0.01 * (lack + std::max(0.0, f[1] - days));
      if (value < best.value) best.value = value, best.x = found.x;
    }
    return best;
  };
}

}  // namespace

void cassini_sequences_front(const Setting& setting, Results& results) {
  const auto begin = Clock::now();
  MissionProblem problem("10", true);
  // Venus to Saturn: Mercury is too light and the others lie beyond the goal.
  problem.bound_integers(2, 6);
  constexpr std::size_t kPromising = 6;
  std::int64_t evaluations = 0;
  std::vector<std::vector<double>> sequences;
  for (const double days : {3000.0, kLongest}) {
    const auto arms =
        optimise::search_assignments(problem, fastest_within(days),
                                     {.evaluations = static_cast<std::int64_t>(4e6 * setting.scale),
                                      .least_share = 300,
                                      .dropped = 0.5,
                                      .survivors = kPromising,
                                      .seed = 1,
                                      .should_stop = stop_requested});
    for (std::size_t i = 0; i < arms.size(); ++i) {
      evaluations += arms[i].evaluations;
      if (i >= kPromising) continue;
      fmt::print("  within {:.0f} days: {} {:.5f}\n", days, fmt::join(arms[i].integers, "-"),
                 arms[i].value);
      if (arms[i].value >= 6) continue;
      if (std::find(sequences.begin(), sequences.end(), arms[i].integers) == sequences.end()) {
        sequences.push_back(arms[i].integers);
      }
    }
    std::fflush(stdout);
  }
  // Each promising sequence on coarse levels; those of the largest hypervolumes are refined.
  const std::vector<double> corner = {6, 6500};
  FrontArchive all(2, kCapacity);
  std::vector<FrontArchive> fronts;
  const auto add = [&](const optimise::FixedAssignment& rest, const FrontArchive& front) {
    for (const auto& point : front.points()) all.add(rest.whole_point(point.x), point.objectives);
  };
  for (std::size_t i = 0; i < sequences.size() && !stop_requested(); ++i) {
    const optimise::FixedAssignment rest(problem, sequences[i]);
    fronts.emplace_back(2, kCapacity);
    evaluations += explore(rest, fronts[i], {8, scaled(8, setting.scale), 0}, 10 + 2 * i);
    add(rest, fronts[i]);
  }
  std::vector<std::size_t> order(fronts.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto area = [&](std::size_t i) {
    return optimise::hypervolume(fronts[i].objectives(), corner);
  };
  optimise::sort_indices(order, [&](std::size_t a, std::size_t b) { return area(a) > area(b); });
  order.resize(std::min<std::size_t>(order.size(), 3));
  for (const std::size_t i : order) {
    if (stop_requested()) return;
    const optimise::FixedAssignment rest(problem, sequences[i]);
    evaluations += explore(rest, fronts[i], {8, scaled(12, setting.scale), 99}, 100 + 2 * i);
    add(rest, fronts[i]);
    fmt::print("  {}: {:.3f}, all {:.3f}\n", fmt::join(sequences[i], "-"),
               optimise::hypervolume(fronts[i].objectives(), corner),
               optimise::hypervolume(all.objectives(), corner));
    std::fflush(stdout);
  }
  const std::chrono::duration<double> taken = Clock::now() - begin;
  report("cassini1_mo_minlp", all,
         load_reference(setting.data / "cassini1_mo_minlp_reference_points.csv"), corner,
         evaluations, taken.count(), setting, results);
}

}  // namespace sengen::bench
