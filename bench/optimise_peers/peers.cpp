// SPDX-License-Identifier: Apache-2.0
#include "peers.hpp"

#include <algorithm>
#include <cmath>

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

namespace sengen::bench {

namespace {

struct Over {};

// A problem as pagmo wants it: copies count into one tally.
struct Tallied {
  const optimise::Problem* problem = nullptr;
  Tally* tally = nullptr;

  pagmo::vector_double fitness(const pagmo::vector_double& x) const {
    if (tally->is_over()) throw Over();
    std::vector<double> values(problem->values());
    problem->evaluate(x, values);
    tally->count(values[0]);
    return {values[0]};
  }
  std::pair<pagmo::vector_double, pagmo::vector_double> get_bounds() const {
    auto [lower, upper, is_integer] = problem->box();
    for (std::size_t i = 0; i < is_integer.size(); ++i) {
      if (is_integer[i]) upper[i] = std::floor(upper[i]);
    }
    return {lower, upper};
  }
  // Integers come last, in pagmo's problems and in those of GTOPX.
  pagmo::vector_double::size_type get_nix() const {
    const auto& is_integer = problem->box().is_integer;
    return static_cast<std::size_t>(std::count(is_integer.begin(), is_integer.end(), true));
  }
};

// Its numbers are in Eigen's vectors, which libpagmo allocates as its build for any x86-64 does and
// this file, built for this machine, would free in another way.
const pagmo::algorithm& never_freed(pagmo::algorithm algorithm) {
  return *new pagmo::algorithm(std::move(algorithm));
}

pagmo::algorithm algorithm_named(const std::string& name, unsigned generations, unsigned seed) {
  if (name == "de") {
    return pagmo::algorithm(pagmo::de(generations, 0.8, 0.9, 2, 1e-6, 1e-6, seed));
  }
  if (name == "sade") {
    return pagmo::algorithm(pagmo::sade(generations, 2, 1, 1e-6, 1e-6, false, seed));
  }
  if (name == "de1220") {
    return pagmo::algorithm(pagmo::de1220(
        generations, pagmo::de1220_statics<void>::allowed_variants, 1, 1e-6, 1e-6, false, seed));
  }
  if (name == "cmaes") {
    return pagmo::algorithm(
        pagmo::cmaes(generations, -1, -1, -1, -1, 0.5, 1e-6, 1e-6, false, true, seed));
  }
  if (name == "gaco") {
    return pagmo::algorithm(
        pagmo::gaco(generations, 63, 1.0, 0.0, 0.01, 1, 7, 100'000, 100'000, 0.0, false, seed));
  }
  if (name == "sga") {
    return pagmo::algorithm(pagmo::sga(generations, 0.9, 1.0, 0.02, 1.0, 2, "exponential",
                                       "polynomial", "tournament", seed));
  }
  if (name != "mbh") throw Error(ErrorKind::kUsage, "no such algorithm: " + name);
  return pagmo::algorithm(
      pagmo::mbh(pagmo::compass_search(100'000, 0.1, 0.001, 0.5), 5, 0.05, seed));
}

// Those that take turns.
std::vector<std::string> names_of(const Peer& peer) {
  if (peer.name == "de1220+cmaes") return {"de1220", "cmaes"};
  return {peer.name};
}

}  // namespace

void Tally::count(double value) {
  ++evaluations;
  best = std::min(best, value);
  while (hits.size() < targets.size() && best <= targets[hits.size()]) hits.push_back(evaluations);
}

std::vector<Peer> peers_named(const std::string& name) {
  if (name == "mbh") return {{name, 1, false}, {name, 1, true}};
  if (name == "gaco" || name == "sga") return {{.name = name, .population = 100}};
  if (name == "de1220+cmaes") {
    return {{.name = name, .population = 20, .evaluations = 25'000},
            {.name = name, .population = 50, .evaluations = 25'000}};
  }
  return {{name, 20}, {name, 50}};
}

void run_peer(const Peer& peer, const optimise::Problem& problem, Tally& tally, unsigned seed) {
  const pagmo::problem wrapped{Tallied{&problem, &tally}};
  const auto generations = static_cast<unsigned>(std::min(peer.evaluations, tally.most) /
                                                 static_cast<std::int64_t>(peer.population)) +
                           1;
  std::vector<const pagmo::algorithm*> algorithms;
  for (const std::string& name : names_of(peer)) {
    algorithms.push_back(&never_freed(algorithm_named(name, generations, seed)));
  }
  try {
    for (unsigned start = 0; !tally.is_over(); ++start) {
      pagmo::population population(wrapped, peer.population, seed + 1000 * start);
      do {
        for (const auto* algorithm : algorithms) population = algorithm->evolve(population);
      } while (peer.goes_on);
    }
  } catch (const Over&) {  // as it should
  }
}

}  // namespace sengen::bench
