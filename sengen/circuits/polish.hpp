// SPDX-License-Identifier: Apache-2.0
// Polishing: all gates of a circuit are turned together, pairs fixed, by L-BFGS on the group of
// unitary (or orthogonal) matrices: a step moves U to U exp(A), A anti-Hermitian, and dF =
// Tr((U A)^dagger T). A gradient costs three gate applications and a fidelity tensor a gate.
#pragma once

#include <functional>
#include <vector>

#include <sengen/circuits/best_gate.hpp>
#include <sengen/circuits/front.hpp>

namespace sengen::circuits {

struct PolishOptions {
  int max_iterations = 200;
  double decrease_tolerance = 1e-9;  // of 1 - |F|: ends when ten iterations win less
  double infidelity_target = 0;      // 1 - |F|
  std::function<bool()> should_stop = {};
};

// Returns the mean of |F|, which is never lower than before.
double polish(const Targets& targets, Circuit& circuit, GateKind kind,
              const PolishOptions& options);

// The same for any target: tensors gives T_m of every gate at its pair, F = Tr(U_m^dagger T_m).
// Where they are inexact, what is reached may lie below the beginning by their error.
using GateTensors = std::function<std::vector<Matrix4>(const Circuit&)>;
double polish(const GateTensors& tensors, Circuit& circuit, GateKind kind,
              const PolishOptions& options);

// exp(a) of a 4 x 4 matrix.
Matrix4 exponential(const Matrix4& a);

}  // namespace sengen::circuits
