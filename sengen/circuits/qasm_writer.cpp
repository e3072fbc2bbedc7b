// SPDX-License-Identifier: Apache-2.0
#include <sengen/circuits/qasm_writer.hpp>

#include <algorithm>
#include <cmath>
#include <iterator>

#include <fmt/format.h>

#include <sengen/circuits/euler.hpp>
#include <sengen/core/error.hpp>

namespace sengen::circuits {

namespace {

bool uses(const ElementaryCircuit& circuit, Op op) {
  return std::any_of(circuit.operations.begin(), circuit.operations.end(),
                     [op](const Operation& operation) { return operation.op == op; });
}

// 17 digits with a point or an exponent: some readers take "1" for an integer.
std::string number(double value) {
  std::string text = fmt::format("{:.17g}", value);
  if (text.find_first_of(".en") == std::string::npos) text += ".0";
  return text;
}

std::string comments(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    out += fmt::format("// {}\n", text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

void write_matrix(std::string& out, const ElementaryCircuit& circuit, const Operation& operation) {
  // u3(turn, after, before) = e^{i (after + before) / 2} Rz Ry Rz.
  const Euler e = euler(one_qubit_matrix(circuit, operation));
  fmt::format_to(std::back_inserter(out), "u3({},{},{}) q[{}];\n", number(e.turn), number(e.after),
                 number(e.before), operation.first);
}

void write_operation(std::string& out, const ElementaryCircuit& circuit,
                     const Operation& operation) {
  if (operation.op == Op::kTwoQubit) {
    throw Error(ErrorKind::kUsage, "OpenQASM has no name for a two-qubit matrix",
                "translate the circuit into a basis first");
  }
  if (operation.op == Op::kOneQubit) {
    write_matrix(out, circuit, operation);
    return;
  }
  out += name_of(operation.op);
  if (has_angle(operation.op)) {
    out += '(';
    out += number(operation.angle);
    out += ')';
  }
  fmt::format_to(std::back_inserter(out), " q[{}]", operation.first);
  if (is_two_qubit(operation.op)) {
    fmt::format_to(std::back_inserter(out), ",q[{}]", operation.second);
  }
  out += ";\n";
}

}  // namespace

std::string write_qasm(const ElementaryCircuit& circuit, QasmVersion version,
                       std::string_view about) {
  const bool two = version == QasmVersion::k2;
  std::string out = comments(about);
  double phase = circuit.phase;
  for (const auto& operation : circuit.operations) {
    if (operation.op != Op::kOneQubit) continue;
    const Euler e = euler(one_qubit_matrix(circuit, operation));
    phase += e.phase - (e.after + e.before) / 2;  // u3's own phase
  }
  out += "// q[k] is bit k of an amplitude's index, q[0] the least significant.\n";
  out += fmt::format("// The state is e^(i phase) times this circuit's, phase = {:.17g}\n",
                     wrapped_angle(phase));
  out += two ? "OPENQASM 2.0;\ninclude \"qelib1.inc\";\n"
             : "OPENQASM 3.0;\ninclude \"stdgates.inc\";\n";
  if (two && uses(circuit, Op::kSx)) out += "gate sx a { sdg a; h a; sdg a; }\n";
  if (uses(circuit, Op::kEcr)) {
    out += "gate ecr a,b { rz(pi/2) a; rx(pi/2) b; cx a,b; x a; }\n";
  }
  if (uses(circuit, Op::kRxx)) {
    out += "gate rxx(theta) a,b { h a; h b; cx a,b; rz(theta) b; cx a,b; h a; h b; }\n";
  }
  out += fmt::format(fmt::runtime(two ? "qreg q[{}];\n" : "qubit[{}] q;\n"), circuit.qubits);
  for (const auto& operation : circuit.operations) {
    write_operation(out, circuit, operation);
  }
  return out;
}

}  // namespace sengen::circuits
