// SPDX-License-Identifier: Apache-2.0
#include <sengen/circuits/qasm_gates.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include <sengen/circuits/euler.hpp>
#include <sengen/circuits/kak.hpp>
#include <sengen/circuits/local.hpp>
#include <sengen/core/error.hpp>

namespace sengen::circuits {

namespace {

using std::numbers::pi;
constexpr Complex kI(0, 1);

constexpr std::array kGates{
    NamedGate{"x", 0, 1},    NamedGate{"y", 0, 1},     NamedGate{"z", 0, 1},
    NamedGate{"h", 0, 1},    NamedGate{"s", 0, 1},     NamedGate{"sdg", 0, 1},
    NamedGate{"t", 0, 1},    NamedGate{"tdg", 0, 1},   NamedGate{"sx", 0, 1},
    NamedGate{"sxdg", 0, 1}, NamedGate{"id", 0, 1},    NamedGate{"u0", 1, 1},
    NamedGate{"rx", 1, 1},   NamedGate{"ry", 1, 1},    NamedGate{"rz", 1, 1},
    NamedGate{"p", 1, 1},    NamedGate{"phase", 1, 1}, NamedGate{"u1", 1, 1},
    NamedGate{"u2", 2, 1},   NamedGate{"u3", 3, 1},    NamedGate{"u", 3, 1},
    NamedGate{"U", 3, 1},    NamedGate{"cx", 0, 2},    NamedGate{"CX", 0, 2},
    NamedGate{"cz", 0, 2},   NamedGate{"cy", 0, 2},    NamedGate{"ch", 0, 2},
    NamedGate{"csx", 0, 2},  NamedGate{"swap", 0, 2},  NamedGate{"iswap", 0, 2},
    NamedGate{"dcx", 0, 2},  NamedGate{"ecr", 0, 2},   NamedGate{"crx", 1, 2},
    NamedGate{"cry", 1, 2},  NamedGate{"crz", 1, 2},   NamedGate{"cp", 1, 2},
    NamedGate{"cu1", 1, 2},  NamedGate{"cu3", 3, 2},   NamedGate{"cphase", 1, 2},
    NamedGate{"cu", 4, 2},   NamedGate{"rxx", 1, 2},   NamedGate{"ryy", 1, 2},
    NamedGate{"rzz", 1, 2},  NamedGate{"rzx", 1, 2}};

constexpr std::array<std::string_view, 14> kLarge{"ccx",     "cswap",   "rccx",    "rc3x", "c3x",
                                                  "c4x",     "c3sqrtx", "ccz",     "mcx",  "c3sx",
                                                  "mcphase", "toffoli", "fredkin", "ccp"};

Matrix2 phase_gate(double angle) {
  return (Matrix2() << 1, 0, 0, std::polar(1.0, angle)).finished();
}

Matrix2 u3(double theta, double phi, double lambda) {
  return std::polar(1.0, (phi + lambda) / 2) * rotation_z(phi) * rotation_y(theta) *
         rotation_z(lambda);
}

Matrix2 hadamard() { return (pauli_x() + pauli_z()) / std::numbers::sqrt2; }

// First qubit, bit 0, controls.
Matrix4 controlled(const Matrix2& matrix) {
  Matrix4 gate = Matrix4::Identity();
  for (int row = 0; row < 2; ++row) {
    for (int column = 0; column < 2; ++column) {
      gate(2 * row + 1, 2 * column + 1) = matrix(row, column);
    }
  }
  return gate;
}

Matrix2 one_qubit_gate(std::string_view name, std::span<const double> p) {
  if (name == "y") return pauli_y();
  if (name == "z") return pauli_z();
  if (name == "h") return hadamard();
  if (name == "s") return phase_gate(pi / 2);
  if (name == "sdg") return phase_gate(-pi / 2);
  if (name == "t") return phase_gate(pi / 4);
  if (name == "tdg") return phase_gate(-pi / 4);
  if (name == "sxdg") return std::polar(1.0, -pi / 4) * rotation_x(-pi / 2);
  if (name == "p" || name == "phase" || name == "u1") return phase_gate(p[0]);
  if (name == "u2") return u3(pi / 2, p[0], p[1]);
  if (name == "u3" || name == "u" || name == "U") return u3(p[0], p[1], p[2]);
  throw Error(ErrorKind::kInternal, "no matrix for " + std::string(name));
}

Matrix4 two_qubit_gate(std::string_view name, std::span<const double> p) {
  if (name == "cy") return controlled(pauli_y());
  if (name == "ch") return controlled(hadamard());
  if (name == "csx") return controlled(std::polar(1.0, pi / 4) * rotation_x(pi / 2));
  if (name == "swap") return swap_matrix();
  if (name == "iswap") return core_matrix({pi / 4, pi / 4, 0});
  if (name == "dcx") return cx_high_to_low() * cx_low_to_high();
  if (name == "crx") return controlled(rotation_x(p[0]));
  if (name == "cry") return controlled(rotation_y(p[0]));
  if (name == "crz") return controlled(rotation_z(p[0]));
  if (name == "cp" || name == "cu1" || name == "cphase") return controlled(phase_gate(p[0]));
  if (name == "cu3") return controlled(u3(p[0], p[1], p[2]));
  if (name == "cu") return controlled(std::polar(1.0, p[3]) * u3(p[0], p[1], p[2]));
  if (name == "ryy") return core_matrix({0, -p[0] / 2, 0});
  if (name == "rzz") return core_matrix({0, 0, -p[0] / 2});
  if (name == "rzx") {
    return std::cos(p[0] / 2) * Matrix4::Identity() -
           kI * std::sin(p[0] / 2) * product(pauli_z(), pauli_x());
  }
  throw Error(ErrorKind::kInternal, "no matrix for " + std::string(name));
}

}  // namespace

const NamedGate* find_gate(std::string_view name) {
  const auto found = std::find_if(kGates.begin(), kGates.end(),
                                  [name](const NamedGate& gate) { return gate.name == name; });
  return found == kGates.end() ? nullptr : &*found;
}

std::vector<std::string> gate_names() {
  std::vector<std::string> names;
  for (const auto& gate : kGates) names.emplace_back(gate.name);
  return names;
}

bool is_large_gate(std::string_view name) {
  return std::find(kLarge.begin(), kLarge.end(), name) != kLarge.end();
}

void append_named(ElementaryCircuit& out, const NamedGate& gate, std::span<const double> p,
                  std::span<const int> qubits) {
  const std::string_view name = gate.name;
  if (name == "id" || name == "u0") return;
  if (gate.qubits == 2) {
    const int first = qubits[0];
    const int second = qubits[1];
    if (name == "cx" || name == "CX") return out.add(Op::kCx, first, second);
    if (name == "cz") return out.add(Op::kCz, first, second);
    if (name == "ecr") return out.add(Op::kEcr, first, second);
    if (name == "rxx") return out.add_rxx(first, second, p[0]);
    return out.add_matrix(first, second, two_qubit_gate(name, p));
  }
  if (name == "x") return out.add(Op::kX, qubits[0]);
  if (name == "sx") return out.add(Op::kSx, qubits[0]);
  if (name == "rx") return out.add(Op::kRx, qubits[0], p[0]);
  if (name == "ry") return out.add(Op::kRy, qubits[0], p[0]);
  if (name == "rz") return out.add(Op::kRz, qubits[0], p[0]);
  out.add_matrix(qubits[0], one_qubit_gate(name, p));
}

}  // namespace sengen::circuits
