// SPDX-License-Identifier: Apache-2.0
// Circuits of dense gates rewritten before they become CX: neighbours on one pair multiplied, gates
// that are products of one-qubit gates absorbed, and SWAPs moved to the front. U = (U SWAP) SWAP,
// and a SWAP before a gate only relabels the qubits of all gates before it and the bits of `start`:
// at the front it costs nothing. So a gate may take the cheaper of U and U SWAP, as every real gate
// of determinant -1 does (3 CX into 2) and SWAP itself (3 into 0).
#pragma once

#include <vector>

#include <sengen/circuits/circuit.hpp>

namespace sengen::circuits {

// kInput for a qubit out of range, a pair that is not low < high, a start that does not fit, and a
// gate that is not unitary; the message says which gate.
void check(const Circuit& circuit);
// Whether no gate has an imaginary part: such gates keep a real state real.
bool is_real(const Circuit& circuit);

// The same state with fewer gates: products of neighbours on one pair, products of one-qubit gates
// in their neighbours, no identities (up to tolerance).
Circuit merge_neighbours(const Circuit& circuit, double tolerance);

// CX of a circuit's gates one by one, with what is fresh taken into account.
std::vector<int> cx_counts(const Circuit& circuit, double tolerance);

// The same state with the SWAPs that save CX moved to the front. Every gate is judged by its own CX
// with and without, fresh qubits included; which of the two it takes changes nothing for the
// others, so that the sum is the least that SWAPs can reach. allowed: the pairs that gates may act
// on; a SWAP is taken only where all earlier gates stay on these. Empty: all pairs.
Circuit absorb_swaps(const Circuit& circuit, double tolerance,
                     const std::vector<Pair>& allowed = {});

}  // namespace sengen::circuits
