// SPDX-License-Identifier: Apache-2.0
#include <sengen/circuits/state_vector.hpp>

#include <gtest/gtest.h>

#include <sengen/circuits/coupling.hpp>
#include <sengen/core/error.hpp>
#include <sengen/core/parallel_for.hpp>

#include "random_states.hpp"

namespace sengen::circuits {
namespace {

// By the definition, amplitude by amplitude.
std::vector<Complex> applied(const std::vector<Complex>& psi, const Pair& pair, const Matrix4& u) {
  std::vector<Complex> result(psi.size());
  const std::size_t low = std::size_t{1} << pair.low, high = std::size_t{1} << pair.high;
  for (std::size_t i = 0; i < psi.size(); ++i) {
    const int a = ((i & low) != 0 ? 1 : 0) + ((i & high) != 0 ? 2 : 0);
    const std::size_t rest = i & ~(low | high);
    for (int b = 0; b < 4; ++b) {
      result[i] += u(a, b) * psi[rest + ((b & 1) != 0 ? low : 0) + ((b & 2) != 0 ? high : 0)];
    }
  }
  return result;
}

Matrix4 tensor(const std::vector<Complex>& psi, const std::vector<Complex>& phi, const Pair& pair) {
  Matrix4 sum = Matrix4::Zero();
  const std::size_t low = std::size_t{1} << pair.low, high = std::size_t{1} << pair.high;
  for (std::size_t rest = 0; rest < psi.size(); ++rest) {
    if ((rest & (low | high)) != 0) continue;
    const auto at = [&](int a) {
      return rest + ((a & 1) != 0 ? low : 0) + ((a & 2) != 0 ? high : 0);
    };
    for (int a = 0; a < 4; ++a) {
      for (int b = 0; b < 4; ++b) sum(a, b) += psi[at(a)] * std::conj(phi[at(b)]);
    }
  }
  return sum;
}

class StateVectorOfKind : public testing::TestWithParam<bool> {};

TEST_P(StateVectorOfKind, AppliesGatesToEveryPair) {
  const bool is_real = GetParam();
  for (const int qubits : {2, 3, 4, 5, 7}) {
    const auto psi = random_state(qubits, is_real, 7);
    for (const Pair& pair : all_pairs(qubits)) {
      const Matrix4 u = random_gate(is_real, 3);
      StateVector state(psi, is_real);
      apply(state, pair, u);
      const auto expected = applied(psi, pair, u);
      for (std::size_t i = 0; i < psi.size(); ++i) {
        ASSERT_LT(std::abs(state.amplitude(i) - expected[i]), 1e-14)
            << qubits << " qubits, pair " << pair.low << ' ' << pair.high;
      }
    }
  }
}

TEST_P(StateVectorOfKind, SumsTensorsOfEveryPair) {
  const bool is_real = GetParam();
  // One block from 6 on, two and eight at 12 and 14, groups of two at 16.
  for (const int qubits : {2, 3, 4, 5, 6, 7, 8, 11, 12, 14, 16}) {
    const auto psi = random_state(qubits, is_real, 7);
    const auto phi = random_state(qubits, is_real, 8);
    const auto pairs = all_pairs(qubits);
    const auto tensors =
        fidelity_tensors(StateVector(psi, is_real), StateVector(phi, is_real), pairs);
    for (std::size_t i = 0; i < pairs.size(); ++i) {
      ASSERT_LT((tensors[i] - tensor(psi, phi, pairs[i])).norm(), 1e-13)
          << qubits << " qubits, pair " << pairs[i].low << ' ' << pairs[i].high;
    }
  }
}

TEST_P(StateVectorOfKind, GivesTheSameBitsForAnyNumberOfThreads) {
  const bool is_real = GetParam();
  const auto psi = random_state(16, is_real, 7);
  const auto phi = random_state(16, is_real, 8);
  const std::vector<Pair> few = {{0, 1}, {1, 15}, {5, 9}, {14, 15}}, all = all_pairs(16);
  const int before = threads();
  std::vector<std::vector<Matrix4>> results;
  for (const int count : {1, 2, 3}) {
    set_threads(count);
    StateVector state(psi, is_real);
    apply(state, {3, 12}, random_gate(is_real, 5));
    results.push_back(fidelity_tensors(state, StateVector(phi, is_real), few));
    const auto rest = fidelity_tensors(state, StateVector(phi, is_real), all);
    results.back().insert(results.back().end(), rest.begin(), rest.end());
  }
  set_threads(before);
  for (std::size_t i = 0; i < few.size() + all.size(); ++i) {
    EXPECT_EQ(results[0][i], results[1][i]);
    EXPECT_EQ(results[0][i], results[2][i]);
  }
}

TEST_P(StateVectorOfKind, UndoesACircuit) {
  const bool is_real = GetParam();
  Circuit circuit = random_circuit(6, 20, is_real, 4);
  circuit.start = 37;
  StateVector state = prepare(circuit, is_real);
  EXPECT_NEAR(std::abs(overlap(state, state)), 1, 1e-13);
  apply_inverse(state, circuit);
  for (std::size_t i = 0; i < state.size(); ++i) {
    EXPECT_LT(std::abs(state.amplitude(i) - Complex(i == 37 ? 1 : 0)), 1e-13);
  }
}

INSTANTIATE_TEST_SUITE_P(Kinds, StateVectorOfKind, testing::Bool(), [](const auto& parameter) {
  return parameter.param ? "Real" : "Complex";
});

TEST(StateVector, FindsItsLargestAmplitudeAndTheFirstOfEquals) {
  std::vector<Complex> psi(16, 0.1);
  psi[5] = Complex(0, -0.4);
  psi[9] = 0.4 * (1 + 1e-15);
  EXPECT_EQ(largest_amplitude(StateVector(psi, false)), 5U);
}

TEST(StateVector, RefusesWhatItCannotHold) {
  EXPECT_THROW(StateVector(1, true), Error);
  EXPECT_THROW(StateVector(41, true), Error);
  EXPECT_THROW(StateVector(std::vector<Complex>(12), true), Error);
}

}  // namespace
}  // namespace sengen::circuits
