// SPDX-License-Identifier: Apache-2.0
#include <sengen/circuits/mps_layer.hpp>

#include <cmath>
#include <optional>

#include <sengen/circuits/local.hpp>

namespace sengen::circuits {

namespace {

// Bonds that weigh less are rounding.
constexpr double kNothing = 1e-24;
constexpr double kSame = 1e-12;
constexpr int kIndexBits = 64;

class LayerMaker {
 public:
  LayerMaker(MatrixProductState state, GateKind kind) : state_(std::move(state)), kind_(kind) {
    state_.compress({.max_bond = 2, .max_weight = kNothing});
    state_.normalise();
    circuit_.qubits = state_.qubits();
  }

  Circuit run() {
    int first = 0;
    for (int q = 0; q < state_.qubits(); ++q) {
      if (state_.bond(q) > 1) continue;
      if (first < q) {
        line(first, q);
      } else {
        single(q);
      }
      first = q + 1;
    }
    if (waiting_) flush(*waiting_, waiting_on_);
    return std::move(circuit_);
  }

 private:
  // Qubits first to last, joined by bonds of 2.
  void line(int first, int last) {
    for (int q = first; q < last; ++q) {
      const SiteTensor& site = state_.site(q);
      Matrix4 columns = Matrix4::Zero();
      for (Eigen::Index bit = 0; bit < 2; ++bit) {
        const Matrix& matrix = site[static_cast<std::size_t>(bit)];
        for (Eigen::Index a = 0; a < matrix.rows(); ++a) {
          for (Eigen::Index b = 0; b < 2; ++b) {
            if (q + 1 < last) {
              columns(bit + 2 * b, a) = matrix(a, b);
            } else {
              for (Eigen::Index end = 0; end < 2; ++end) {
                columns(bit + 2 * end, a) +=
                    matrix(a, b) * state_.site(last)[static_cast<std::size_t>(end)](b, 0);
              }
            }
          }
        }
      }
      circuit_.gates.push_back({{q, q + 1}, best_gate(columns, Matrix4::Identity(), kind_)});
    }
  }

  // A qubit that nothing is joined to: a bit of the start, or a one-qubit gate. Two such gates of
  // neighbours become one.
  void single(int qubit) {
    const Complex zero = state_.site(qubit)[0](0, 0), one = state_.site(qubit)[1](0, 0);
    if (std::abs(one) < kSame) return;
    if (std::abs(zero) < kSame && qubit < kIndexBits) {
      circuit_.start |= std::uint64_t{1} << qubit;
      return;
    }
    Matrix2 gate;
    gate << zero, -std::conj(one), one, std::conj(zero);
    if (waiting_ && waiting_on_ + 1 == qubit) {
      circuit_.gates.push_back({{waiting_on_, qubit}, product(*waiting_, gate)});
      waiting_.reset();
      return;
    }
    if (waiting_) flush(*waiting_, waiting_on_);
    waiting_ = gate;
    waiting_on_ = qubit;
  }

  void flush(const Matrix2& gate, int qubit) {
    const bool has_next = qubit + 1 < state_.qubits();
    const Pair pair = has_next ? Pair{qubit, qubit + 1} : Pair{qubit - 1, qubit};
    const Matrix2 nothing = Matrix2::Identity();
    // In front: the neighbour may be a bit of the start or in a line of its own.
    circuit_.gates.insert(circuit_.gates.begin(),
                          {pair, has_next ? product(gate, nothing) : product(nothing, gate)});
  }

  MatrixProductState state_;
  GateKind kind_;
  Circuit circuit_;
  std::optional<Matrix2> waiting_;
  int waiting_on_ = 0;
};

}  // namespace

Circuit bond_two_layer(MatrixProductState state, GateKind kind) {
  return LayerMaker(std::move(state), kind).run();
}

}  // namespace sengen::circuits
