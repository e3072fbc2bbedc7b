// SPDX-License-Identifier: Apache-2.0
// Elementary circuits made short, and translated into what a machine offers. Exact: the state stays
// the same with its phase, to rounding.
//   cx   {cx, rz, ry, x}
//   cz   {cz, rz, ry, x}         CX = H CZ H
//   ecr  {ecr, rz, sx, x}        one-qubit gates as Rz SX Rz SX Rz
//   rxx  {rxx(pi/2), rz, ry, x}  of trapped ions
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <sengen/circuits/elementary.hpp>

namespace sengen::circuits {

enum class Basis { kCx, kCz, kEcr, kRxx };
std::string_view to_string(Basis basis);
std::vector<std::string> basis_names();
// kUsage for another word, with what there is.
Basis basis_from(std::string_view name);

// For a circuit on |0...0>: one-qubit gates between two-qubit gates become at most Rz Ry Rz (Rz SX
// Rz SX Rz), Rz moves through controls, equal CX or CZ beside each other vanish, and so does what
// does nothing to |0>. Angles within tolerance of 0 are dropped. Every two-qubit gate that is not
// of the basis is translated: CX, CZ, ECR and RXX(+-pi/2) into one gate each, others into the
// fewest.
ElementaryCircuit simplify(const ElementaryCircuit& circuit, Basis basis, double tolerance = 1e-14);

}  // namespace sengen::circuits
