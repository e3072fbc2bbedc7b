// SPDX-License-Identifier: Apache-2.0
#include <sengen/circuits/basis.hpp>

#include <cmath>
#include <numbers>
#include <utility>

#include <sengen/circuits/euler.hpp>
#include <sengen/core/error.hpp>
#include <sengen/core/nearest_name.hpp>

namespace sengen::circuits {

namespace {

using std::numbers::pi;

Matrix2 hadamard() { return (pauli_x() + pauli_z()) / std::numbers::sqrt2; }

// CX as the basis' gate between one-qubit matrices.
void add_cx(ElementaryCircuit& out, int control, int target, Basis basis) {
  // CX = e^{-i pi/4} Rz(-pi/2) Rx(-pi/2) exp(-i pi/4 ZX).
  const Matrix2 z = rotation_z(-pi / 2);
  const Matrix2 x = rotation_x(-pi / 2);
  switch (basis) {
    case Basis::kCx: out.add(Op::kCx, control, target); break;
    case Basis::kCz:
      out.add_matrix(target, hadamard());
      out.add(Op::kCz, control, target);
      out.add_matrix(target, hadamard());
      break;
    case Basis::kEcr:
      out.add(Op::kEcr, control, target);
      out.add_matrix(control, z * pauli_x());
      out.add_matrix(target, x);
      out.phase -= pi / 4;
      break;
    case Basis::kRxx:
      out.add_matrix(control, hadamard());
      out.add_rxx(control, target, pi / 2);
      out.add_matrix(control, z * hadamard());
      out.add_matrix(target, x);
      out.phase -= pi / 4;
      break;
  }
}

void add_rz(ElementaryCircuit& out, int qubit, double angle, double tolerance) {
  int turns = 0;
  const double rest = wrapped_angle(angle, &turns);
  out.phase += pi * (turns % 2);
  if (std::abs(rest) > tolerance) out.add(Op::kRz, qubit, rest);
}

// The named gates of a one-qubit matrix, on |0> without the first Rz.
void add_named(ElementaryCircuit& out, int qubit, const Matrix2& matrix, bool on_zero, Basis basis,
               double tolerance) {
  Euler e = basis == Basis::kEcr ? euler(matrix) : euler_signed(matrix);
  out.phase += e.phase;
  if (std::abs(std::abs(e.turn) - pi) <= tolerance) {
    // Ry(+-pi) = -i X Rz(-+pi), and Rz passes X with its sign turned.
    const double angle = e.before - e.after - std::copysign(pi, e.turn);
    out.phase -= pi / 2;
    if (on_zero) {
      out.phase -= angle / 2;
    } else {
      add_rz(out, qubit, angle, tolerance);
    }
    out.add(Op::kX, qubit);
    return;
  }
  if (std::abs(e.turn) <= tolerance) {
    e.before += e.after;
    e.after = 0;
  }
  if (on_zero) {
    out.phase -= e.before / 2;
    e.before = 0;
  }
  if (std::abs(e.turn) <= tolerance) {
    add_rz(out, qubit, e.before, tolerance);
    return;
  }
  if (basis != Basis::kEcr) {
    add_rz(out, qubit, e.before, tolerance);
    out.add(Op::kRy, qubit, e.turn);
    add_rz(out, qubit, e.after, tolerance);
  } else if (std::abs(e.turn - pi / 2) <= tolerance) {
    // Ry(t) = Rz(pi/2) Rx(t) Rz(-pi/2), SX = e^{i pi/4} Rx(pi/2).
    add_rz(out, qubit, on_zero ? 0 : e.before - pi / 2, tolerance);
    out.add(Op::kSx, qubit);
    add_rz(out, qubit, e.after + pi / 2, tolerance);
    out.phase += (on_zero ? pi / 4 : 0) - pi / 4;
  } else {
    // Rz(pi) Rx(pi/2) Rz(t + pi) Rx(pi/2) = -Ry(t).
    add_rz(out, qubit, e.before, tolerance);
    out.add(Op::kSx, qubit);
    add_rz(out, qubit, e.turn + pi, tolerance);
    out.add(Op::kSx, qubit);
    add_rz(out, qubit, e.after + pi, tolerance);
    out.phase += pi / 2;
  }
}

// Matrices into names; wires that nothing has touched hold |0>.
ElementaryCircuit named(const ElementaryCircuit& circuit, Basis basis, double tolerance) {
  ElementaryCircuit out{circuit.qubits, circuit.phase, {}, {}};
  std::vector<char> zero(static_cast<std::size_t>(circuit.qubits), 1);
  std::vector<Matrix2> waiting(zero.size(), Matrix2::Identity());
  const auto flush = [&](int qubit) {
    const auto q = static_cast<std::size_t>(qubit);
    add_named(out, qubit, waiting[q], zero[q] != 0, basis, tolerance);
    waiting[q] = Matrix2::Identity();
    zero[q] = 0;
  };
  for (const auto& operation : circuit.operations) {
    if (!is_two_qubit(operation.op)) {
      Matrix2& matrix = waiting[static_cast<std::size_t>(operation.first)];
      matrix = one_qubit_matrix(circuit, operation) * matrix;
      continue;
    }
    flush(operation.first);
    flush(operation.second);
    out.operations.push_back(operation);
  }
  for (int q = 0; q < circuit.qubits; ++q) flush(q);
  out.phase = wrapped_angle(out.phase);
  return out;
}

}  // namespace

std::string_view to_string(Basis basis) {
  switch (basis) {
    case Basis::kCx: return "cx";
    case Basis::kCz: return "cz";
    case Basis::kEcr: return "ecr";
    case Basis::kRxx: return "rxx";
  }
  return "";
}

std::vector<std::string> basis_names() { return {"cx", "cz", "ecr", "rxx"}; }

Basis basis_from(std::string_view name) {
  for (const Basis basis : {Basis::kCx, Basis::kCz, Basis::kEcr, Basis::kRxx}) {
    if (name == to_string(basis)) return basis;
  }
  throw Error(ErrorKind::kUsage, "unknown basis '" + std::string(name) + "'",
              suggestion(name, basis_names()));
}

ElementaryCircuit in_basis(const ElementaryCircuit& circuit, Basis basis, double tolerance) {
  if (basis == Basis::kCx) return named(circuit, basis, tolerance);
  ElementaryCircuit translated{circuit.qubits, circuit.phase, {}, {}};
  for (const auto& operation : circuit.operations) {
    if (operation.op == Op::kCx) {
      add_cx(translated, operation.first, operation.second, basis);
    } else {
      translated.add_matrix(operation.first, one_qubit_matrix(circuit, operation));
    }
  }
  return named(translated, basis, tolerance);
}

}  // namespace sengen::circuits
