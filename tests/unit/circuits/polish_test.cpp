// SPDX-License-Identifier: Apache-2.0
#include <sengen/circuits/polish.hpp>

#include <gtest/gtest.h>

#include <sengen/circuits/coupling.hpp>
#include <sengen/circuits/growth.hpp>

#include "random_states.hpp"

namespace sengen::circuits {
namespace {

Targets target_of(const std::vector<Complex>& psi, bool is_real) {
  Targets targets;
  targets.states.emplace_back(psi, is_real);
  return targets;
}

TEST(Polish, ExponentialOfAntiHermitianIsUnitary) {
  const Matrix4 a = random_gate(false, 1) * 3;
  const Matrix4 skew = a - a.adjoint();
  const Matrix4 u = exponential(skew);
  EXPECT_LT((u.adjoint() * u - Matrix4::Identity()).norm(), 1e-13);
  // exp(A) = exp(A/2)^2, and the derivative at 0 is A.
  const Matrix4 half = exponential(0.5 * skew);
  EXPECT_LT((half * half - u).norm(), 1e-13);
  EXPECT_LT(((exponential(1e-6 * skew) - exponential(-1e-6 * skew)) / 2e-6 - skew).norm(), 1e-9);
}

TEST(Polish, FindsBackAngles) {
  for (const bool is_real : {true, false}) {
    const auto kind = is_real ? GateKind::kReal : GateKind::kComplex;
    const Circuit original = random_circuit(6, 9, is_real, 11);
    const Targets targets = target_of(prepare(original, is_real).amplitudes(), is_real);
    Circuit turned = original;
    kick(turned, kind, 0.1, 1, 0, 0);
    const double before = mean_overlap(targets, turned);
    ASSERT_LT(before, 0.99);
    const double after =
        polish(targets, turned, kind, {.max_iterations = 2000, .decrease_tolerance = 1e-14});
    EXPECT_GT(after, 1 - 1e-9);
    EXPECT_NEAR(mean_overlap(targets, turned), after, 1e-12);
    for (const Gate& gate : turned.gates) {
      EXPECT_LT((gate.matrix.adjoint() * gate.matrix - Matrix4::Identity()).norm(), 1e-12);
    }
  }
}

TEST(Polish, NeverLosesOverlap) {
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    const Targets targets = target_of(random_state(5, true, seed), true);
    Circuit circuit = random_circuit(5, 6, true, seed + 50);
    const double before = mean_overlap(targets, circuit);
    EXPECT_GE(polish(targets, circuit, GateKind::kReal, {.max_iterations = 7}), before);
  }
}

TEST(Polish, SeveralTargetsAtOnce) {
  const Circuit original = random_circuit(5, 6, false, 21);
  Targets targets;
  for (const std::uint64_t k : {0U, 1U, 2U}) {
    Circuit from = original;
    from.start = k;
    StateVector state = prepare(from, false);
    // Phases of their own do not matter.
    auto amplitudes = state.amplitudes();
    for (Complex& amplitude : amplitudes) amplitude *= std::polar(1.0, 0.7 * double(k));
    targets.states.emplace_back(amplitudes, false);
  }
  EXPECT_NEAR(mean_overlap(targets, original), 1, 1e-12);
  Circuit turned = original;
  kick(turned, GateKind::kComplex, 0.1, 1, 0, 0);
  const double after = polish(targets, turned, GateKind::kComplex,
                              {.max_iterations = 2000, .decrease_tolerance = 1e-14});
  for (const double modulus : overlap_moduli(targets, turned)) EXPECT_GT(modulus, 1 - 1e-7);
  EXPECT_NEAR(after, 1, 1e-8);
}

}  // namespace
}  // namespace sengen::circuits
