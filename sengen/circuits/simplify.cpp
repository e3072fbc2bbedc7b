// SPDX-License-Identifier: Apache-2.0
#include <sengen/circuits/simplify.hpp>

#include <cmath>
#include <numbers>
#include <utility>

#include <sengen/circuits/euler.hpp>
#include <sengen/circuits/local.hpp>
#include <sengen/circuits/two_qubit.hpp>
#include <sengen/core/error.hpp>
#include <sengen/core/nearest_name.hpp>

namespace sengen::circuits {

namespace {

using std::numbers::pi;

Matrix2 hadamard() { return (pauli_x() + pauli_z()) / std::numbers::sqrt2; }

// Everything as CX and one-qubit matrices.
ElementaryCircuit as_cx(const ElementaryCircuit& circuit, double tolerance) {
  ElementaryCircuit out{circuit.qubits, circuit.phase, {}, {}};
  for (const auto& operation : circuit.operations) {
    if (!is_two_qubit(operation.op)) {
      out.add_matrix(operation.first, one_qubit_matrix(circuit, operation));
    } else if (operation.op == Op::kCx) {
      out.operations.push_back(operation);
    } else {
      append_gate(out, operation.first, operation.second, two_qubit_matrix(circuit, operation),
                  tolerance);
    }
  }
  return out;
}

bool is_diagonal(const Matrix2& m, double tolerance) {
  return std::abs(m(0, 1)) <= tolerance && std::abs(m(1, 0)) <= tolerance;
}

bool commutes_with_x(const Matrix2& m, double tolerance) {
  return std::abs(m(0, 1) - m(1, 0)) <= tolerance && std::abs(m(0, 0) - m(1, 1)) <= tolerance;
}

// One pass over CX and one-qubit matrices. What a wire waits with is emitted before the next CX
// that it does not pass.
class Pass {
 public:
  Pass(const ElementaryCircuit& circuit, double tolerance)
      : tolerance_(tolerance),
        out_{circuit.qubits, circuit.phase, {}, {}},
        waiting_(size(), Matrix2::Identity()),
        untouched_(size(), true),
        last_(size(), -1) {
    for (const auto& operation : circuit.operations) {
      if (operation.op == Op::kCx) {
        add_cx(operation.first, operation.second);
      } else {
        auto& matrix = waiting_[at(operation.first)];
        matrix = one_qubit_matrix(circuit, operation) * matrix;
      }
    }
    for (int q = 0; q < out_.qubits; ++q) flush(q, false);
  }
  bool changed() const { return changed_; }
  ElementaryCircuit take() {
    std::erase_if(out_.operations, [](const Operation& o) { return o.first < 0; });
    return std::move(out_);
  }

 private:
  static std::size_t at(int qubit) { return static_cast<std::size_t>(qubit); }
  std::size_t size() const { return at(out_.qubits); }

  void add_cx(int control, int target) {
    const Matrix2& above = waiting_[at(control)];
    if (untouched_[at(control)] && std::abs(above(1, 0)) <= tolerance_) {
      changed_ = true;  // the control is |0>
      return;
    }
    if (untouched_[at(control)] && std::abs(above(0, 0)) <= tolerance_) {
      changed_ = true;  // the control is |1>
      waiting_[at(target)] = pauli_x() * waiting_[at(target)];
      return;
    }
    const auto index = last_[at(control)];
    if (index >= 0 && index == last_[at(target)]) {
      Operation& before = out_.operations[static_cast<std::size_t>(index)];
      if (before.op == Op::kCx && before.first == control && before.second == target &&
          is_diagonal(above, tolerance_) && commutes_with_x(waiting_[at(target)], tolerance_)) {
        before.first = -1;  // what waits passes both, and they cancel
        last_[at(control)] = last_[at(target)] = -1;
        changed_ = true;
        return;
      }
    }
    flush(control, true);
    flush(target, false);
    last_[at(control)] = last_[at(target)] = std::ssize(out_.operations);
    untouched_[at(control)] = untouched_[at(target)] = false;
    out_.add(Op::kCx, control, target);
  }

  // Emits what a wire waits with; before a control, all but the last Rz, which passes it.
  void flush(int qubit, bool control) {
    Matrix2& matrix = waiting_[at(qubit)];
    const Euler e = euler_signed(matrix);
    matrix = Matrix2::Identity();
    out_.phase += e.phase;
    Euler now{0, e.after, e.turn, e.before};
    if (untouched_[at(qubit)]) {  // |0> takes the first Rz as a phase
      out_.phase -= now.before / 2;
      now.before = 0;
      if (std::abs(now.turn) <= tolerance_) {
        out_.phase -= now.after / 2;
        now.after = 0;
      }
    }
    if (control) {
      matrix = rotation_z(now.after);
      now.after = 0;
    }
    if (std::abs(now.after) + std::abs(now.turn) + std::abs(now.before) <= tolerance_) return;
    if (!untouched_[at(qubit)] || std::abs(now.turn) > tolerance_) untouched_[at(qubit)] = false;
    last_[at(qubit)] = std::ssize(out_.operations);
    out_.add_matrix(qubit, matrix_of(now));
  }

  double tolerance_;
  ElementaryCircuit out_;
  std::vector<Matrix2> waiting_;
  std::vector<char> untouched_;       // still |0>, apart from what waits
  std::vector<std::ptrdiff_t> last_;  // operation on a wire, -1 for none or unknown
  bool changed_ = false;
};

ElementaryCircuit passes(ElementaryCircuit circuit, double tolerance) {
  // Every pass that changes something drops a CX: this ends.
  for (;;) {
    Pass pass(circuit, tolerance);
    const bool changed = pass.changed();
    circuit = pass.take();
    if (!changed) return circuit;
  }
}

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

ElementaryCircuit simplify(const ElementaryCircuit& circuit, Basis basis, double tolerance) {
  const ElementaryCircuit short_one = passes(as_cx(circuit, tolerance), tolerance);
  if (basis == Basis::kCx) return named(short_one, basis, tolerance);
  ElementaryCircuit translated{short_one.qubits, short_one.phase, {}, {}};
  for (const auto& operation : short_one.operations) {
    if (operation.op == Op::kCx) {
      add_cx(translated, operation.first, operation.second, basis);
    } else {
      translated.add_matrix(operation.first, one_qubit_matrix(short_one, operation));
    }
  }
  return named(translated, basis, tolerance);
}

}  // namespace sengen::circuits
