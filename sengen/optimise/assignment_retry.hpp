// SPDX-License-Identifier: Apache-2.0
// Coordinated retry of a problem with integers ("multiretry" of fast-cma-es): successive halving
// chooses the assignments that promise most, then every run of the retry is that of one of them, by
// turns, with the entries of the store that are its own.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include <sengen/optimise/coordinated_retry.hpp>
#include <sengen/optimise/mixed_integer.hpp>

namespace sengen::optimise {

struct PromisingOptions {
  Box candidates = {};  // integers to choose from; the problem's where empty
  std::size_t count = 8;
  std::int64_t evaluations = 4'000'000;
  std::uint64_t seed = 1;
  std::function<bool()> should_stop = {};
};

struct PromisingAssignments {
  std::vector<std::vector<double>> integers;  // the best first
  std::int64_t evaluations = 0;
};

// By short differential evolutions of their rests. On all threads; the same for any number. One
// objective: constraints are not looked at.
PromisingAssignments promising_assignments(const Problem& problem, const PromisingOptions& options);

// Run k is one of assignments[k % count].
RetryRunner assignment_runner(std::vector<std::vector<double>> assignments);

}  // namespace sengen::optimise
