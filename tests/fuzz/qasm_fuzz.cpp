// SPDX-License-Identifier: Apache-2.0
// Any bytes as an OpenQASM file: either bad input, or a circuit whose state has norm 1, which stays
// the same state in every basis, and which is read back from what we write.
#include <cmath>
#include <complex>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

#include <sengen/circuits/elementary.hpp>
#include <sengen/circuits/qasm_reader.hpp>
#include <sengen/circuits/qasm_writer.hpp>
#include <sengen/circuits/simplify.hpp>
#include <sengen/core/error.hpp>

namespace circuits = sengen::circuits;

namespace {

void must(bool holds) {
  if (!holds) std::abort();
}

void must_agree(const std::vector<circuits::Complex>& a, const circuits::ElementaryCircuit& b) {
  circuits::Complex overlap = 0;
  const auto state = circuits::state_of(b);
  for (std::size_t i = 0; i < a.size(); ++i) overlap += std::conj(a[i]) * state[i];
  must(std::abs(std::abs(overlap) - 1) < 1e-9);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  circuits::ElementaryCircuit circuit;
  try {
    circuit = circuits::read_qasm(text, "fuzz.qasm",
                                  {.qubits = 20, .operations = 2000, .reread_bytes = 100'000});
  } catch (const sengen::Error& error) {
    must(error.kind() == sengen::ErrorKind::kInput);
    return 0;
  }
  must(circuits::columns_of(circuit).size() == circuit.operations.size());
  if (circuit.qubits > 5 || circuit.operations.size() > 60) return 0;
  const auto state = circuits::state_of(circuit);
  must_agree(state, circuit);
  if (circuit.qubits > 1) {
    circuits::Complex overlap = 0;
    const auto dense = circuits::state_of(circuits::to_circuit(circuit));
    for (std::size_t i = 0; i < state.size(); ++i) overlap += std::conj(state[i]) * dense[i];
    must(std::abs(overlap - 1.0) < 1e-9);
  }
  for (const auto basis : {circuits::Basis::kCx, circuits::Basis::kEcr}) {
    const auto simple = circuits::simplify(circuit, basis);
    must_agree(state, simple);
    for (const auto version : {circuits::QasmVersion::k2, circuits::QasmVersion::k3}) {
      const auto written = circuits::write_qasm(simple, version);
      const auto back = circuits::read_qasm(written, "written.qasm");
      must(back.operations.size() == simple.operations.size());
      must_agree(state, back);
    }
  }
  return 0;
}
