// SPDX-License-Identifier: Apache-2.0
// The lowest eigenpair of a real symmetric operator that is known by its products y = A x alone:
// thick-restart Lanczos (Wu, Simon, SIAM J. Matrix Anal. Appl. 22, 602, 2000) with every new vector
// made orthogonal to all kept ones twice. The basis is as long as a fixed amount of memory allows
// (2 GiB: 16 vectors of 2^24). Sums are taken over blocks of fixed size, blocks in order: the bits
// do not depend on the number of threads.
// A start vector spans the Krylov space: what it has no part of (another symmetry sector) is not
// found, and of a degenerate ground state the part that it points to. Serial over ranks.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace sengen::linalg {

// y = A x; never called with overlapping vectors.
using SymmetricOperator = std::function<void(std::span<const double> x, std::span<double> y)>;

struct LanczosOptions {
  std::uint64_t seed = 1;          // of the random start vector, when there is no other
  double tolerance = 1e-11;        // of |A x - lambda x|, relative to the larger of 1 and |lambda|
  int max_steps = 5000;            // products with A
  int basis = 0;                   // vectors that are kept, 0: as many as memory allows, 8 to 24
  std::vector<double> start = {};  // any length but zero
};

struct LanczosResult {
  double eigenvalue = 0;
  std::vector<double> eigenvector;  // of length 1, its largest component (the first) positive
  double residual = 0;              // |A x - lambda x|, computed at the end
  int steps = 0;                    // products with A
};

// dimension >= 1. kNumerics when it has not converged after max_steps, or when A gives no numbers.
LanczosResult lowest_eigenpair(std::int64_t dimension, const SymmetricOperator& apply,
                               const LanczosOptions& options = {});

// Bytes that lowest_eigenpair takes for a dimension.
std::uint64_t lanczos_bytes(std::int64_t dimension, const LanczosOptions& options = {});

// x . y and |x|, summed over blocks of fixed size.
double blocked_dot(std::span<const double> x, std::span<const double> y);
double blocked_norm(std::span<const double> x);

// Turns a vector so that its largest component, the first within 1e-9 of it, is positive.
void fix_sign(std::span<double> x);

}  // namespace sengen::linalg
