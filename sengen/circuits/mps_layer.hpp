// SPDX-License-Identifier: Apache-2.0
// Layer: the gates that make a matrix product state of bond 2 exactly, one after another along the
// line (Schoen, Solano, Verstraete, Cirac, Wolf, PRL 95, 110503; as layers of a disentangler: Ran,
// PRA 101, 032310). Gate (q, q+1) takes the bond from qubit q and a fresh qubit q+1 and leaves bit
// q and the next bond. Where a bond is 1 the line is cut: no gate.
#pragma once

#include <sengen/circuits/best_gate.hpp>
#include <sengen/circuits/mps.hpp>

namespace sengen::circuits {

// The circuit for the truncation of state to bond 2 (in norm 1); for a state of bond 2 it is exact,
// with n - 1 gates at most, those of a basis state none.
Circuit bond_two_layer(MatrixProductState state, GateKind kind);

}  // namespace sengen::circuits
