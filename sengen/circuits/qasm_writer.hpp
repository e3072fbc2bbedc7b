// SPDX-License-Identifier: Apache-2.0
// Circuits as OpenQASM 2.0 and 3.0 text, for qiskit, Cirq, PennyLane and everything else that reads
// these. One register q; q[k] is bit k of an amplitude's index, as in qiskit (in Cirq's and
// PennyLane's state vectors q[0] is the most significant bit). Angles carry 17 digits, so that a
// reader has ours to the last bit. Gates that qelib1.inc (sx, ecr, rxx) or stdgates.inc (ecr, rxx)
// lack are defined in the file. Readers drop a global phase: it stands in the comment on top alone.
// PennyLane reads version 3 without the include line and without defined gates, and through its
// plugin for qiskit version 2, where it mistakes a defined ecr: give it the bases cx or cz.
// Sources: arXiv 1707.03429; arXiv 2104.14722.
#pragma once

#include <string>
#include <string_view>

#include <sengen/circuits/elementary.hpp>

namespace sengen::circuits {

enum class QasmVersion { k2, k3 };

// about: a line or several for the comment on top. One-qubit matrices are written as u3;
// kUsage for two-qubit matrices, which have no name: simplify the circuit first.
std::string write_qasm(const ElementaryCircuit& circuit, QasmVersion version,
                       std::string_view about = {});

}  // namespace sengen::circuits
