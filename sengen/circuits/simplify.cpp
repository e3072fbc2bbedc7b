// SPDX-License-Identifier: Apache-2.0
#include <sengen/circuits/simplify.hpp>

#include <cmath>
#include <utility>

#include <sengen/circuits/euler.hpp>
#include <sengen/circuits/local.hpp>
#include <sengen/circuits/two_qubit.hpp>

namespace sengen::circuits {

namespace {

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

}  // namespace

ElementaryCircuit simplify(const ElementaryCircuit& circuit, Basis basis, double tolerance) {
  return in_basis(passes(as_cx(circuit, tolerance), tolerance), basis, tolerance);
}

}  // namespace sengen::circuits
