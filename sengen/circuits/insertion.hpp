// SPDX-License-Identifier: Apache-2.0
// Where new gates go. The published ways put them at the |0> side, as identities or chosen by
// reduced density matrices of the residual C^dagger psi: the gate turns the four eigenvectors of a
// pair's matrix, largest first, into |00>, |01>, |10>, |11>, on the pair whose largest eigenvalue
// is largest, or whose two qubits then lose the most entropy (minimal for a given spectrum: Jevtic,
// Jennings, Rudolph, PRL 108, 110403). kChain goes from qubit to qubit and leaves each one behind
// in |0> as far as two eigenvectors do: exact for states of bond dimension 2 (Ran, PRA 101,
// 032310). kBest looks at every place and pair for the gate that lifts |F| most.
#pragma once

#include <optional>
#include <vector>

#include <sengen/circuits/best_gate.hpp>
#include <sengen/circuits/front.hpp>

namespace sengen::circuits {

enum class Insertion { kIdentity, kDensity, kEntropy, kBest, kChain };

// Puts `count` gates before the first one. kIdentity spreads them over the pairs in turn.
void insert_in_front(const Targets& targets, Circuit& circuit, std::span<const Pair> pairs,
                     Insertion rule, int count);

// A place for a gate: before gate `place`.
struct Place {
  std::size_t place = 0;
  Pair pair = {};
  double overlap = 0;  // |F| with the best gate there
  Matrix4 tensor = Matrix4::Zero();
};
// Every place and pair at which a gate is not swallowed by a neighbour on the same pair; the best
// `count` of them, best first.
std::vector<Place> best_places(const Targets& targets, const Circuit& circuit,
                               std::span<const Pair> pairs, GateKind kind, std::size_t count);
void insert_gate(Circuit& circuit, const Place& place, GateKind kind);

}  // namespace sengen::circuits
