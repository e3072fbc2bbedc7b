// SPDX-License-Identifier: Apache-2.0
// OpenQASM 2.0, and what of 3.0 looks the same, from text in memory: registers of qubits (in the
// order of their declaration, q[0] of the first is bit 0 of an amplitude's index), the gates of
// qasm_gates.hpp, `gate` definitions made of these, constant expressions, whole registers as
// operands, barriers, and measurements at the end (passed over). Not read: gates of three and more
// qubits that the file does not define, reset, if and all of 3.0's classical language, modifiers.
#pragma once

#include <cstddef>
#include <string_view>

#include <sengen/circuits/elementary.hpp>

namespace sengen::circuits {

// What a file may ask for.
struct QasmLimits {
  int qubits = 63;
  std::size_t operations = 4'000'000;
  std::size_t reread_bytes = std::size_t{256} << 20;  // definitions are read again at every call
};

// kInput with "NAME:LINE: " for what is not such a file. Global phases of the gates count.
ElementaryCircuit read_qasm(std::string_view text, std::string_view name,
                            const QasmLimits& limits = {});

}  // namespace sengen::circuits
