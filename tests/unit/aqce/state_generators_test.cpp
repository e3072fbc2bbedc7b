// SPDX-License-Identifier: Apache-2.0
#include <systems/aqce/state_generators.hpp>

#include <algorithm>
#include <bit>
#include <cmath>

#include <gtest/gtest.h>
#include <Eigen/Core>
#include <Eigen/SVD>

#include <sengen/core/parallel_for.hpp>

namespace sengen::aqce {
namespace {

double norm_of(const Amplitudes& state) {
  double sum = 0;
  for (const auto& amplitude : state) sum += std::norm(amplitude);
  return std::sqrt(sum);
}

bool is_real(const Amplitudes& state) {
  return std::all_of(state.begin(), state.end(), [](auto value) { return value.imag() == 0; });
}

// Schmidt values of the cut between qubits below `qubit` and the others.
Eigen::VectorXd schmidt(const Amplitudes& state, int qubit) {
  const Eigen::Index low = Eigen::Index{1} << qubit;
  const Eigen::Map<const Eigen::MatrixXcd> matrix(state.data(), low, std::ssize(state) / low);
  return Eigen::JacobiSVD<Eigen::MatrixXcd>(matrix).singularValues();
}

TEST(StateGenerators, MakeTheKnownStates) {
  const Amplitudes ghz = ghz_state(3);
  EXPECT_EQ(ghz.size(), 8U);
  EXPECT_EQ(ghz[0], std::sqrt(0.5));
  EXPECT_EQ(ghz[7], std::sqrt(0.5));
  EXPECT_EQ(std::count(ghz.begin(), ghz.end(), 0.0), 6);
  const Amplitudes w = dicke_state(3, 1);
  for (const std::size_t i : {1U, 2U, 4U}) EXPECT_NEAR(w[i].real(), 1 / std::sqrt(3.0), 1e-15);
  EXPECT_EQ(std::count(w.begin(), w.end(), 0.0), 5);
  const Amplitudes dicke = dicke_state(4, 2);
  EXPECT_NEAR(dicke[0b0110].real(), 1 / std::sqrt(6.0), 1e-15);
  EXPECT_EQ(uniform_state(2), Amplitudes(4, 0.5));
}

TEST(StateGenerators, MakeNormalisedStatesOfTheirKind) {
  for (const bool real : {false, true}) {
    for (const Amplitudes& state : {random_state(6, 3, real), random_circuit_state(6, 9, 3, real),
                                    mps_state(6, 3, 3, real)}) {
      EXPECT_EQ(state.size(), 64U);
      EXPECT_NEAR(norm_of(state), 1, 1e-14);
      EXPECT_EQ(is_real(state), real);
    }
  }
  EXPECT_NE(random_state(6, 3, false), random_state(6, 4, false));
  EXPECT_EQ(random_circuit_state(4, 0, 3, false).front(), 1.0);
}

TEST(StateGenerators, EntangleNoMoreThanTheySay) {
  const Amplitudes product = product_state(5, 8);
  const Amplitudes mps = mps_state(7, 3, 8, false);
  for (int qubit = 1; qubit < 5; ++qubit) EXPECT_LE(schmidt(product, qubit)(1), 1e-15);
  for (int qubit = 2; qubit < 6; ++qubit) {
    const Eigen::VectorXd values = schmidt(mps, qubit);
    EXPECT_GE(values(2), 1e-3);
    if (values.size() > 3) {
      EXPECT_LE(values(3), 1e-14);
    }
  }
  EXPECT_LE(schmidt(mps_state(5, 1, 8, true), 2)(1), 1e-15);
  // Two gates entangle at most three qubits.
  const Amplitudes two = random_circuit_state(2, 1, 5, false);
  EXPECT_GE(schmidt(two, 1)(1), 1e-3);
}

// Haar's measure is that of random states: the mean of |psi_0|^2 is 1/4, of |psi_0|^4 2/(4 5), and
// on the real sphere 3/(4 6).
TEST(StateGenerators, DrawGatesByHaarsMeasure) {
  for (const bool real : {false, true}) {
    double second = 0;
    double fourth = 0;
    constexpr int kDraws = 4000;
    for (std::uint64_t seed = 0; seed < kDraws; ++seed) {
      const double p = std::norm(random_circuit_state(2, 1, seed, real)[0]);
      second += p / kDraws;
      fourth += p * p / kDraws;
    }
    EXPECT_NEAR(second, 0.25, 0.015);
    EXPECT_NEAR(fourth, real ? 0.125 : 0.1, 0.01);
  }
}

TEST(StateGenerators, HaveTheSameBitsForAnyNumberOfThreads) {
  const auto make = [] {
    Amplitudes all = random_state(10, 2, false);
    for (const auto& value : random_circuit_state(10, 20, 2, false)) all.push_back(value);
    return all;
  };
  const Amplitudes one = make();
  set_threads(3);
  const Amplitudes three = make();
  set_threads(1);
  EXPECT_EQ(one, three);
}

}  // namespace
}  // namespace sengen::aqce
