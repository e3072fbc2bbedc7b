// SPDX-License-Identifier: Apache-2.0
// Matrix product states against state vectors of 10 to 12 qubits.
#include <sengen/circuits/mps.hpp>

#include <gtest/gtest.h>

#include <sengen/circuits/mps_front.hpp>
#include <sengen/circuits/mps_split.hpp>
#include <sengen/circuits/mps_states.hpp>
#include <sengen/circuits/mps_sweep.hpp>
#include <sengen/circuits/state_vector.hpp>
#include <sengen/core/error.hpp>

#include "random_states.hpp"

namespace sengen::circuits {
namespace {

double distance(const MatrixProductState& state, const StateVector& dense) {
  const auto a = amplitudes_of(state);
  double square = 0;
  for (std::size_t i = 0; i < a.size(); ++i) square += std::norm(a[i] - dense.amplitude(i));
  return std::sqrt(square);
}

Circuit near_circuit(int qubits, int gates, int range, bool is_real, std::uint64_t seed) {
  const auto pairs = near_pairs(qubits, range);
  const Random random(seed, 7);
  Circuit circuit{.qubits = qubits, .start = 5};
  for (int m = 0; m < gates; ++m) {
    const auto index = static_cast<std::uint64_t>(m);
    circuit.gates.push_back(
        {pairs[random.below(pairs.size(), index)], random_gate(is_real, seed * 1000 + index)});
  }
  return circuit;
}

TEST(Mps, AmplitudesThereAndBack) {
  for (const bool is_real : {true, false}) {
    const auto psi = random_state(10, is_real, 3);
    const MatrixProductState state = mps_of(psi, is_real);
    EXPECT_EQ(state.max_bond(), 32);
    EXPECT_EQ(state.is_real(), is_real);
    EXPECT_LT(distance(state, StateVector(psi, is_real)), 1e-13);
    EXPECT_NEAR(state.norm(), 1, 1e-14);
  }
  EXPECT_THROW(mps_of(std::vector<Complex>(6, 1.0), true), Error);
}

TEST(Mps, CanonicalFormAroundAnyCentre) {
  MatrixProductState state = random_mps(11, 5, 2, false);
  const auto before = amplitudes_of(state);
  for (const int centre : {10, 0, 4}) {
    state.move_centre(centre);
    for (int q = 0; q < 11; ++q) {
      const SiteTensor& a = state.site(q);
      const Matrix left = a[0].adjoint() * a[0] + a[1].adjoint() * a[1];
      const Matrix right = a[0] * a[0].adjoint() + a[1] * a[1].adjoint();
      const Matrix& one = q < centre ? left : right;
      if (q != centre) {
        EXPECT_LT((one - Matrix::Identity(one.rows(), one.cols())).norm(), 1e-13);
      }
    }
    const auto after = amplitudes_of(state);
    for (std::size_t i = 0; i < after.size(); ++i) {
      EXPECT_LT(std::abs(after[i] - before[i]), 1e-14);
    }
  }
}

TEST(Mps, GatesOnNearPairsAreThoseOfStateVectors) {
  for (const bool is_real : {true, false}) {
    for (const int range : {1, 2, 4}) {
      const Circuit circuit = near_circuit(10, 60, range, is_real, 11);
      const MatrixProductState state = prepare_mps(circuit, is_real, {});
      EXPECT_LT(distance(state, prepare(circuit, is_real)), 1e-12);
      MatrixProductState back = state;
      apply_inverse(back, circuit, {});
      EXPECT_NEAR(std::abs(overlap(MatrixProductState(10, is_real, 5), back)), 1, 1e-12);
      back.compress({.max_weight = 1e-20});
      EXPECT_EQ(back.max_bond(), 1);
    }
  }
}

TEST(Mps, OverlapIsThatOfStateVectors) {
  const auto phi = random_state(10, false, 5), psi = random_state(10, false, 6);
  const Complex expected = overlap(StateVector(phi, false), StateVector(psi, false));
  EXPECT_LT(std::abs(overlap(mps_of(phi, false), mps_of(psi, false)) - expected), 1e-13);
}

TEST(Mps, FidelityTensorsAreThoseOfStateVectors) {
  for (const bool is_real : {true, false}) {
    const int n = 10;
    const Circuit circuit = near_circuit(n, 30, 3, is_real, 4);
    const auto psi = random_state(n, is_real, 8);
    const MatrixProductState target = mps_of(psi, is_real);
    Targets targets;
    targets.states.emplace_back(psi, is_real);
    const auto pairs = near_pairs(n, 3);
    MpsFront front(target, circuit, {});
    Front dense(targets, circuit);
    const auto compare = [&] {
      const auto a = front.tensors(pairs), b = dense.tensors(pairs);
      for (std::size_t i = 0; i < a.size(); ++i) EXPECT_LT((a[i] - b[i]).norm(), 1e-12);
      // One at a time, from what is kept.
      const std::size_t some = (7 * front.place()) % pairs.size();
      EXPECT_LT((front.tensors({&pairs[some], 1})[0] - a[some]).norm(), 1e-13);
    };
    while (!front.is_at_end()) {
      front.open_next();
      dense.open_next();
      compare();
      front.close_next();
      dense.close_next();
    }
    EXPECT_LT(std::abs(front.overlap() - dense.overlaps()[0]), 1e-12);
    while (front.place() > 0) {
      front.open_previous();
      dense.open_previous();
      compare();
      front.close_previous();
      dense.close_previous();
    }
    EXPECT_LT(std::abs(front.overlap() - dense.overlaps()[0]), 1e-12);
    EXPECT_LT(front.loss().distance, 1e-12);
  }
}

TEST(Mps, TruncationLosesWhatItSays) {
  for (const double weight : {0.0, 1e-12}) {
    MatrixProductState state = mps_of(random_state(12, false, 9), false);
    const MatrixProductState exact = state;
    state.compress({.max_bond = 12, .max_weight = weight});
    EXPECT_EQ(state.max_bond(), 12);
    const double lost = state.loss().weight;
    EXPECT_GT(lost, 0.1);
    EXPECT_NEAR(state.norm() * state.norm(), 1 - lost, 1e-10);
    EXPECT_LE(std::abs(std::abs(overlap(exact, state)) - 1), state.loss().distance);
  }
}

TEST(Mps, KnownStates) {
  const int n = 12;
  std::vector<Complex> ghz(1 << n, 0.0), w(1 << n, 0.0);
  ghz.front() = ghz.back() = std::sqrt(0.5);
  for (int q = 0; q < n; ++q) w[std::size_t{1} << q] = 1 / std::sqrt(n);
  EXPECT_LT(distance(ghz_mps(n), StateVector(ghz, true)), 1e-14);
  EXPECT_LT(distance(w_mps(n), StateVector(w, true)), 1e-14);
  EXPECT_EQ(w_mps(100).max_bond(), 2);
  EXPECT_EQ(random_mps(40, 8, 1, false).max_bond(), 8);
  EXPECT_EQ(MatrixProductState(70, true, 3).qubits(), 70);
}

TEST(Mps, RefusesTensorsThatDoNotFit) {
  const auto message = [](std::vector<SiteTensor> sites) -> std::string {
    try {
      const MatrixProductState state(std::move(sites), false);
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  };
  const Matrix one = Matrix::Ones(1, 1), row = Matrix::Ones(1, 2), column = Matrix::Ones(2, 1);
  EXPECT_NE(message({{row, row}, {one, one}}).find("qubit 1"), std::string::npos);
  EXPECT_NE(message({{row, one}, {column, column}}).find("qubit 0"), std::string::npos);
  EXPECT_NE(message({{0 * row, 0 * row}, {column, column}}).find("norm 0"), std::string::npos);
  const Matrix bad = row * std::nan("");
  EXPECT_NE(message({{row, bad}, {column, column}}).find("not finite"), std::string::npos);
  EXPECT_EQ(message({{row, row}, {column, column}}), "");
}

}  // namespace
}  // namespace sengen::circuits
