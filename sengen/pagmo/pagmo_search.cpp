// SPDX-License-Identifier: Apache-2.0
// On x86-64 compiled for any processor, as libpagmo is: its numbers are in Eigen's vectors, which
// are allocated in another way where wider registers are to be had.
#include <sengen/pagmo/pagmo_search.hpp>

#include <algorithm>
#include <cmath>
#include <exception>
#include <utility>
#include <vector>

#include <pagmo/algorithm.hpp>
#include <pagmo/algorithms/cmaes.hpp>
#include <pagmo/algorithms/compass_search.hpp>
#include <pagmo/algorithms/de.hpp>
#include <pagmo/algorithms/de1220.hpp>
#include <pagmo/algorithms/gaco.hpp>
#include <pagmo/algorithms/mbh.hpp>
#include <pagmo/algorithms/sade.hpp>
#include <pagmo/algorithms/sga.hpp>
#include <pagmo/population.hpp>
#include <pagmo/problem.hpp>

#include <sengen/core/error.hpp>

namespace sengen::optimise {

namespace {

struct Over {};

// What is told to all copies that pagmo makes of a problem.
struct Count {
  const Problem& problem;
  const Budget& budget;
  Outcome outcome = {};

  double evaluate(const std::vector<double>& x) {
    if (is_over()) throw Over();
    std::vector<double> values(problem.values());
    problem.evaluate(x, values);
    ++outcome.evaluations;
    if (outcome.best.x.empty() || values[0] < outcome.best.value) outcome.best = {values[0], x};
    return values[0];
  }
  bool is_over() {
    if (outcome.best.value <= budget.target) outcome.end = End::kTarget;
    if (outcome.end != End::kTarget && outcome.evaluations >= budget.evaluations) {
      outcome.end = End::kEvaluations;
    }
    return outcome.end != End::kFinished;
  }
};

// A problem as pagmo wants it.
struct Counted {
  Count* count = nullptr;

  pagmo::vector_double fitness(const pagmo::vector_double& x) const { return {count->evaluate(x)}; }
  std::pair<pagmo::vector_double, pagmo::vector_double> get_bounds() const {
    auto [lower, upper, is_integer] = count->problem.box();
    for (std::size_t i = 0; i < is_integer.size(); ++i) {
      if (is_integer[i]) upper[i] = std::floor(upper[i]);
    }
    return {lower, upper};
  }
  // Integers come last, in pagmo's problems and in those of GTOPX.
  pagmo::vector_double::size_type get_nix() const {
    const auto& is_integer = count->problem.box().is_integer;
    return static_cast<std::size_t>(std::count(is_integer.begin(), is_integer.end(), true));
  }
};

// Ends where populations differ by less.
constexpr double kTolerance = 1e-6;

pagmo::algorithm algorithm_named(const std::string& name, unsigned generations, unsigned seed) {
  using pagmo::algorithm;
  if (name == "de") {
    return algorithm(pagmo::de(generations, 0.8, 0.9, 2, kTolerance, kTolerance, seed));
  }
  if (name == "sade") {
    return algorithm(pagmo::sade(generations, 2, 1, kTolerance, kTolerance, false, seed));
  }
  if (name == "de1220") {
    return algorithm(pagmo::de1220(generations, pagmo::de1220_statics<void>::allowed_variants, 1,
                                   kTolerance, kTolerance, false, seed));
  }
  if (name == "cmaes") {
    return algorithm(
        pagmo::cmaes(generations, -1, -1, -1, -1, 0.5, kTolerance, kTolerance, false, true, seed));
  }
  if (name == "gaco") {
    return algorithm(
        pagmo::gaco(generations, 63, 1.0, 0.0, 0.01, 1, 7, 100'000, 100'000, 0.0, false, seed));
  }
  if (name == "sga") {
    return algorithm(pagmo::sga(generations, 0.9, 1.0, 0.02, 1.0, 2, "exponential", "polynomial",
                                "tournament", seed));
  }
  if (name == "mbh") {
    return algorithm(pagmo::mbh(pagmo::compass_search(100'000, 0.1, 0.001, 0.5), 5, 0.05, seed));
  }
  throw Error(ErrorKind::kUsage, "no algorithm '" + name + "' of pagmo2 is known here",
              "de, sade, de1220, cmaes, mbh, gaco, sga, or several with + between them");
}

std::vector<pagmo::algorithm> algorithms_of(const PagmoOptions& options, const Budget& budget) {
  const auto generations = static_cast<unsigned>(
      std::min(options.evaluations, budget.evaluations) /
          static_cast<std::int64_t>(std::max<std::size_t>(options.population, 1)) +
      1);
  std::vector<pagmo::algorithm> algorithms;
  for (std::size_t begin = 0; begin <= options.algorithm.size();) {
    const std::size_t end = std::min(options.algorithm.find('+', begin), options.algorithm.size());
    algorithms.push_back(algorithm_named(options.algorithm.substr(begin, end - begin), generations,
                                         static_cast<unsigned>(options.seed)));
    begin = end + 1;
  }
  return algorithms;
}

}  // namespace

Outcome minimise_by_pagmo(const Problem& problem, const PagmoOptions& options,
                          const Budget& budget) {
  const auto algorithms = algorithms_of(options, budget);
  Count count{problem, budget};
  const pagmo::problem counted{Counted{&count}};
  try {
    for (std::uint64_t start = 0; !count.is_over(); ++start) {
      pagmo::population population(counted, options.population,
                                   static_cast<unsigned>(options.seed + 1000 * start));
      do {
        for (const auto& algorithm : algorithms) population = algorithm.evolve(population);
      } while (options.goes_on);
    }
  } catch (const Over&) {  // as it should
  } catch (const Error&) {
    throw;
  } catch (const std::exception& error) {
    throw Error(ErrorKind::kUsage,
                "pagmo2 refuses this search by " + options.algorithm + ": " + error.what());
  }
  return count.outcome;
}

}  // namespace sengen::optimise
