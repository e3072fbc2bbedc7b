// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <functional>
#include <limits>
#include <optional>

#include <sengen/optimise/coordinated_retry.hpp>

#include <systems/gtopx/methods.hpp>
#include <systems/gtopx/mission_problem.hpp>

#include "cases.hpp"
#include "peers.hpp"

namespace sengen::bench {

namespace {

constexpr double kGaps[] = {0.01, 0.001};  // over the best known value, as a part of it

struct Contest {
  std::string instance;
  std::int64_t evaluations;  // at most
  std::vector<std::string> peers;
};

// Instance 4 takes billions.
std::vector<Contest> contests() {
  const std::vector<std::string> peers = {"de1220+cmaes", "sade", "gaco", "mbh"};
  return {{"cassini1", 4'000'000, peers},
          {"cassini2", 10'000'000, peers},
          {"messenger", 10'000'000, peers},
          {"gtoc1", 10'000'000, peers},
          {"rosetta", 10'000'000, peers},
          {"sagas", 10'000'000, peers},
          {"cassini1-minlp", 10'000'000, {"gaco", "sga"}}};
}

void run_ours(const gtopx::MissionProblem& problem, Tally& tally, unsigned seed) {
  optimise::RetryState state;
  const auto runner =
      gtopx::retry_runner(problem, seed, static_cast<double>(tally.most), state.evaluations);
  tally.evaluations = state.evaluations;
  optimise::coordinated_retry(
      Counted(problem, tally),
      {.seed = seed,
       .lanes = 1,
       .runs = std::numeric_limits<std::int64_t>::max(),
       .evaluations = tally.most,
       .target = tally.targets.back()},
      state, parallel::Communicator::self(), [](const auto&) { return stop_requested(); }, runner);
}

// All evaluations over the successes, for each gap; infinite without one.
using Times = std::array<double, std::size(kGaps)>;

using Run = std::function<void(const gtopx::MissionProblem&, Tally&, unsigned seed)>;

// Seeds side by side; what each took is kept. Nothing when stopped.
std::optional<Times> times_of(const std::string& name, const Contest& contest, const Run& run,
                              const Setting& setting, Results& results) {
  const auto instance = astrodynamics::instance_named(contest.instance);
  const gtopx::MissionProblem problem(instance, gtopx::search_view(instance));
  const double best = info_of(instance).best_known;
  const auto seeds = static_cast<std::size_t>(setting.seeds);
  const auto note =
      fmt::format("evaluations to 1 %, to 0.1 %, at the end, for each of {} seeds; at most {}",
                  seeds, contest.evaluations);
  const auto taken =
      results.part(fmt::format("times_{}_{}", contest.instance, name), note, setting.again, [&] {
        std::vector<double> values(3 * seeds);
        std::atomic<std::size_t> next{0};
        parallel_for(0, threads(), [&](auto, auto) {
          for (std::size_t k = next++; k < seeds && !stop_requested(); k = next++) {
            Tally tally{.most = contest.evaluations};
            for (const double gap : kGaps) tally.targets.push_back(best + gap * std::abs(best));
            run(problem, tally, static_cast<unsigned>(k) + 1);
            for (std::size_t i = 0; i < tally.hits.size(); ++i) {
              values[3 * k + i] = static_cast<double>(tally.hits[i]);
            }
            values[3 * k + 2] = static_cast<double>(std::min(tally.evaluations, tally.most));
          }
        });
        return stop_requested() ? std::vector<double>{} : values;
      });
  if (stop_requested()) return {};
  Times times;
  for (std::size_t i = 0; i < times.size(); ++i) {
    double sum = 0;
    int reached = 0;
    for (std::size_t k = 0; k < seeds; ++k) {
      const double hit = taken[3 * k + i];
      const bool is_hit = hit > 0 && hit <= static_cast<double>(contest.evaluations);
      reached += is_hit ? 1 : 0;
      sum += is_hit ? hit : taken[3 * k + 2];
    }
    times[i] = reached > 0 ? sum / reached : std::numeric_limits<double>::infinity();
  }
  fmt::print("{:<16} {:<16} {:>11.3g} {:>11.3g}\n", contest.instance, name, times[0], times[1]);
  std::fflush(stdout);
  return times;
}

// To both.
bool is_lowest(const Times& ours, const Times& theirs) {
  for (std::size_t i = 0; i < ours.size(); ++i) {
    if (!std::isfinite(ours[i]) || ours[i] > theirs[i]) return false;
  }
  return true;
}

}  // namespace

void mission_times(const Setting& setting, Results& results) {
  fmt::print("{:<16} {:<16} {:>11} {:>11}  expected evaluations\n", "", "", "to 1 %", "to 0.1 %");
  int lowest = 0, compared = 0;
  for (const Contest& contest : contests()) {
    const auto& chosen = setting.instances;
    if (!chosen.empty() && std::ranges::find(chosen, contest.instance) == chosen.end()) continue;
    const auto ours = times_of("retry", contest, run_ours, setting, results);
    if (!ours) return;
    bool is_ours = true;
    for (const std::string& name : contest.peers) {
      for (const auto& peer : peers_named(name)) {
        const auto label = fmt::format("{}_{}{}", name, peer.population, peer.goes_on ? "+" : "");
        const auto theirs = times_of(
            label, contest,
            [&](const auto& problem, Tally& tally, unsigned seed) {
              run_peer(peer, problem, tally, seed);
            },
            setting, results);
        if (!theirs) return;
        is_ours = is_ours && is_lowest(*ours, *theirs);
      }
    }
    ++compared;
    lowest += is_ours ? 1 : 0;
  }
  results.add("times_lowest", {.value = static_cast<double>(lowest),
                               .reference = {{compared - 1.0, 1.0 * compared}},
                               .source = fmt::format("instances of {} where the coordinated retry "
                                                     "needs the fewest evaluations, to 1 % and to "
                                                     "0.1 % of the best known value",
                                                     compared)});
}

}  // namespace sengen::bench
