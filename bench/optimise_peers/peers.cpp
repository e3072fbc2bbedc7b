// SPDX-License-Identifier: Apache-2.0
#include "peers.hpp"

#include <algorithm>

namespace sengen::bench {

void Tally::count(double value) {
  ++evaluations;
  best = std::min(best, value);
  while (hits.size() < targets.size() && best <= targets[hits.size()]) hits.push_back(evaluations);
}

void Counted::evaluate(std::span<const double> points, std::span<double> values) const {
  problem_.evaluate(points, values);
  for (const double value : values) tally_.count(value);
}

std::vector<optimise::PagmoOptions> peers_named(const std::string& name) {
  if (name == "mbh") return {{name, 1, false}, {name, 1, true}};
  if (name == "gaco" || name == "sga") return {{.algorithm = name, .population = 100}};
  if (name == "de1220+cmaes") {
    return {{.algorithm = name, .population = 20, .evaluations = 25'000},
            {.algorithm = name, .population = 50, .evaluations = 25'000}};
  }
  return {{name, 20}, {name, 50}};
}

void run_peer(optimise::PagmoOptions peer, const optimise::Problem& problem, Tally& tally,
              unsigned seed) {
  peer.seed = seed;
  optimise::Budget budget{.evaluations = tally.most};
  if (!tally.targets.empty()) budget.target = tally.targets.back();
  optimise::minimise_by_pagmo(Counted(problem, tally), peer, budget);
}

}  // namespace sengen::bench
