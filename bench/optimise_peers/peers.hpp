// SPDX-License-Identifier: Apache-2.0
// The optimisers of pagmo2 (https://esa.github.io/pagmo2), given a count of evaluations: the best
// of the first so many values, whatever the algorithm asks for after them. One that ends before
// goes on with a new population.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <sengen/optimise/problem.hpp>

namespace sengen::bench {

struct Peer {
  std::string name;  // of pagmo: de, sade, de1220, cmaes, mbh
  std::size_t population = 20;
  // Of mbh: goes on with the population that it ended with.
  bool goes_on = false;
};

// The settings that a namesake of ours is held against; the best of them counts.
std::vector<Peer> peers_named(const std::string& name);

double best_of_peer(const Peer& peer, const optimise::Problem& problem, std::int64_t evaluations,
                    unsigned seed);

}  // namespace sengen::bench
