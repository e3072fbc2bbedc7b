// SPDX-License-Identifier: Apache-2.0
// Gates on qubits that are in a known state of their own, as at the start of a circuit: only the
// columns that this state reaches matter. With both qubits fresh the gate prepares a state of two
// qubits (0 or 1 CX, by its Schmidt form). With one it is an isometry of one qubit into two: 0 CX
// for a product; 1 CX when it is sum_k |a_k> x M_k with orthogonal a_k and M_k unitary up to a
// factor; else 2 CX, since exp(i t ZZ) before the gate is a one-qubit gate on |0> and some t brings
// it onto the chamber's face z = 0 (Shende, Bullock and Markov, quant-ph/0308045, proposition V.2).
#pragma once

#include <optional>

#include <sengen/circuits/circuit.hpp>
#include <sengen/circuits/elementary.hpp>

namespace sengen::circuits {

// The state of a fresh qubit, normalised; nothing for a qubit that may be entangled. A fresh
// qubit's wire still holds |0>: nothing was appended for it.
using Fresh = std::optional<Eigen::Vector2cd>;

// Appends gate as two_qubit.hpp does, with the fewest CX found, and updates what is fresh.
void append_gate(ElementaryCircuit& out, int low, int high, const Matrix4& gate, Fresh& fresh_low,
                 Fresh& fresh_high, double tolerance);

// Appends the preparation of a fresh qubit's state from |0>.
void append_state(ElementaryCircuit& out, int qubit, const Eigen::Vector2cd& state);

}  // namespace sengen::circuits
