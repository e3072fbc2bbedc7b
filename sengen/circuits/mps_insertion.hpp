// SPDX-License-Identifier: Apache-2.0
// Where new gates go in a circuit along a line: between any two gates, on a near pair, where the
// best gate would lift |F| most (its fidelity tensor has the largest nuclear norm). Many are placed
// at once, spread over the line, as identities: the sweep that follows turns them one after
// another, so that |F| cannot fall.
#pragma once

#include <span>

#include <sengen/circuits/best_gate.hpp>
#include <sengen/circuits/mps_front.hpp>

namespace sengen::circuits {

// Inserts at most `count` identities: every low qubit once before any takes a second one. Places
// where a neighbour on the same pair would swallow the gate are left out, as are those that win
// less than 1e-9 of |F|. Returns how many.
int insert_spread(const MatrixProductState& target, Circuit& circuit, const Truncation& truncation,
                  std::span<const Pair> pairs, GateKind kind, int count);

}  // namespace sengen::circuits
