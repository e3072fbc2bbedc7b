// SPDX-License-Identifier: Apache-2.0
// Encoder: the circuit for a target, by many starts (rules of insertion, kicks) that grow on their
// own, relocation of gates in the best few, a last polish, and, where a fidelity was asked for, the
// removal of gates that it can do without. Starts are shared between ranks and, for small states,
// between threads; the circuit is the same for any number of them.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <sengen/circuits/growth.hpp>
#include <sengen/circuits/relocation.hpp>
#include <sengen/parallel/communicator.hpp>

namespace sengen::circuits {

struct EncodeOptions {
  // Of every start, but for rule, kick and stream, which differ from start to start.
  GrowthOptions growth;
  // Taken in turn; those of the second round on are kicked.
  std::vector<Insertion> rules = {Insertion::kBest, Insertion::kEntropy, Insertion::kDensity,
                                  Insertion::kChain};
  double kick = 0.15;
  int starts = 8;
  int keep = 2;              // of the best starts, for relocation
  std::int64_t moves = 100;  // of each of them
  int move_iterations = 60;
  int finish_iterations = 3000;
  // Growth ends before a circuit costs more than this many CX; 0: no limit.
  int max_cnots = 0;
  std::function<int(const Circuit&)> cnots = {};
  // Gates that add less than this to |F|^2 for each of their CX are taken out in the end.
  double cnot_price = 0;
  // Circuit to go on from in place of nothing.
  std::optional<Circuit> from = {};
};

// What survives a kill: called with a mutex held, so that implementations need none.
class EncodeStore {
 public:
  virtual ~EncodeStore() = default;
  virtual std::vector<GrowthStage> load_growth(int /*start*/) { return {}; }
  virtual void save_growth(int /*start*/, const std::vector<GrowthStage>& /*stages*/) {}
  virtual std::optional<Relocation> load_relocation(int /*kept*/) { return {}; }
  virtual void save_relocation(int /*kept*/, const Relocation& /*state*/) {}
};

struct EncodeResult {
  Circuit circuit;
  double overlap = 0;                  // mean |F| over the targets
  std::vector<GrowthStage> stages;     // of the start that won
  std::vector<double> start_overlaps;  // in the order of starts
  int start = 0;                       // that won
  bool is_complete = true;             // false: stopped, all work is in the store
};

// What goes on, for a progress bar: phase ("grow", "relocate", "finish"), the part that is done,
// and the best |F| of this process so far. Called by one thread at a time.
using EncodeProgress = std::function<void(const std::string& phase, double part, double overlap)>;

// Collective. should_stop: of this process; the best circuit is on all ranks then. kUsage for real
// targets that are to go on from a circuit of complex gates.
EncodeResult encode(const Targets& targets, const EncodeOptions& options,
                    const parallel::Communicator& comm, EncodeStore& store,
                    const EncodeProgress& progress, const std::function<bool()>& should_stop);

// A result for messages between ranks, and back.
std::string to_bytes(const EncodeResult& result);
EncodeResult from_bytes(const std::string& bytes);

}  // namespace sengen::circuits
