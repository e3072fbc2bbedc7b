// SPDX-License-Identifier: Apache-2.0
// A sum whose bits do not depend on the order of its terms, hence not on ranks or threads: every
// term is rounded once to a multiple of 2^-40 and summed as an integer. For quantities of order
// one with sums below 2^22 (forces in lattice units, mass of a block); absolute error 2^-41 a term.
#pragma once

#include <cmath>
#include <cstdint>

namespace sengen {

constexpr double kExactSumScale = 1099511627776.0;  // 2^40

// NaN and overflow become the most negative value, which the caller sees as a huge sum.
inline std::int64_t to_exact(double value) { return std::llround(value * kExactSumScale); }
// sum + sign * term. It wraps around in a flow that diverges and is about to be found out.
inline std::int64_t add_exact(std::int64_t sum, std::int64_t term, int sign = 1) {
  const auto factor = static_cast<std::uint64_t>(std::int64_t{sign});
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(sum) +
                                   factor * static_cast<std::uint64_t>(term));
}
inline double from_exact(std::int64_t sum) { return static_cast<double>(sum) / kExactSumScale; }

}  // namespace sengen
