// SPDX-License-Identifier: Apache-2.0
// Circuits as OpenQASM 2.0 and 3.0 text, for qiskit, Cirq, PennyLane and everything else that reads
// these. One register q; q[k] is bit k of an amplitude's index, as in qiskit (Cirq's and
// PennyLane's state vectors begin with q[0] as the most significant bit). Angles carry 17 digits,
// so that a reader has ours to the last bit. Gates that qelib1.inc (sx, ecr, rxx) or stdgates.inc
// (ecr, rxx) lack are defined in the file. The languages have no place for a global phase in
// version 2: it is in the comment on top, and version 3 has no use for it either in readers, so
// that states agree up to this phase. Sources: arXiv 1707.03429; arXiv 2104.14722.
#pragma once

#include <string>
#include <string_view>

#include <sengen/circuits/elementary.hpp>

namespace sengen::circuits {

enum class QasmVersion { k2, k3 };

// about: a line or several for the comment on top. One-qubit matrices are written as u3 (U in
// version 3); kUsage for two-qubit matrices, which have no name: simplify the circuit first.
std::string write_qasm(const ElementaryCircuit& circuit, QasmVersion version,
                       std::string_view about = {});

}  // namespace sengen::circuits
