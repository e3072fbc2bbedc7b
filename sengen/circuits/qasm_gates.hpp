// SPDX-License-Identifier: Apache-2.0
// The one- and two-qubit gates of qelib1.inc and stdgates.inc (and iswap, ecr, rzx, dcx) by name,
// with the matrices of qiskit's circuit library.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <sengen/circuits/elementary.hpp>

namespace sengen::circuits {

struct NamedGate {
  std::string_view name;
  int parameters = 0;
  int qubits = 1;
};

// nullptr for a name that is none of them.
const NamedGate* find_gate(std::string_view name);
std::vector<std::string> gate_names();
// Whether a name is a gate of the libraries on three qubits or more, which are not read.
bool is_large_gate(std::string_view name);

// Appends the gate: what Op names by its name, others as matrices. As many parameters and qubits as
// it has.
void append_named(ElementaryCircuit& out, const NamedGate& gate, std::span<const double> parameters,
                  std::span<const int> qubits);

}  // namespace sengen::circuits
