// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include <sengen/circuits/qasm_gates.hpp>
#include <sengen/circuits/qasm_parser.hpp>
#include <sengen/core/error.hpp>
#include <sengen/core/nearest_name.hpp>

namespace sengen::circuits {

namespace {

constexpr int kDeepest = 64;  // definitions that call each other

}  // namespace

void QasmParser::check_call(const Token& gate, std::size_t parameters, std::size_t qubits) const {
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

void QasmParser::count(const ElementaryCircuit& out) const {
  if (out.operations.size() > limits_.operations || calls_ > 4 * limits_.operations) {
    tokens_.fail(fmt::format("more than {} operations", limits_.operations));
  }
}

void QasmParser::call(const Token& gate, const std::vector<double>& parameters,
                      const std::vector<int>& qubits, ElementaryCircuit& out) {
  ++calls_;
  count(out);
  const auto found = definitions_.find(gate.text);
  if (found != definitions_.end()) return expand(found->second, parameters, qubits, out);
  append_named(out, *find_gate(gate.text), parameters, qubits);
}

void QasmParser::expand(const QasmDefinition& definition, const std::vector<double>& parameters,
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

void QasmParser::read_names(std::vector<std::string>& names, const char* what) {
  do {
    const auto name = tokens_.expect_name(what);
    if (std::find(names.begin(), names.end(), name) != names.end() ||
        std::ssize(names) >= kMostQasmArguments) {
      tokens_.fail(fmt::format("'{}' is named twice, or there are too many", name));
    }
    names.emplace_back(name);
  } while (tokens_.take(","));
}

void QasmParser::read_definition() {
  const Token name = tokens_.peek();
  tokens_.expect_name("the name of a gate");
  QasmDefinition definition;
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
void QasmParser::read_body(const QasmDefinition& definition, const Parameters& parameters,
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
bool QasmParser::is_library_gate(const Token& name, const QasmDefinition& definition) {
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

}  // namespace sengen::circuits
