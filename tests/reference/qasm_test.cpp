// SPDX-License-Identifier: Apache-2.0
// ctest: timeout=600
// OpenQASM files of every basis, loaded by qiskit, Cirq and PennyLane where $SENGEN_QASM_PYTHON (or
// python3) has them: tests/reference/qasm_readers.py compares their states with ours.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <sengen/circuits/elementary.hpp>
#include <sengen/circuits/qasm_writer.hpp>
#include <sengen/circuits/synthesis.hpp>

#include "../unit/circuits/random_gates.hpp"

namespace sengen::circuits {
namespace {

namespace fs = std::filesystem;

void write(const fs::path& folder, const std::string& name, const ElementaryCircuit& circuit) {
  std::ofstream(folder / (name + ".2.qasm")) << write_qasm(circuit, QasmVersion::k2, name);
  std::ofstream(folder / (name + ".3.qasm")) << write_qasm(circuit, QasmVersion::k3, name);
  std::ofstream amplitudes(folder / (name + ".txt"));
  for (const auto& a : state_of(circuit)) {
    amplitudes << fmt::format("{:.17g} {:.17g}\n", a.real(), a.imag());
  }
}

TEST(Qasm, OtherProgramsReadOurFilesAsOurStates) {
  const fs::path folder = fs::temp_directory_path() / fmt::format("sengen-qasm-{}", getpid());
  fs::create_directories(folder);
  RandomGates random(41);
  for (const auto& basis : basis_names()) {
    SynthesisOptions options;
    options.basis = basis_from(basis);
    for (const bool real : {true, false}) {
      const auto make = [&] { return real ? random.orthogonal() : random.unitary<4>(); };
      const std::string name = basis + (real ? "_real" : "_complex");
      write(folder, name, synthesise(random.circuit(5, 12, make), options));
    }
  }
  ElementaryCircuit general{2, 0, {}, {}};
  general.add_matrix(0, random.unitary<2>());
  general.add(Op::kCx, 0, 1);
  general.add_matrix(1, random.unitary<2>());
  write(folder, "u3", general);
  const char* python = std::getenv("SENGEN_QASM_PYTHON");
  const fs::path script = fs::path(__FILE__).parent_path() / "qasm_readers.py";
  const std::string command = fmt::format("'{}' '{}' '{}'", python != nullptr ? python : "python3",
                                          script.string(), folder.string());
  const int status = std::system(command.c_str());  // NOLINT(cert-env33-c): a test's own script
  fs::remove_all(folder);
  ASSERT_TRUE(WIFEXITED(status));
  if (WEXITSTATUS(status) == 77) GTEST_SKIP() << "neither qiskit nor Cirq nor PennyLane is there";
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

}  // namespace
}  // namespace sengen::circuits
