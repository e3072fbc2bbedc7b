// SPDX-License-Identifier: Apache-2.0
// A state vector of one's own, a circuit for it, and the circuit as OpenQASM:
//   encode_state CIRCUIT.qasm
// prints |F|^2, two-qubit gates and CX, and writes the file. Here the state is a wave packet on 64
// places: psi(x) ~ exp(-(x - 24)^2 / 128 + i x / 3).
#include <cmath>
#include <complex>
#include <fstream>
#include <iostream>
#include <vector>

#include <sengen/circuits/coupling.hpp>
#include <sengen/circuits/encoder.hpp>
#include <sengen/circuits/qasm_writer.hpp>
#include <sengen/circuits/synthesis.hpp>
#include <sengen/core/error.hpp>

namespace {

namespace circuits = sengen::circuits;

std::vector<circuits::Complex> wave_packet() {
  std::vector<circuits::Complex> psi(64);
  double square = 0;
  for (std::size_t i = 0; i < psi.size(); ++i) {
    const auto x = static_cast<double>(i);
    psi[i] = std::polar(std::exp(-(x - 24) * (x - 24) / 128), x / 3);
    square += std::norm(psi[i]);
  }
  for (circuits::Complex& amplitude : psi) amplitude /= std::sqrt(square);
  return psi;
}

void encode(const char* path) {
  circuits::Targets targets;
  targets.states.emplace_back(wave_packet(), /*is_real=*/false);

  circuits::EncodeOptions options;
  options.growth.sweep.pairs = circuits::line_pairs(targets.qubits());  // neighbours on a line
  options.growth.sweep.kind = circuits::GateKind::kComplex;
  options.growth.max_gates = 12;
  options.growth.first = 6;
  options.growth.more = 2;
  options.growth.overlap_target = std::sqrt(0.999);  // the fewest gates that reach |F|^2 = 0.999
  options.starts = 4;
  options.moves = 20;

  circuits::EncodeStore store;  // keeps nothing; derive from it to survive kills
  const auto self = sengen::parallel::Communicator::self();
  const auto found = circuits::encode(targets, options, self, store, {}, {});
  const auto compiled =
      circuits::synthesise(found.circuit, {.coupling = options.growth.sweep.pairs});
  std::cout << "|F|^2 " << found.overlap * found.overlap << ", " << found.circuit.gates.size()
            << " two-qubit gates, " << circuits::size_of(compiled).two_qubit_gates << " CX\n";
  std::ofstream(path) << circuits::write_qasm(compiled, circuits::QasmVersion::k2, "wave packet");
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "encode_state CIRCUIT.qasm\n";
    return 2;
  }
  try {
    encode(argv[1]);
  } catch (const sengen::Error& error) {
    std::cerr << error.what() << '\n';
    return static_cast<int>(error.kind());
  }
  return 0;
}
