// SPDX-License-Identifier: Apache-2.0
#include <sengen/circuits/synthesis.hpp>

#include <cmath>
#include <functional>
#include <numbers>
#include <vector>

#include <gtest/gtest.h>
#include <Eigen/QR>

#include <sengen/circuits/euler.hpp>
#include <sengen/circuits/kak.hpp>
#include <sengen/circuits/local.hpp>
#include <sengen/circuits/rewrite.hpp>
#include <sengen/circuits/two_qubit.hpp>
#include <sengen/core/error.hpp>

#include "random_gates.hpp"

namespace sengen::circuits {
namespace {

using std::numbers::pi;
using Make = std::function<Matrix4(RandomGates&)>;

double distance(const std::vector<Complex>& a, const std::vector<Complex>& b) {
  double worst = 0;
  for (std::size_t i = 0; i < a.size(); ++i) worst = std::max(worst, std::abs(a[i] - b.at(i)));
  return worst;
}

// The matrix of a circuit of two qubits.
Matrix4 matrix_of_circuit(const ElementaryCircuit& circuit) {
  Matrix4 matrix;
  for (int column = 0; column < 4; ++column) {
    std::vector<Complex> state(4);
    state[static_cast<std::size_t>(column)] = 1;
    apply_circuit(circuit, state);
    for (int row = 0; row < 4; ++row) matrix(row, column) = state[static_cast<std::size_t>(row)];
  }
  return matrix;
}

ElementaryCircuit of_gate(const Matrix4& gate) {
  ElementaryCircuit out{2, 0, {}, {}};
  append_gate(out, 0, 1, gate, 1e-13);
  return out;
}

int cx_of(const Circuit& circuit, const SynthesisOptions& options = {}) {
  const auto elementary = synthesise(circuit, options);
  EXPECT_LT(distance(state_of(elementary), state_of(circuit)), 1e-12);
  return size_of(elementary).two_qubit_gates;
}

Matrix4 with_columns(RandomGates& random, const Eigen::Matrix<Complex, 4, Eigen::Dynamic>& first,
                     const std::vector<int>& places, bool real) {
  Matrix4 gauss = real ? random.orthogonal() : random.unitary<4>();
  gauss.leftCols(first.cols()) = first;
  const Eigen::HouseholderQR<Matrix4> qr(gauss);
  Matrix4 q = qr.householderQ();
  q.leftCols(first.cols()) = first;
  Matrix4 gate;
  std::vector<int> order = places;
  for (int i = 0; i < 4; ++i) {
    if (std::find(places.begin(), places.end(), i) == places.end()) order.push_back(i);
  }
  for (int i = 0; i < 4; ++i) gate.col(order[static_cast<std::size_t>(i)]) = q.col(i);
  return gate;
}

// GHZ as a chain of dense gates whose columns without use are random.
Circuit ghz(int qubits, RandomGates& random, bool real) {
  Circuit circuit{qubits, 0, {}};
  Eigen::Matrix<Complex, 4, Eigen::Dynamic> bell = Eigen::Vector4cd(1, 0, 0, 1) / std::sqrt(2.0);
  circuit.gates.push_back({{0, 1}, with_columns(random, bell, {0}, real)});
  Eigen::Matrix<Complex, 4, Eigen::Dynamic> copy(4, 2);
  copy << 1, 0, 0, 0, 0, 0, 0, 1;
  for (int q = 1; q + 1 < qubits; ++q) {
    circuit.gates.push_back({{q, q + 1}, with_columns(random, copy, {0, 1}, real)});
  }
  return circuit;
}

// W: the excitation is passed on with amplitude sqrt(1 - 1/k).
Circuit w(int qubits, RandomGates& random, bool real) {
  Circuit circuit{qubits, 0, {}};
  for (int q = 0; q + 1 < qubits; ++q) {
    const double here = 1 / std::sqrt(static_cast<double>(qubits - q));
    const double there = std::sqrt(1 - here * here);
    Eigen::Matrix<Complex, 4, Eigen::Dynamic> columns(4, q == 0 ? 1 : 2);
    columns.setZero();
    columns(1, columns.cols() - 1) = here;
    columns(2, columns.cols() - 1) = there;
    if (q > 0) columns(0, 0) = 1;
    circuit.gates.push_back(
        {{q, q + 1},
         with_columns(random, columns, q == 0 ? std::vector<int>{0} : std::vector<int>{0, 1},
                      real)});
  }
  return circuit;
}

TEST(TwoQubit, GatesAreTheirCircuits) {
  RandomGates random(11);
  const auto dressed = [&](const std::array<double, 3>& core) {
    return Matrix4(product(random.unitary<2>(), random.unitary<2>()) * core_matrix(core) *
                   product(random.unitary<2>(), random.unitary<2>()));
  };
  const std::vector<std::pair<std::array<double, 3>, int>> classes{
      {{0, 0, 0}, 0},       {{pi / 4, 0, 0}, 1},      {{0.3, 0, 0}, 2},
      {{0.4, 0.3, 0}, 2},   {{pi / 4, pi / 4, 0}, 2}, {{pi / 4, pi / 4, pi / 4}, 3},
      {{0.5, 0.2, 0.1}, 3}, {{0.5, 0.2, -0.1}, 3},    {{pi / 8, pi / 8, -pi / 8}, 3},
      {{1e-6, 1e-7, 0}, 2}};
  for (const auto& [core, count] : classes) {
    for (int i = 0; i < 200; ++i) {
      const Matrix4 gate = dressed(core);
      const auto circuit = of_gate(gate);
      ASSERT_LT((matrix_of_circuit(circuit) - gate).cwiseAbs().maxCoeff(), 1e-13);
      ASSERT_EQ(size_of(circuit).two_qubit_gates, count);
    }
  }
}

TEST(TwoQubit, RealGatesTakeCxAndRyAlone) {
  RandomGates random(12);
  for (int i = 0; i < 2000; ++i) {
    const int determinant = i % 2 == 0 ? 1 : -1;
    const Matrix4 gate = std::polar(1.0, 1.0 * (i % 3)) * random.orthogonal(determinant);
    const auto circuit = of_gate(gate);
    ASSERT_LT((matrix_of_circuit(circuit) - gate).cwiseAbs().maxCoeff(), 1e-13);
    ASSERT_EQ(size_of(circuit).two_qubit_gates, determinant > 0 ? 2 : 3);
    for (const auto& operation : circuit.operations) {
      ASSERT_TRUE(operation.op == Op::kCx || operation.op == Op::kRy);
    }
  }
}

TEST(Simplify, EveryBasisKeepsTheStateAndItsPhase) {
  RandomGates random(13);
  for (const Basis basis : {Basis::kCx, Basis::kCz, Basis::kEcr, Basis::kRxx}) {
    for (int i = 0; i < 40; ++i) {
      const int qubits = 2 + i % 4;
      const auto make = [&] {
        if (i % 3 == 0) return random.orthogonal();
        if (i % 3 == 1) return random.unitary<4>();
        return Matrix4(
            product(rotation_z(pi / 2 * random.below(4)) * rotation_y(pi / 2 * random.below(4)),
                    rotation_y(pi / 2 * random.below(4))) *
            (random.below(2) == 0 ? cx_low_to_high() : cx_high_to_low()));
      };
      const Circuit circuit = random.circuit(qubits, 12, make);
      SynthesisOptions options;
      options.basis = basis;
      const auto elementary = synthesise(circuit, options);
      ASSERT_LT(distance(state_of(elementary), state_of(circuit)), 1e-12)
          << to_string(basis) << ' ' << i;
      for (const auto& operation : elementary.operations) {
        ASSERT_NE(operation.op, Op::kOneQubit);
        if (is_two_qubit(operation.op)) {
          ASSERT_EQ(name_of(operation.op), to_string(basis));
        }
      }
    }
  }
}

TEST(Simplify, EqualNeighboursVanish) {
  ElementaryCircuit circuit{3, 0.5, {}, {}};
  circuit.add(Op::kRy, 0, 0.3);
  circuit.add(Op::kRy, 1, 0.4);
  for (int i = 0; i < 3; ++i) {
    circuit.add(Op::kCx, 0, 1);
    circuit.add(Op::kRz, 0, 0.1);
    circuit.add(Op::kRx, 1, 0.2);
  }
  circuit.add(Op::kCx, 2, 0);  // its control is |0>
  circuit.add(Op::kRz, 2, 1);
  const auto shorter = simplify(circuit, Basis::kCx);
  EXPECT_EQ(size_of(shorter).two_qubit_gates, 1);
  EXPECT_LT(distance(state_of(shorter), state_of(circuit)), 1e-14);
  EXPECT_TRUE(simplify(ElementaryCircuit{4, 0, {}, {}}, Basis::kEcr).operations.empty());
  EXPECT_EQ(basis_from("ecr"), Basis::kEcr);
  EXPECT_THROW(static_cast<void>(basis_from("ec")), Error);
}

TEST(Synthesis, RandomCircuitsComeOutAsTheirState) {
  RandomGates random(14);
  for (int i = 0; i < 60; ++i) {
    const int qubits = 2 + i % 6;
    const bool real = i % 2 == 0;
    const auto make = [&] { return real ? random.orthogonal() : random.unitary<4>(); };
    const Circuit circuit = random.circuit(qubits, 3 * qubits, make);
    SynthesisOptions plain;
    plain.absorb_swaps = false;
    const int with = cx_of(circuit);
    EXPECT_LE(with, cx_of(circuit, plain));
    EXPECT_LE(with, (real ? 2 : 3) * 3 * qubits);
  }
}

TEST(Synthesis, ProductStatesNeedNoCx) {
  RandomGates random(15);
  const auto make = [&] { return product(random.unitary<2>(), random.unitary<2>()); };
  EXPECT_EQ(cx_of(random.circuit(6, 20, make)), 0);
  const auto swaps = [&] { return Matrix4(make() * swap_matrix()); };
  EXPECT_EQ(cx_of(random.circuit(6, 20, swaps)), 0);
  const auto only_x = synthesise(Circuit{3, 5, {}});
  ASSERT_EQ(only_x.operations.size(), 2U);
  EXPECT_EQ(only_x.operations[0].op, Op::kX);
  EXPECT_LT(distance(state_of(only_x), state_of(Circuit{3, 5, {}})), 1e-15);
  EXPECT_TRUE(synthesise(Circuit{1, 0, {}}).operations.empty());
}

TEST(Synthesis, GhzTakesOneCxAGate) {
  RandomGates random(16);
  for (int qubits = 2; qubits <= 9; ++qubits) {
    EXPECT_EQ(cx_of(ghz(qubits, random, true)), qubits - 1);
    EXPECT_EQ(cx_of(ghz(qubits, random, false)), qubits - 1);
  }
}

TEST(Synthesis, WTakesTwoNMinusThree) {
  RandomGates random(17);
  for (int qubits = 2; qubits <= 9; ++qubits) {
    EXPECT_EQ(cx_of(w(qubits, random, true)), 2 * qubits - 3);
    EXPECT_EQ(cx_of(w(qubits, random, false)), 2 * qubits - 3);
  }
}

TEST(Synthesis, BondTwoChainsTakeTwoCxASite) {
  RandomGates random(18);
  for (const bool real : {true, false}) {
    for (int qubits = 2; qubits <= 9; ++qubits) {
      Circuit circuit{qubits, 0, {}};
      for (int q = 0; q + 1 < qubits; ++q) {
        circuit.gates.push_back({{q, q + 1}, real ? random.orthogonal() : random.unitary<4>()});
      }
      EXPECT_EQ(cx_of(circuit), 2 * qubits - 3);
      circuit.start = 1;
      EXPECT_EQ(cx_of(circuit), 2 * qubits - 3);
    }
  }
}

TEST(Synthesis, RealGatesTakeTwoCxEachWithoutSwaps) {
  RandomGates random(19);
  const Circuit circuit = random.circuit(5, 30, [&] { return random.orthogonal(); });
  int gates = 0;
  for (const int count : cx_counts(absorb_swaps(merge_neighbours(circuit, 1e-13), 1e-13), 1e-13)) {
    EXPECT_LE(count, 2);
    ++gates;
  }
  EXPECT_LE(cx_of(circuit), 2 * gates);
}

TEST(Synthesis, CouplingMapsHold) {
  RandomGates random(20);
  SynthesisOptions options;
  for (int q = 0; q < 5; ++q) options.coupling.push_back({q, q + 1});
  for (int i = 0; i < 10; ++i) {
    Circuit circuit{6, 9, {}};
    for (int k = 0; k < 20; ++k) {
      circuit.gates.push_back(
          {options.coupling[static_cast<std::size_t>(random.below(5))], random.orthogonal()});
    }
    const auto elementary = synthesise(circuit, options);
    EXPECT_LT(distance(state_of(elementary), state_of(circuit)), 1e-12);
    for (const auto& operation : elementary.operations) {
      if (is_two_qubit(operation.op)) {
        EXPECT_EQ(std::abs(operation.first - operation.second), 1);
      }
    }
    SynthesisOptions none = options;
    none.absorb_swaps = false;
    EXPECT_LE(size_of(elementary).two_qubit_gates, cx_of(circuit, none));
  }
  EXPECT_THROW(static_cast<void>(synthesise(Circuit{6, 0, {{{0, 2}, swap_matrix()}}}, options)),
               Error);
}

TEST(Synthesis, NearProductsKeepTheirAccuracy) {
  RandomGates random(21);
  for (int power = 1; power <= 15; ++power) {
    const double size = std::pow(10.0, -power);
    for (int i = 0; i < 10; ++i) {
      const auto make = [&] {
        return Matrix4(product(random.unitary<2>(), random.unitary<2>()) *
                       core_matrix({size * random.uniform(), size * random.uniform() * 0.5,
                                    size * random.uniform() * 0.1}) *
                       product(random.unitary<2>(), random.unitary<2>()));
      };
      static_cast<void>(cx_of(random.circuit(4, 8, make)));
    }
  }
}

TEST(Synthesis, BadCircuitsAreRefused) {
  const Matrix4 one = Matrix4::Identity();
  EXPECT_THROW(static_cast<void>(synthesise(Circuit{2, 4, {}})), Error);
  EXPECT_THROW(static_cast<void>(synthesise(Circuit{2, 0, {{{0, 2}, one}}})), Error);
  EXPECT_THROW(static_cast<void>(synthesise(Circuit{2, 0, {{{1, 0}, one}}})), Error);
  EXPECT_THROW(static_cast<void>(synthesise(Circuit{2, 0, {{{0, 1}, 2 * one}}})), Error);
  EXPECT_THROW(static_cast<void>(synthesise(Circuit{0, 0, {}})), Error);
}

TEST(Columns, AreAsSoonAsPossible) {
  ElementaryCircuit circuit{4, 0, {}, {}};
  circuit.add(Op::kX, 0);
  circuit.add(Op::kCx, 0, 3);
  circuit.add(Op::kX, 1);
  circuit.add(Op::kCx, 2, 1);
  EXPECT_EQ(columns_of(circuit), (std::vector<int>{0, 1, 0, 1}));
  EXPECT_EQ(columns_of(circuit, true), (std::vector<int>{0, 1, 2, 3}));
  const auto size = size_of(circuit);
  EXPECT_EQ(size.depth, 2);
  EXPECT_EQ(size.two_qubit_depth, 1);
  EXPECT_EQ(size.one_qubit_gates, 2);
  EXPECT_EQ(size.two_qubit_gates, 2);
}

TEST(Elementary, DenseGatesOfACircuitMakeItsState) {
  RandomGates random(22);
  const Circuit circuit = random.circuit(5, 12, [&] { return random.unitary<4>(); });
  auto elementary = synthesise(circuit);
  elementary.add(Op::kSx, 2);
  EXPECT_LT(distance(state_of(to_circuit(elementary)), state_of(elementary)), 1e-13);
  ElementaryCircuit lonely{3, 1, {}, {}};
  lonely.add(Op::kRy, 2, 0.3);
  lonely.add(Op::kRy, 0, 0.3);
  EXPECT_LT(distance(state_of(to_circuit(lonely)), state_of(lonely)), 1e-15);
  EXPECT_THROW(static_cast<void>(to_circuit(ElementaryCircuit{1, 0, {}, {}})), Error);
}

}  // namespace
}  // namespace sengen::circuits
