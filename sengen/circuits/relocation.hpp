// SPDX-License-Identifier: Apache-2.0
// Relocation: a way out of plateaus at a fixed number of gates. A move takes out one gate, rather
// one of those that matter least, polishes the rest, puts a gate where it helps most and polishes
// again. Better circuits stay, slightly worse ones sometimes, ever more seldom (annealing by the
// number of moves done, never by time: a run that was stopped goes on to the same circuit).
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include <sengen/circuits/insertion.hpp>

namespace sengen::circuits {

struct RelocationOptions {
  std::vector<Pair> pairs;
  GateKind kind = GateKind::kReal;
  std::int64_t moves = 100;
  int polish_iterations = 60;
  double overlap_target = 1;
  double temperature = 0.02;  // accepted rise of 1 - |F| at the beginning, relative
  std::uint64_t seed = 1;
  std::uint64_t stream = 0;
};

struct Relocation {
  std::int64_t done = 0;  // moves
  Circuit circuit;
  double overlap = 0;
  Circuit best;
  double best_overlap = 0;
};

// Goes on from state.done to options.moves; after_move false ends it.
void relocate(const Targets& targets, const RelocationOptions& options, Relocation& state,
              const std::function<bool(const Relocation&)>& after_move);

// What |F| every gate's power to entangle is worth: |F| less the best overlap with a product of
// one-qubit gates in its place.
std::vector<double> gate_worth(const Targets& targets, const Circuit& circuit, GateKind kind);

// Puts one-qubit gates in place of gates that lose less |F| than `loss` by it; whether there were
// any. merge_neighbours then takes them into their neighbours.
bool disentangle(const Targets& targets, Circuit& circuit, GateKind kind, double loss);

}  // namespace sengen::circuits
