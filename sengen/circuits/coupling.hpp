// SPDX-License-Identifier: Apache-2.0
// Coupling: the pairs of qubits that may share a gate: all of them, or those of a device.
#pragma once

#include <span>
#include <string>
#include <vector>

#include <sengen/circuits/circuit.hpp>

namespace sengen::circuits {

std::vector<Pair> all_pairs(int qubits);
// 0-1, 1-2, ...
std::vector<Pair> line_pairs(int qubits);
// Neighbours on a grid, qubit = row x columns + column.
std::vector<Pair> grid_pairs(int rows, int columns);
// A text of lines "i j" (# begins a comment), numbers from 0. source: its name for messages.
// kInput naming the line; the pairs come sorted, each once.
std::vector<Pair> parse_pairs(const std::string& text, int qubits, const std::string& source);
// kInput where gates on these pairs cannot join all qubits, naming one that is cut off.
void check_connected(std::span<const Pair> pairs, int qubits, const std::string& source);

}  // namespace sengen::circuits
