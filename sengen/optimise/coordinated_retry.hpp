// SPDX-License-Identifier: Apache-2.0
// Coordinated retry (Wolz, fast-cma-es, advretry): many short runs, each differential evolution and
// then CMA-ES, with a common store of their ends. Half of the runs begin anywhere in the box; the
// others in a small box around one good entry, as wide as it is far from another, and are taken in
// only when they better it. The runs grow longer, linearly, up to 50 times. A prelude goes before
// them: small self-adaptive evolutions from anywhere, until they converge, which is all that many
// problems of few variables need; their ends enter the store like others.
// Runs are numbered, run k draws from random stream k, and a round of `lanes` runs is made from one
// state and folded in in order: the result depends on seed and lanes, on nothing else, neither on
// threads nor on ranks, nor on where it was broken off and taken up again.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>

#include <sengen/optimise/problem.hpp>
#include <sengen/optimise/retry_state.hpp>
#include <sengen/parallel/communicator.hpp>

namespace sengen::optimise {

struct RetryOptions {
  RetryStoreOptions store = {};
  std::uint64_t seed = 1;
  std::int64_t lanes = 16;   // runs of a round
  std::int64_t runs = 5000;  // the search ends after these, or
  std::int64_t evaluations = std::numeric_limits<std::int64_t>::max();  // these, at a round's end
  double target = -std::numeric_limits<double>::infinity();
  // Ends that are not below it do not enter the store.
  double value_limit = std::numeric_limits<double>::infinity();
  std::int64_t prelude = 2'000'000;       // evaluations; 0: none
  std::int64_t first_evaluations = 1500;  // of a run at the beginning
  double growth = 50;                     // of a run at last
  std::int64_t grows_every = 100;         // runs; by first_evaluations
  double fresh = 0.5;                     // part of the runs that begin anywhere
  std::size_t population = 31;
};

// Run number `run` on a state; what it does is a function of these and of the options' seed.
RetryRun run_retry(const Problem& problem, const RetryState& state, std::int64_t run,
                   const RetryOptions& options);

// Another method may take the place of run_retry: a function of the same, on any thread.
using RetryRunner = std::function<RetryRun(const Problem& problem, const RetryState& state,
                                           std::int64_t run, const RetryOptions& options)>;

// Asked after every round, equally on every rank; true ends the search.
using AfterRound = std::function<bool(const RetryState&)>;

// Rounds until an end of the options is reached, from a state that may be new (RetryState{}) or one
// of an earlier search. A round's runs are spread over the threads and over the ranks; the state is
// equal on all of them after every round. Collective.
void coordinated_retry(const Problem& problem, const RetryOptions& options, RetryState& state,
                       const parallel::Communicator& comm, const AfterRound& after_round = {},
                       const RetryRunner& runner = run_retry);

}  // namespace sengen::optimise
