// SPDX-License-Identifier: Apache-2.0
// Times to 1.005 x the best known value, or to a target of its own, by the coordinated retry, from
// an empty store, one seed after another; a seed's figures are kept and not measured again.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <vector>

#include <fmt/format.h>

#include <sengen/core/parallel_for.hpp>
#include <sengen/core/stop.hpp>
#include <sengen/optimise/coordinated_retry.hpp>

#include <systems/gtopx/methods.hpp>
#include <systems/gtopx/mission_problem.hpp>

#include "cases.hpp"

namespace sengen::bench {

namespace {

struct Goal {
  const char* instance;
  double minutes;     // at most
  double target = 0;  // 0: 1.005 x the best known value
};
constexpr Goal kGoals[] = {{"cassini1", 2},
                           {"sagas", 2},
                           {"gtoc1", 30},
                           {"messenger", 30},
                           {"rosetta", 30},
                           {"cassini2", 30},
                           {"cassini1-minlp", 30, 3.50073},
                           {"tandem:6", 30, -1500},
                           {"messenger-full", 720, 2}};

double target_of(const Goal& goal, const astrodynamics::Instance& instance) {
  const double best = info_of(instance).best_known;
  return goal.target != 0 ? goal.target : best + 0.005 * std::abs(best);
}

struct Solve {
  double seconds = 0, evaluations = 0, best = 0;
};

Solve solve(const gtopx::MissionProblem& problem, double target, std::uint64_t seed,
            double seconds_at_most) {
  using Clock = std::chrono::steady_clock;
  const auto begin = Clock::now();
  const auto passed = [&] { return std::chrono::duration<double>(Clock::now() - begin).count(); };
  optimise::RetryState state;
  const optimise::RetryOptions options{
      .seed = seed, .lanes = 8, .runs = std::numeric_limits<std::int64_t>::max(), .target = target};
  const auto runner = gtopx::retry_runner(problem, seed, 1e12, state.evaluations);
  optimise::coordinated_retry(
      problem, options, state, parallel::Communicator::self(),
      [&](const auto&) { return stop_requested() || passed() > seconds_at_most; }, runner);
  return {passed(), static_cast<double>(state.evaluations), state.best.value};
}

void solve_seeds(const Goal& goal, int seeds, bool again, Results& results) {
  const auto instance = astrodynamics::instance_named(goal.instance);
  const gtopx::MissionProblem problem(instance, gtopx::search_view(instance));
  const double target = target_of(goal, instance);
  std::vector<double> times, evaluations;
  int solved = 0;
  for (int seed = 1; seed <= seeds; ++seed) {
    const auto values =
        results.part(fmt::format("solve_{}_seed{}", goal.instance, seed),
                     fmt::format("seconds, evaluations, best; {} threads, 8 lanes, to {:.8g}",
                                 threads(), target),
                     again, [&]() -> std::vector<double> {
                       const Solve found = solve(problem, target, static_cast<std::uint64_t>(seed),
                                                 60 * goal.minutes);
                       if (stop_requested()) return {};
                       return {found.seconds, found.evaluations, found.best};
                     });
    if (stop_requested()) return;
    fmt::print("{:<16} seed {:>2}: {:8.1f} s {:10.3g} evaluations, best {:.8g}\n", goal.instance,
               seed, values[0], values[1], values[2]);
    std::fflush(stdout);
    times.push_back(values[0]);
    evaluations.push_back(values[1]);
    solved += values[2] <= target && values[0] <= 60 * goal.minutes ? 1 : 0;
  }
  double sum = 0;
  for (const double value : evaluations) sum += value;
  std::sort(times.begin(), times.end());
  const std::string name = fmt::format("solve_{}", goal.instance);
  results.add(name + "_share", {.value = static_cast<double>(solved) / seeds,
                                .reference = {{0.9, 1}},
                                .source = fmt::format("of {} seeds within {} minutes, {:.8g}",
                                                      seeds, goal.minutes, target)});
  results.add(name + "_seconds", {.value = times[times.size() / 2],
                                  .unit = "s",
                                  .source = fmt::format("median, {} threads", threads())});
  // Expected running time: all evaluations over the successes.
  if (solved > 0) results.add(name + "_ert", {.value = sum / solved, .source = "evaluations"});
}

}  // namespace

void solve_missions(const Setting& setting, Results& results) {
  const auto& chosen = setting.instances;
  for (const Goal& goal : kGoals) {
    if (!chosen.empty() && std::ranges::find(chosen, goal.instance) == chosen.end()) continue;
    solve_seeds(goal, setting.seeds, setting.again, results);
    if (stop_requested()) return;
  }
}

}  // namespace sengen::bench
