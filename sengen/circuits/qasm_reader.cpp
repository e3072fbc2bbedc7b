// SPDX-License-Identifier: Apache-2.0
#include <sengen/circuits/qasm_reader.hpp>

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include <sengen/circuits/qasm_gates.hpp>
#include <sengen/circuits/qasm_parser.hpp>
#include <sengen/core/nearest_name.hpp>

namespace sengen::circuits {

namespace {

constexpr double kLargestAngle = 1e9;  // beyond, rounding eats the angle

}  // namespace

ElementaryCircuit QasmParser::read() {
  while (tokens_.peek().kind != TokenKind::kEnd) read_statement();
  if (circuit_.qubits == 0) tokens_.fail("the file declares no qubits");
  return std::move(circuit_);
}

void QasmParser::read_statement() {
  const Token token = tokens_.peek();
  if (tokens_.take(";")) return;
  if (token.kind != TokenKind::kName) {
    tokens_.fail(fmt::format("a statement was expected, found '{}'", token.text.substr(0, 40)));
  }
  static const std::set<std::string_view> unknown{
      "if",   "reset", "opaque", "for", "while", "def",   "ctrl",  "negctrl",
      "inv",  "pow",   "const",  "int", "float", "angle", "input", "output",
      "else", "let",   "delay",  "box", "cal",   "extern"};
  if (unknown.contains(token.text)) {
    tokens_.fail(fmt::format("'{}' is not supported", token.text),
                 "circuits of gates alone are read, measured at the end at most");
  }
  if (token.text == "OPENQASM") return read_version();
  if (token.text == "include") return read_include();
  if (tokens_.take("qreg")) return read_qubits(false);
  if (tokens_.take("qubit")) return read_qubits(true);
  if (tokens_.take("creg")) return read_bits(false);
  if (tokens_.take("bit")) return read_bits(true);
  if (tokens_.take("gate")) return read_definition();
  if (tokens_.take("barrier")) return tokens_.skip_past(";");
  if (tokens_.take("measure")) {
    measure();
    if (tokens_.take("->")) return tokens_.skip_past(";");
    return tokens_.expect(";");
  }
  if (bits_.contains(token.text)) return read_measurement_into_bits();
  if (token.text == "gphase") {
    tokens_.next();
    const auto angle = read_parameters({}, true);
    if (angle.size() != 1) tokens_.fail("gphase takes one angle");
    circuit_.phase += angle[0];
    return tokens_.expect(";");
  }
  read_call();
}

void QasmParser::read_version() {
  tokens_.next();
  const Token version = tokens_.next();
  if (version.kind != TokenKind::kNumber || (version.text[0] != '2' && version.text[0] != '3')) {
    tokens_.fail_at(version.line,
                    fmt::format("OpenQASM {} is not known", version.text.substr(0, 20)),
                    "versions 2 and 3 are read");
  }
  tokens_.expect(";");
}

void QasmParser::read_include() {
  tokens_.next();
  const Token file = tokens_.next();
  if (file.kind != TokenKind::kText || (file.text != "qelib1.inc" && file.text != "stdgates.inc")) {
    tokens_.fail_at(file.line, fmt::format("cannot include '{}'", file.text.substr(0, 80)),
                    "only qelib1.inc and stdgates.inc, whose gates are built in");
  }
  tokens_.expect(";");
}

void QasmParser::declare(std::string_view name, int line) {
  if (registers_.contains(name) || bits_.contains(name) || bits_.size() > 10000) {
    tokens_.fail_at(line, fmt::format("'{}' is declared twice", name));
  }
}

int QasmParser::read_size() {
  tokens_.expect("[");
  const int size = tokens_.expect_integer("the size of a register", 1'000'000);
  tokens_.expect("]");
  return size;
}

void QasmParser::read_qubits(bool size_first) {
  int size = 1;
  if (size_first && tokens_.peek().text == "[") size = read_size();
  const int line = tokens_.peek().line;
  const auto name = tokens_.expect_name("the name of a register");
  declare(name, line);
  if (!size_first) size = read_size();
  if (size < 1 || size > limits_.qubits - circuit_.qubits) {
    tokens_.fail_at(line, fmt::format("register '{}' of {} qubits: a circuit has 1 to {}", name,
                                      size, limits_.qubits));
  }
  registers_.emplace(name, QasmRegister{circuit_.qubits, size});
  circuit_.qubits += size;
  measured_.resize(static_cast<std::size_t>(circuit_.qubits), 0);
  tokens_.expect(";");
}

void QasmParser::read_bits(bool size_first) {
  if (size_first && tokens_.peek().text == "[") read_size();
  const int line = tokens_.peek().line;
  const auto name = tokens_.expect_name("the name of a register");
  declare(name, line);
  bits_.emplace(name);
  if (!size_first) read_size();
  if (tokens_.take("=")) {
    tokens_.expect("measure");
    measure();
  }
  tokens_.expect(";");
}

void QasmParser::read_measurement_into_bits() {
  tokens_.next();
  if (tokens_.peek().text == "[") read_size();
  tokens_.expect("=");
  tokens_.expect("measure");
  measure();
  tokens_.expect(";");
}

void QasmParser::measure() {
  const QasmOperand operand = read_operand();
  std::fill_n(measured_.begin() + operand.first, std::max(operand.count, 1), 1);
}

QasmOperand QasmParser::read_operand() {
  const Token token = tokens_.peek();
  const auto name = tokens_.expect_name("a qubit");
  const auto found = registers_.find(name);
  if (found == registers_.end()) {
    std::vector<std::string> names;
    for (const auto& entry : registers_) names.push_back(entry.first);
    tokens_.fail_at(token.line, fmt::format("unknown register '{}'", name),
                    suggestion(name, names));
  }
  const auto [first, size] = found->second;
  if (!tokens_.take("[")) return {first, size};
  const int index = tokens_.expect_integer("the index of a qubit", size - 1);
  tokens_.expect("]");
  return {first + index, -1};
}

std::vector<QasmOperand> QasmParser::read_operands() {
  std::vector<QasmOperand> operands;
  do {
    if (std::ssize(operands) >= kMostQasmArguments) tokens_.fail("too many operands");
    operands.push_back(read_operand());
  } while (tokens_.take(","));
  return operands;
}

std::vector<double> QasmParser::read_parameters(const Parameters& known, bool check) {
  std::vector<double> values;
  if (!tokens_.take("(") || tokens_.take(")")) return values;
  do {
    if (std::ssize(values) >= kMostQasmArguments) tokens_.fail("too many parameters");
    const int line = tokens_.peek().line;
    values.push_back(read_expression(tokens_, known));
    if (check && !(std::abs(values.back()) <= kLargestAngle)) {
      tokens_.fail_at(line, fmt::format("the angle {} is not finite or too large", values.back()));
    }
  } while (tokens_.take(","));
  tokens_.expect(")");
  return values;
}

void QasmParser::read_call() {
  const Token gate = tokens_.next();
  const auto parameters = read_parameters({}, true);
  if (tokens_.peek().text == "@") tokens_.fail("modifiers of gates are not supported");
  const bool unknown = !definitions_.contains(gate.text) && find_gate(gate.text) == nullptr;
  if (unknown) check_call(gate, 0, 0);  // says so before it looks at the operands
  const auto operands = read_operands();
  tokens_.expect(";");
  check_call(gate, parameters.size(), operands.size());
  broadcast(gate, parameters, operands);
}

void QasmParser::broadcast(const Token& gate, const std::vector<double>& parameters,
                           const std::vector<QasmOperand>& operands) {
  int times = -1;
  for (const auto& operand : operands) {
    if (operand.count < 0) continue;
    if (times >= 0 && times != operand.count) {
      tokens_.fail_at(gate.line, "registers of different sizes in one gate");
    }
    times = operand.count;
  }
  std::vector<int> qubits(operands.size());
  for (int i = 0; i < std::max(times, 1); ++i) {
    for (std::size_t k = 0; k < operands.size(); ++k) {
      qubits[k] = operands[k].first + (operands[k].count < 0 ? 0 : i);
      if (std::find(qubits.begin(), qubits.begin() + static_cast<std::ptrdiff_t>(k), qubits[k]) !=
          qubits.begin() + static_cast<std::ptrdiff_t>(k)) {
        tokens_.fail_at(gate.line, fmt::format("'{}' acts twice on one qubit", gate.text));
      }
      if (measured_[static_cast<std::size_t>(qubits[k])] != 0) {
        tokens_.fail_at(gate.line,
                        fmt::format("'{}' acts on a qubit after its measurement", gate.text),
                        "measurements are read at the end alone");
      }
    }
    const auto here = tokens_.mark();
    call(gate, parameters, qubits, circuit_);
    tokens_.go_to(here);
  }
}

ElementaryCircuit read_qasm(std::string_view text, std::string_view name,
                            const QasmLimits& limits) {
  return QasmParser(text, name, limits).read();
}

}  // namespace sengen::circuits
