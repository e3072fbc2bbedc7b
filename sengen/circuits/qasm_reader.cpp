// SPDX-License-Identifier: Apache-2.0
#include <sengen/circuits/qasm_reader.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include <sengen/circuits/qasm_gates.hpp>
#include <sengen/circuits/qasm_tokens.hpp>
#include <sengen/core/error.hpp>
#include <sengen/core/nearest_name.hpp>

namespace sengen::circuits {

namespace {

constexpr int kDeepest = 64;           // definitions that call each other
constexpr double kLargestAngle = 1e9;  // beyond, rounding eats the angle
constexpr int kMostArguments = 64;     // of a definition

struct Register {
  int first = 0;
  int size = 0;
};

struct Definition {
  std::vector<std::string> parameters;
  std::vector<std::string> qubits;
  Tokens::Mark body;
};

// An operand of a gate: one qubit, or all of a register.
struct Operand {
  int first = 0;
  int count = -1;  // -1: one qubit
};

class Reader {
 public:
  Reader(std::string_view text, std::string_view name, const QasmLimits& limits)
      : limits_(limits), tokens_(text, name, limits.reread_bytes) {}

  ElementaryCircuit read() {
    while (tokens_.peek().kind != TokenKind::kEnd) read_statement();
    if (circuit_.qubits == 0) tokens_.fail("the file declares no qubits");
    return std::move(circuit_);
  }

 private:
  void read_statement();
  void read_version();
  void read_include();
  void read_qubits(bool size_first);
  void read_bits(bool size_first);
  void read_definition();
  void read_measurement_into_bits();
  void read_call();
  void measure();
  void declare(std::string_view name, int line);
  int read_size();
  Operand read_operand();
  std::vector<Operand> read_operands();
  std::vector<double> read_parameters(const Parameters& known, bool check);
  void broadcast(const Token& gate, const std::vector<double>& parameters,
                 const std::vector<Operand>& operands);

  void read_names(std::vector<std::string>& names, const char* what);
  void read_body(const Definition& definition, const Parameters& parameters,
                 const std::map<std::string, int, std::less<>>& wires, ElementaryCircuit* out);
  void check_call(const Token& gate, std::size_t parameters, std::size_t qubits) const;
  void call(const Token& gate, const std::vector<double>& parameters,
            const std::vector<int>& qubits, ElementaryCircuit& out);
  void expand(const Definition& definition, const std::vector<double>& parameters,
              const std::vector<int>& qubits, ElementaryCircuit& out);
  bool is_library_gate(const Token& name, const Definition& definition);
  void count(const ElementaryCircuit& out) const;

  QasmLimits limits_;
  Tokens tokens_;
  ElementaryCircuit circuit_;
  std::map<std::string, Register, std::less<>> registers_;
  std::map<std::string, Definition, std::less<>> definitions_;
  std::set<std::string, std::less<>> bits_;
  std::vector<char> measured_;
  std::size_t calls_ = 0;
  int depth_ = 0;
};

void Reader::read_statement() {
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

void Reader::read_version() {
  tokens_.next();
  const Token version = tokens_.next();
  if (version.kind != TokenKind::kNumber || (version.text[0] != '2' && version.text[0] != '3')) {
    tokens_.fail_at(version.line,
                    fmt::format("OpenQASM {} is not known", version.text.substr(0, 20)),
                    "versions 2 and 3 are read");
  }
  tokens_.expect(";");
}

void Reader::read_include() {
  tokens_.next();
  const Token file = tokens_.next();
  if (file.kind != TokenKind::kText || (file.text != "qelib1.inc" && file.text != "stdgates.inc")) {
    tokens_.fail_at(file.line, fmt::format("cannot include '{}'", file.text.substr(0, 80)),
                    "only qelib1.inc and stdgates.inc, whose gates are built in");
  }
  tokens_.expect(";");
}

void Reader::declare(std::string_view name, int line) {
  if (registers_.contains(name) || bits_.contains(name) || bits_.size() > 10000) {
    tokens_.fail_at(line, fmt::format("'{}' is declared twice", name));
  }
}

int Reader::read_size() {
  tokens_.expect("[");
  const int size = tokens_.expect_integer("the size of a register", 1'000'000);
  tokens_.expect("]");
  return size;
}

void Reader::read_qubits(bool size_first) {
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
  registers_.emplace(name, Register{circuit_.qubits, size});
  circuit_.qubits += size;
  measured_.resize(static_cast<std::size_t>(circuit_.qubits), 0);
  tokens_.expect(";");
}

void Reader::read_bits(bool size_first) {
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

void Reader::read_measurement_into_bits() {
  tokens_.next();
  if (tokens_.peek().text == "[") read_size();
  tokens_.expect("=");
  tokens_.expect("measure");
  measure();
  tokens_.expect(";");
}

void Reader::measure() {
  const Operand operand = read_operand();
  std::fill_n(measured_.begin() + operand.first, std::max(operand.count, 1), 1);
}

Operand Reader::read_operand() {
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

std::vector<Operand> Reader::read_operands() {
  std::vector<Operand> operands;
  do {
    if (std::ssize(operands) >= kMostArguments) tokens_.fail("too many operands");
    operands.push_back(read_operand());
  } while (tokens_.take(","));
  return operands;
}

std::vector<double> Reader::read_parameters(const Parameters& known, bool check) {
  std::vector<double> values;
  if (!tokens_.take("(") || tokens_.take(")")) return values;
  do {
    if (std::ssize(values) >= kMostArguments) tokens_.fail("too many parameters");
    const int line = tokens_.peek().line;
    values.push_back(read_expression(tokens_, known));
    if (check && !(std::abs(values.back()) <= kLargestAngle)) {
      tokens_.fail_at(line, fmt::format("the angle {} is not finite or too large", values.back()));
    }
  } while (tokens_.take(","));
  tokens_.expect(")");
  return values;
}

void Reader::read_call() {
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

void Reader::broadcast(const Token& gate, const std::vector<double>& parameters,
                       const std::vector<Operand>& operands) {
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

void Reader::check_call(const Token& gate, std::size_t parameters, std::size_t qubits) const {
  std::size_t wanted_parameters = 0;
  std::size_t wanted_qubits = 0;
  if (const auto found = definitions_.find(gate.text); found != definitions_.end()) {
    wanted_parameters = found->second.parameters.size();
    wanted_qubits = found->second.qubits.size();
  } else if (const NamedGate* named = find_gate(gate.text)) {
    wanted_parameters = static_cast<std::size_t>(named->parameters);
    wanted_qubits = static_cast<std::size_t>(named->qubits);
  } else if (is_large_gate(gate.text)) {
    tokens_.fail_at(gate.line, fmt::format("gate '{}' acts on three qubits or more", gate.text),
                    "decompose it into one- and two-qubit gates first");
  } else {
    auto names = gate_names();
    for (const auto& entry : definitions_) names.push_back(entry.first);
    tokens_.fail_at(gate.line, fmt::format("unknown gate '{}'", gate.text.substr(0, 80)),
                    suggestion(gate.text.substr(0, 80), names));
  }
  if (parameters == wanted_parameters && qubits == wanted_qubits) return;
  tokens_.fail_at(gate.line,
                  fmt::format("gate '{}' has {} parameters and {} qubits, not {} and {}", gate.text,
                              wanted_parameters, wanted_qubits, parameters, qubits));
}

void Reader::count(const ElementaryCircuit& out) const {
  if (out.operations.size() > limits_.operations || calls_ > 4 * limits_.operations) {
    tokens_.fail(fmt::format("more than {} operations", limits_.operations));
  }
}

void Reader::call(const Token& gate, const std::vector<double>& parameters,
                  const std::vector<int>& qubits, ElementaryCircuit& out) {
  ++calls_;
  count(out);
  const auto found = definitions_.find(gate.text);
  if (found != definitions_.end()) return expand(found->second, parameters, qubits, out);
  append_named(out, *find_gate(gate.text), parameters, qubits);
}

void Reader::expand(const Definition& definition, const std::vector<double>& parameters,
                    const std::vector<int>& qubits, ElementaryCircuit& out) {
  if (++depth_ > kDeepest) tokens_.fail("gate definitions call each other too deeply");
  Parameters values;
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    values[definition.parameters[i]] = parameters[i];
  }
  std::map<std::string, int, std::less<>> wires;
  for (std::size_t i = 0; i < qubits.size(); ++i) wires[definition.qubits[i]] = qubits[i];
  tokens_.go_to(definition.body);
  read_body(definition, values, wires, &out);
  --depth_;
}

void Reader::read_names(std::vector<std::string>& names, const char* what) {
  do {
    const auto name = tokens_.expect_name(what);
    if (std::find(names.begin(), names.end(), name) != names.end() ||
        std::ssize(names) >= kMostArguments) {
      tokens_.fail(fmt::format("'{}' is named twice, or there are too many", name));
    }
    names.emplace_back(name);
  } while (tokens_.take(","));
}

void Reader::read_definition() {
  const Token name = tokens_.peek();
  tokens_.expect_name("the name of a gate");
  Definition definition;
  if (tokens_.take("(") && !tokens_.take(")")) {
    read_names(definition.parameters, "the name of a parameter");
    tokens_.expect(")");
  }
  read_names(definition.qubits, "the name of a qubit");
  tokens_.expect("{");
  definition.body = tokens_.mark();
  if (definitions_.contains(name.text)) {
    tokens_.fail_at(name.line, fmt::format("gate '{}' is defined twice", name.text));
  }
  // Once for its errors; the values do not matter.
  Parameters values;
  for (const auto& parameter : definition.parameters) values[parameter] = 0.5;
  std::map<std::string, int, std::less<>> wires;
  for (std::size_t i = 0; i < definition.qubits.size(); ++i) {
    wires[definition.qubits[i]] = static_cast<int>(i);
  }
  read_body(definition, values, wires, nullptr);
  const auto here = tokens_.mark();
  const bool known = is_library_gate(name, definition);
  tokens_.go_to(here);
  if (!known) definitions_.emplace(name.text, std::move(definition));
}

// A body up to and with its brace; out: nothing is appended when null.
void Reader::read_body(const Definition& definition, const Parameters& parameters,
                       const std::map<std::string, int, std::less<>>& wires,
                       ElementaryCircuit* out) {
  while (!tokens_.take("}")) {
    const Token gate = tokens_.peek();
    tokens_.expect_name("a gate");
    if (gate.text == "barrier") {
      tokens_.skip_past(";");
      continue;
    }
    const auto values = read_parameters(parameters, out != nullptr);
    if (gate.text == "gphase" && values.size() == 1) {
      if (out != nullptr) out->phase += values[0];
      tokens_.expect(";");
      continue;
    }
    std::vector<int> qubits;
    do {
      const Token qubit = tokens_.peek();
      const auto found = wires.find(tokens_.expect_name("a qubit of the gate"));
      if (found == wires.end()) {
        tokens_.fail_at(qubit.line, fmt::format("unknown qubit '{}'", qubit.text),
                        suggestion(qubit.text, definition.qubits));
      }
      if (std::find(qubits.begin(), qubits.end(), found->second) != qubits.end()) {
        tokens_.fail_at(qubit.line, fmt::format("'{}' acts twice on one qubit", gate.text));
      }
      qubits.push_back(found->second);
    } while (tokens_.take(","));
    tokens_.expect(";");
    check_call(gate, values.size(), qubits.size());
    if (out == nullptr) continue;
    const auto here = tokens_.mark();
    call(gate, values, qubits, *out);
    tokens_.go_to(here);
  }
}

// Whether a definition says what a gate of the library is anyway, up to a phase: then the library's
// is taken, which keeps its name.
bool Reader::is_library_gate(const Token& name, const Definition& definition) {
  const NamedGate* gate = find_gate(name.text);
  if (gate == nullptr || std::cmp_not_equal(gate->parameters, definition.parameters.size()) ||
      std::cmp_not_equal(gate->qubits, definition.qubits.size())) {
    return false;
  }
  const std::vector<int> qubits = gate->qubits == 1 ? std::vector<int>{0} : std::vector<int>{0, 1};
  for (const double step : {0.3, -1.1, 2.5}) {
    std::vector<double> values;
    for (int i = 0; i < gate->parameters; ++i) values.push_back(step + 0.7 * i);
    ElementaryCircuit ours{gate->qubits, 0, {}, {}};
    ElementaryCircuit theirs = ours;
    append_named(ours, *gate, values, qubits);
    try {
      expand(definition, values, qubits, theirs);
    } catch (const Error&) {
      depth_ = 0;  // a value that this sample has not; where it is used it will be said
      return false;
    }
    Complex overlap = 0;
    const std::size_t size = std::size_t{1} << gate->qubits;
    for (std::size_t column = 0; column < size; ++column) {
      std::vector<Complex> a(size);
      a[column] = 1;
      auto b = a;
      apply_circuit(ours, a);
      apply_circuit(theirs, b);
      for (std::size_t i = 0; i < size; ++i) overlap += std::conj(a[i]) * b[i];
    }
    if (!(std::abs(std::abs(overlap) - static_cast<double>(size)) < 1e-10)) return false;
  }
  return true;
}

}  // namespace

ElementaryCircuit read_qasm(std::string_view text, std::string_view name,
                            const QasmLimits& limits) {
  return Reader(text, name, limits).read();
}

}  // namespace sengen::circuits
