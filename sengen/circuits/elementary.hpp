// SPDX-License-Identifier: Apache-2.0
// ElementaryCircuit: named one- and two-qubit gates on |0...0>, what OpenQASM files hold. Qubit q
// is bit q of an amplitude's index. The state is e^{i phase} times the operations, the first first.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include <sengen/circuits/circuit.hpp>

namespace sengen::circuits {

// Rotations are exp(-i angle P / 2). kCx: first controls second. kEcr = X(first) exp(-i pi/4
// Z(first) X(second)), as qiskit's ecr first, second. kRxx = exp(-i angle/2 XX). kOneQubit and
// kTwoQubit: any unitary, in `matrices`; of its index, first is bit 0 and second bit 1.
enum class Op { kX, kSx, kRx, kRy, kRz, kOneQubit, kCx, kCz, kEcr, kRxx, kTwoQubit };

constexpr bool is_two_qubit(Op op) { return op >= Op::kCx; }
constexpr bool has_angle(Op op) {
  return op == Op::kRx || op == Op::kRy || op == Op::kRz || op == Op::kRxx;
}
// OpenQASM's name; "u" and "unitary" for kOneQubit and kTwoQubit.
std::string_view name_of(Op op);

struct Operation {
  Op op = Op::kX;
  int first = 0;
  int second = -1;  // of a two-qubit gate
  double angle = 0;
  std::int32_t matrix = -1;  // index in ElementaryCircuit::matrices
};

struct ElementaryCircuit {
  int qubits = 0;
  double phase = 0;
  std::vector<Operation> operations;
  std::vector<Matrix4> matrices;  // a one-qubit matrix lies in the upper left 2 x 2

  void add(Op op, int first) { operations.push_back({op, first}); }
  void add(Op op, int first, double angle) { operations.push_back({op, first, -1, angle}); }
  void add(Op op, int first, int second) { operations.push_back({op, first, second}); }
  void add_rxx(int first, int second, double angle);
  void add_matrix(int qubit, const Matrix2& matrix);
  void add_matrix(int first, int second, const Matrix4& matrix);
};

// Of an operation with one qubit or two.
Matrix2 one_qubit_matrix(const ElementaryCircuit& circuit, const Operation& operation);
Matrix4 two_qubit_matrix(const ElementaryCircuit& circuit, const Operation& operation);

struct Size {
  int one_qubit_gates = 0;
  int two_qubit_gates = 0;
  int depth = 0;            // columns of all operations
  int two_qubit_depth = 0;  // columns where only two-qubit gates take time
};
Size size_of(const ElementaryCircuit& circuit);

// The column of every operation in a drawing: as soon as its qubits are free, from 0. A drawing
// also wants wires that a gate passes over free: then passing = true and a gate blocks all between.
std::vector<int> columns_of(const ElementaryCircuit& circuit, bool passing = false);
std::vector<int> columns_of(const Circuit& circuit, bool passing = false);

// Applies the circuit (and its phase) to 2^qubits amplitudes in place, over threads. kUsage for
// another length.
void apply_circuit(const ElementaryCircuit& circuit, std::span<Complex> amplitudes);
// The state that it makes of |0...0>. kResource when 2^qubits amplitudes do not fit.
std::vector<Complex> state_of(const ElementaryCircuit& circuit);

// The same of dense gates on |start>: slow and plain, for tests and small circuits.
std::vector<Complex> state_of(const Circuit& circuit);

// Dense two-qubit gates from operations: one-qubit gates go into the two-qubit gate after them on
// their qubit (the one before, for the last); what has no neighbour gets a gate of its own. The
// phase goes into the first gate. kInput for less than two qubits.
Circuit to_circuit(const ElementaryCircuit& circuit);

}  // namespace sengen::circuits
