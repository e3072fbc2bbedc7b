// SPDX-License-Identifier: Apache-2.0
// Encoder for targets that are matrix product states, never made dense: n is bounded by the line's
// length times chi^3. First layers of a disentangler, each made from the truncation to bond 2 of
// what the circuit so far leaves of the target (Ran, PRA 101, 032310), all gates swept after each
// layer (as in Rudolph et al., arXiv:2209.00595); then gates on near pairs wherever they lift |F|
// most, swept with the pairs sought anew now and then. A target of bond 2 is exact after the first
// layer. What it does not do: one target at a time; no ranks; gates join qubits at most `range`
// apart, so a target that is entangled over long distances of the line needs a high bond and many
// gates.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>

#include <sengen/circuits/best_gate.hpp>
#include <sengen/circuits/encoder.hpp>
#include <sengen/circuits/mps.hpp>

namespace sengen::circuits {

struct MpsEncodeOptions {
  int max_gates = 200;
  double overlap_target = 1;  // of |F|: growth ends when it is reached
  GateKind kind = GateKind::kComplex;
  int range = 2;           // largest distance of a gate's qubits, >= 1
  int layers = 3;          // made by disentangling; gates after them go where they help most
  int sweeps = 20;         // of a stage (n - 1 gates more), at most
  int finish_sweeps = 60;  // after the last stage, at most
  int search_every = 20;   // sweeps from one search over all near pairs to the next; 0: none
  // Of both states at every gate while gates are sought.
  Truncation truncation = {.max_bond = 16, .max_weight = 1e-8};
  // Of C|start> for the |F| that is told in the end.
  Truncation check = {.max_bond = 128, .max_weight = 1e-12};
  int starts = 1;  // from the second on kicked after the first layer; shared by ranks and threads
  double kick = 0.15;  // radians, rms
  std::uint64_t seed = 1;
  std::optional<Circuit> from = {};  // to go on from in place of nothing
};

// overlap: |<C start|target>| with the truncation `check`; those of stages as the sweeps saw them.
struct MpsEncodeResult : EncodeResult {
  Loss loss;         // of that: |F| is within loss.distance, typically within sqrt(loss.weight)
  int max_bond = 1;  // met by sweeps of the start that won, since it was taken up again
  std::size_t bytes = 0;  // the most that the states of that start took
};

// The part that is done, and the best |F| of this process so far. Called by one thread at a time.
using MpsProgress = std::function<void(double part, double overlap)>;

// Collective. The same circuit for any number of ranks and threads, and after a stop: the store
// keeps the stages of every start. should_stop (of this process) is asked between sweeps; the best
// circuit so far is on all ranks then. kUsage for options out of range, for real gates with a
// complex target or a complex `from`, and for `from` with another number of qubits or pairs out of
// range.
MpsEncodeResult encode_mps(const MatrixProductState& target, const MpsEncodeOptions& options,
                           const parallel::Communicator& comm, EncodeStore& store,
                           const MpsProgress& progress, const std::function<bool()>& should_stop);
// The same by one process, with nothing kept.
MpsEncodeResult encode_mps(const MatrixProductState& target, const MpsEncodeOptions& options,
                           const std::function<bool()>& should_stop = {});

// |<C start|target>| and what the truncation may have changed.
struct MpsOverlap {
  double overlap = 0;
  Loss loss;
};
MpsOverlap overlap_of(const Circuit& circuit, const MatrixProductState& target,
                      const Truncation& truncation);

}  // namespace sengen::circuits
