// SPDX-License-Identifier: Apache-2.0
// The methods that `optimise` knows, as runs of the coordinated retry: each run is a function of
// the seed, its number and the store, so that any method can be spread over threads and ranks and
// taken up again.
#pragma once

#include <string>

#include <sengen/optimise/coordinated_retry.hpp>

#include "mission_problem.hpp"

namespace sengen::gtopx {

// The coordinated retry; where planets are free, that of promising sequences, whose choice takes a
// fifth of the budget at most and adds to `evaluations`.
optimise::RetryRunner retry_runner(const MissionProblem& problem, std::uint64_t seed, double budget,
                                   std::int64_t& evaluations);

// name: retry, de, sade, cmaes, mbh, aco, or pagmo- and the name of an optimiser of pagmo2. run:
// evaluations of a run, but for retry, whose runs grow by themselves. kUsage for pagmo2's in a
// program without it.
optimise::RetryRunner runner_named(const std::string& name, std::int64_t run);

}  // namespace sengen::gtopx
