// SPDX-License-Identifier: Apache-2.0
// Coordinated retry of a problem with integers ("multiretry" of fast-cma-es): every run is that of
// one of the promising assignments (promising_assignments.hpp), by turns, with the entries of the
// store that are its own.
#pragma once

#include <vector>

#include <sengen/optimise/coordinated_retry.hpp>

namespace sengen::optimise {

// Run k is one of assignments[k % count].
RetryRunner assignment_runner(std::vector<std::vector<double>> assignments);

}  // namespace sengen::optimise
