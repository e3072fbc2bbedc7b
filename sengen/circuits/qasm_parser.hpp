// SPDX-License-Identifier: Apache-2.0
// The parser behind qasm_reader.hpp: statements (qasm_reader.cpp) and gate definitions
// (qasm_definitions.cpp), which are kept as places in the text and read again at every call.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <sengen/circuits/elementary.hpp>
#include <sengen/circuits/qasm_expression.hpp>
#include <sengen/circuits/qasm_reader.hpp>
#include <sengen/circuits/qasm_tokens.hpp>

namespace sengen::circuits {

constexpr int kMostQasmArguments = 64;  // of a definition

struct QasmRegister {
  int first = 0;
  int size = 0;
};

struct QasmDefinition {
  std::vector<std::string> parameters;
  std::vector<std::string> qubits;
  Tokens::Mark body;
};

// An operand of a gate: one qubit, or all of a register.
struct QasmOperand {
  int first = 0;
  int count = -1;  // -1: one qubit
};

class QasmParser {
 public:
  QasmParser(std::string_view text, std::string_view name, const QasmLimits& limits)
      : limits_(limits), tokens_(text, name, limits.reread_bytes) {}

  ElementaryCircuit read();

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
  QasmOperand read_operand();
  std::vector<QasmOperand> read_operands();
  std::vector<double> read_parameters(const Parameters& known, bool check);
  void broadcast(const Token& gate, const std::vector<double>& parameters,
                 const std::vector<QasmOperand>& operands);

  void read_names(std::vector<std::string>& names, const char* what);
  void read_body(const QasmDefinition& definition, const Parameters& parameters,
                 const std::map<std::string, int, std::less<>>& wires, ElementaryCircuit* out);
  void check_call(const Token& gate, std::size_t parameters, std::size_t qubits) const;
  void call(const Token& gate, const std::vector<double>& parameters,
            const std::vector<int>& qubits, ElementaryCircuit& out);
  void expand(const QasmDefinition& definition, const std::vector<double>& parameters,
              const std::vector<int>& qubits, ElementaryCircuit& out);
  bool is_library_gate(const Token& name, const QasmDefinition& definition);
  void count(const ElementaryCircuit& out) const;

  QasmLimits limits_;
  Tokens tokens_;
  ElementaryCircuit circuit_;
  std::map<std::string, QasmRegister, std::less<>> registers_;
  std::map<std::string, QasmDefinition, std::less<>> definitions_;
  std::set<std::string, std::less<>> bits_;
  std::vector<char> measured_;
  std::size_t calls_ = 0;
  int depth_ = 0;
};

}  // namespace sengen::circuits
