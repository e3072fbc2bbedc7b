// SPDX-License-Identifier: Apache-2.0
// What machines offer, and CX translated into it, exactly and with the phase:
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

// A circuit of CX and one-qubit gates on |0...0> in a basis; no two one-qubit gates that could be
// one. simplify.hpp makes it short first.
ElementaryCircuit in_basis(const ElementaryCircuit& circuit, Basis basis, double tolerance);

}  // namespace sengen::circuits
