// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <functional>

#include <fmt/format.h>
#include <pagmo/algorithm.hpp>
#include <pagmo/algorithms/gaco.hpp>
#include <pagmo/algorithms/moead.hpp>
#include <pagmo/algorithms/nsga2.hpp>
#include <pagmo/population.hpp>
#include <pagmo/problem.hpp>

#include <sengen/core/stop.hpp>
#include <sengen/optimise/ant_colony.hpp>
#include <sengen/optimise/moead.hpp>
#include <sengen/optimise/nsga2.hpp>

#include <systems/gtopx/mission_problem.hpp>

#include "cases.hpp"
#include "problems.hpp"

namespace sengen::bench {

namespace {

// One of our problems as pagmo has them: constraints <= 0, or, where it is punished, added to the
// objectives.
struct PagmoProblem {
  const optimise::Problem* ours = nullptr;
  bool punished = false;

  pagmo::vector_double fitness(const pagmo::vector_double& x) const {
    pagmo::vector_double values(ours->values());
    ours->evaluate(x, values);
    if (punished) {
      const double lack = optimise::violation_of(std::span(values).subspan(ours->objectives()));
      values.resize(ours->objectives());
      // More than any feasible value of either objective.
      for (double& value : values) value += lack > 0 ? 1e5 + lack : 0;
    } else {
      for (std::size_t i = ours->objectives(); i < values.size(); ++i) values[i] = -values[i];
    }
    return values;
  }
  std::pair<pagmo::vector_double, pagmo::vector_double> get_bounds() const {
    return {ours->box().lower, ours->box().upper};
  }
  pagmo::vector_double::size_type get_nobj() const { return ours->objectives(); }
  pagmo::vector_double::size_type get_nic() const { return punished ? 0 : ours->constraints(); }
};

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t half = values.size() / 2;
  return values.size() % 2 == 1 ? values[half] : 0.5 * (values[half - 1] + values[half]);
}

constexpr std::size_t kPopulation = 100;
constexpr int kGenerations = 249;

template <class Algorithm>
double hypervolume_of_pagmo(const optimise::Problem& problem, Algorithm algorithm, unsigned seed,
                            std::span<const double> reference) {
  const Recorded recorded(problem);
  const pagmo::problem wrapped(PagmoProblem{&recorded, true});
  pagmo::population population(wrapped, kPopulation, seed);
  pagmo::algorithm(std::move(algorithm)).evolve(population);
  return optimise::hypervolume(recorded.archive().objectives(), reference);
}

double hypervolume_of_ours(const optimise::Problem& problem, optimise::FrontMethod& method,
                           std::span<const double> reference) {
  optimise::find_front(problem, method, {.evaluations = kPopulation * (kGenerations + 1)});
  return optimise::hypervolume(method.archive().objectives(), reference);
}

void compare_fronts(const std::string& name, const optimise::Problem& problem, double whole,
                    const std::vector<double>& reference, const Setting& setting,
                    Results& results) {
  for (const std::string method : {"nsga2", "moead"}) {
    std::vector<double> ours, theirs;
    for (int seed = 1; seed <= setting.seeds && !stop_requested(); ++seed) {
      const auto number = static_cast<unsigned>(seed);
      if (method == "nsga2") {
        optimise::Nsga2 own(problem, {.population = kPopulation, .seed = number});
        ours.push_back(hypervolume_of_ours(problem, own, reference));
        theirs.push_back(hypervolume_of_pagmo(
            problem, pagmo::nsga2(kGenerations, 0.95, 10, 0.01, 50, number), number, reference));
      } else {
        optimise::Moead own(problem, {.population = kPopulation, .seed = number});
        ours.push_back(hypervolume_of_ours(problem, own, reference));
        theirs.push_back(hypervolume_of_pagmo(
            problem,
            pagmo::moead(kGenerations, "grid", "tchebycheff", 20, 1, 0.5, 20, 0.9, 2, true, number),
            number, reference));
      }
    }
    if (stop_requested()) return;
    const double own = median(ours), peer = median(theirs);
    // What is missing of the whole front: theirs over ours.
    const double missing = whole > 0 ? (whole - peer) / (whole - own) : 0;
    fmt::print("{:<12} {:<6} ours {:.6g} pagmo {:.6g} ratio {:.4f} missing, theirs/ours {:.3f}\n",
               name, method, own, peer, own / peer, missing);
    std::fflush(stdout);
    results.add(name + "_" + method + "_hypervolume",
                {.value = own / peer,
                 .reference = {{1 / 1.2, 1e9}},
                 .source = fmt::format("median of all feasible points met, ours over pagmo's, {} "
                                       "runs of {} evaluations; ours {:.6g}",
                                       setting.seeds, kPopulation * (kGenerations + 1), own)});
    if (whole > 0) {
      results.add(name + "_" + method + "_missing",
                  {.value = missing,
                   .reference = {{1 / 1.2, 1e9}},
                   .source = "missing of the whole front, pagmo's over ours"});
    }
  }
}

// With its constraints.
gtopx::MissionProblem mission(const std::string& name) {
  return {astrodynamics::instance_named(name), gtopx::View::kFront};
}

}  // namespace

void populations(const Setting& setting, Results& results) {
  for (const int number : {1, 2, 3, 4, 6}) {
    const ZdtProblem problem(number);
    compare_fronts(fmt::format("zdt{}", number), problem, problem.whole_hypervolume(), {1.1, 1.1},
                   setting, results);
  }
  compare_fronts("cassini1-mo", mission("cassini1-mo"), 0, {7, 6500}, setting, results);
}

void colonies(const Setting& setting, Results& results) {
  constexpr int kAnts = 100, kRounds = 499;
  const auto cassini = mission("cassini1"), messenger = mission("messenger");
  const RotatedRastrigin rastrigin(1);
  const std::pair<std::string, const optimise::Problem*> problems[] = {
      {"cassini1", &cassini}, {"messenger", &messenger}, {"rastrigin", &rastrigin}};
  for (const auto& [name, problem] : problems) {
    std::vector<double> ours, theirs;
    for (int seed = 1; seed <= setting.seeds && !stop_requested(); ++seed) {
      const auto number = static_cast<unsigned>(seed);
      optimise::AntColony colony(*problem, {.seed = number});
      optimise::minimise_ant_colony(*problem, colony, {.evaluations = kAnts * (kRounds + 1)});
      ours.push_back(colony.best().residual > 0 ? 1e10 : colony.best().objective);
      const pagmo::problem wrapped(PagmoProblem{problem, false});
      pagmo::population population(wrapped, kAnts, number);
      // pagmo's own choices, but for the rounds.
      const auto evolved = pagmo::algorithm(pagmo::gaco(kRounds, 63, 1, 0, 0.01, 1, 7, 100000,
                                                        100000, 0, false, number))
                               .evolve(population);
      theirs.push_back(problem->constraints() > 0 &&
                               !evolved.get_problem().feasibility_f(evolved.champion_f())
                           ? 1e10
                           : evolved.champion_f()[0]);
    }
    if (stop_requested()) return;
    const double own = median(ours), peer = median(theirs);
    fmt::print("{:<12} ants   ours {:.6g} gaco {:.6g} (best {:.6g}, {:.6g})\n", name, own, peer,
               *std::min_element(ours.begin(), ours.end()),
               *std::min_element(theirs.begin(), theirs.end()));
    std::fflush(stdout);
    results.add(name + "_ants", {.value = own / peer,
                                 .reference = {{0, 1.2}},
                                 .source = fmt::format("median best, ours over gaco's, {} runs of "
                                                       "{} evaluations; ours {:.6g}",
                                                       setting.seeds, kAnts * (kRounds + 1), own)});
  }
}

}  // namespace sengen::bench
