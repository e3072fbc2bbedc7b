// SPDX-License-Identifier: Apache-2.0
// The optimisers of pagmo2 (https://esa.github.io/pagmo2), given a count of evaluations: they are
// broken off after so many. One that ends before goes on with a new population.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include <sengen/optimise/problem.hpp>

namespace sengen::bench {

// Counts what an optimiser asks for.
struct Tally {
  std::int64_t most = 0;
  std::vector<double> targets = {};  // falling; the last one ends the search
  std::int64_t evaluations = 0;
  double best = std::numeric_limits<double>::infinity();
  std::vector<std::int64_t> hits = {};  // evaluations that the targets took, as far as reached

  void count(double value);
  bool is_over() const {
    return evaluations >= most || (!targets.empty() && hits.size() == targets.size());
  }
};

struct Peer {
  std::string name;  // of pagmo: de, sade, de1220, cmaes, mbh, gaco, sga; de1220+cmaes: in turn
  std::size_t population = 20;
  // Of mbh: goes on with the population that it ended with.
  bool goes_on = false;
  // Of de1220+cmaes and gaco: of each, before a new population.
  std::int64_t evaluations = std::numeric_limits<std::int64_t>::max();
};

// The settings that a namesake of ours is held against; the best of them counts.
std::vector<Peer> peers_named(const std::string& name);

void run_peer(const Peer& peer, const optimise::Problem& problem, Tally& tally, unsigned seed);

}  // namespace sengen::bench
