// SPDX-License-Identifier: Apache-2.0
// A circuit of dense two-qubit gates on |start> as named gates on |0...0>, with few CX: neighbours
// merged, SWAPs moved to the front, every gate with the fewest CX of its class (two_qubit.hpp) and
// fewer on fresh qubits (fresh.hpp), one-qubit gates merged (simplify.hpp). Exact to rounding: the
// state is the circuit's, its global phase included.
#pragma once

#include <vector>

#include <sengen/circuits/circuit.hpp>
#include <sengen/circuits/elementary.hpp>
#include <sengen/circuits/simplify.hpp>

namespace sengen::circuits {

struct SynthesisOptions {
  Basis basis = Basis::kCx;
  bool absorb_swaps = true;
  // The pairs that a machine couples, low < high; empty: all. Gates must act on these already.
  std::vector<Pair> coupling = {};
  // Angles and amplitudes within this of a cheaper class are taken to be of it.
  double tolerance = 1e-13;
};

// kInput for what check (rewrite.hpp) refuses, and for a gate on a pair that is not coupled.
ElementaryCircuit synthesise(const Circuit& circuit, const SynthesisOptions& options = {});

}  // namespace sengen::circuits
