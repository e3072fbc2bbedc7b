// SPDX-License-Identifier: Apache-2.0
// Elementary circuits made short, and translated into what a machine offers. Exact: the state stays
// the same with its phase, to rounding. basis.hpp has the translation.
#pragma once

#include <sengen/circuits/basis.hpp>
#include <sengen/circuits/elementary.hpp>

namespace sengen::circuits {

// For a circuit on |0...0>: one-qubit gates between two-qubit gates become at most Rz Ry Rz (Rz SX
// Rz SX Rz), Rz moves through controls, equal CX or CZ beside each other vanish, and so does what
// does nothing to |0>. Angles within tolerance of 0 are dropped. Every two-qubit gate that is not
// of the basis is translated: CX, CZ, ECR and RXX(+-pi/2) into one gate each, others into the
// fewest.
ElementaryCircuit simplify(const ElementaryCircuit& circuit, Basis basis, double tolerance = 1e-14);

}  // namespace sengen::circuits
