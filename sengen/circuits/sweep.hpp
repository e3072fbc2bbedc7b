// SPDX-License-Identifier: Apache-2.0
// Sweeps of AQCE (arXiv:2112.14524): every gate in turn is replaced by the best gate on the best
// pair, all others fixed, first towards the end of the circuit and then back. |F| never falls: the
// present gate on its pair is among the candidates. All pairs are looked at in every k-th sweep;
// in between, the present pair and those that came next to it then.
#pragma once

#include <vector>

#include <sengen/circuits/best_gate.hpp>
#include <sengen/circuits/front.hpp>
#include <sengen/circuits/shot_noise.hpp>

namespace sengen::circuits {

struct SweepOptions {
  std::vector<Pair> pairs;  // that gates may act on
  GateKind kind = GateKind::kReal;
  int search_every = 1;  // sweeps from one search over all pairs to the next
  int rivals = 4;        // pairs beside the present one in the other sweeps
  // What |F| a gate must win, relative, for each layer that its pair adds to the circuit's depth.
  double depth_price = 0;
  // Tensors are measured, not known: |F| may then fall.
  ShotNoise noise = {};
};

class Sweeper {
 public:
  Sweeper(const Targets& targets, Circuit& circuit, SweepOptions options);

  // Forth and back. Returns the mean |F| over targets; kInternal if it fell.
  double sweep();
  // Gates that went to another pair in the last sweep.
  int moved() const noexcept { return moved_; }
  // Run so far, where tensors are measured: two for a bracket, one where states are real.
  std::int64_t hadamard_tests() const noexcept { return hadamard_tests_; }

 private:
  double update(Front& front, std::size_t gate, bool searches);
  double price(std::size_t gate, const Pair& pair) const;

  const Targets& targets_;
  Circuit& circuit_;
  SweepOptions options_;
  std::vector<std::vector<Pair>> rivals_;  // of every gate
  int sweeps_ = 0;
  int moved_ = 0;
  std::int64_t hadamard_tests_ = 0;
  std::uint64_t updates_ = 0;
  double overlap_ = 0;
};

// Layers of gates that can run side by side.
int depth_of(const Circuit& circuit);
// The `count` pairs of the largest norms; equal ones in the order of pairs.
std::vector<Pair> best_pairs(const std::vector<Pair>& pairs, const std::vector<double>& norms,
                             int count);

}  // namespace sengen::circuits
