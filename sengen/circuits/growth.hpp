// SPDX-License-Identifier: Apache-2.0
// Growth of a circuit, the way of AQCE: M0 gates, N sweeps, dM gates more, N sweeps, ... (M0, dM, N
// as in arXiv:2112.14524), here with all gates polished together after the sweeps of a stage. A
// start whose overlap is 0 by symmetry would stay there for good (every tensor is 0): it is kicked,
// all gates turned a little at random, until it is not.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include <sengen/circuits/insertion.hpp>
#include <sengen/circuits/polish.hpp>
#include <sengen/circuits/sweep.hpp>

namespace sengen::circuits {

struct GrowthOptions {
  SweepOptions sweep;
  Insertion rule = Insertion::kBest;
  int first = 12;   // M0: gates of the first stage
  int more = 6;     // dM: gates of each stage after it
  int sweeps = 20;  // N: sweeps of a stage, at most
  int max_gates = 60;
  double overlap_target = 1;    // of |F|: growth ends when it is reached
  int polish_iterations = 200;  // of a stage, at most; 0: none
  // Radians (rms) by which the gates of the first stage are turned: other starts, other circuits.
  double kick = 0;
  std::uint64_t seed = 1;
  std::uint64_t stream = 0;  // tells starts apart
};

struct GrowthStage {
  Circuit circuit;
  double overlap = 0;               // mean |F| over the targets
  std::int64_t hadamard_tests = 0;  // so far, where tensors are measured
};

// What is called between stages: stages so far; false ends the growth there.
using AfterStage = std::function<bool(const std::vector<GrowthStage>&)>;

// Grows from the last of `stages` (none: from nothing), adding to them.
void grow(const Targets& targets, const GrowthOptions& options, std::vector<GrowthStage>& stages,
          const AfterStage& after_stage);

// Every gate times a random gate nearby (rms angle in radians), by (seed, stream, index).
void kick(Circuit& circuit, GateKind kind, double angle, std::uint64_t seed, std::uint64_t stream,
          std::uint64_t index);

}  // namespace sengen::circuits
