// SPDX-License-Identifier: Apache-2.0
// Sweeps of AQCE (arXiv:2112.14524) over a target that is a matrix product state: every gate in
// turn is replaced by the best gate on the best of the near pairs, forth and back. The rules are
// those of sweep.hpp; |F| never falls but for what truncations lose. A sweep of M gates cuts 2 M
// blocks.
#pragma once

#include <vector>

#include <sengen/circuits/mps_front.hpp>
#include <sengen/circuits/sweep.hpp>

namespace sengen::circuits {

// Pairs whose qubits are at most `range` apart.
std::vector<Pair> near_pairs(int qubits, int range);

class MpsSweeper {
 public:
  // Both must outlive the sweeper, which alone changes the circuit meanwhile. options.depth_price
  // is not looked at.
  MpsSweeper(const MatrixProductState& target, Circuit& circuit, const Truncation& truncation,
             SweepOptions options);

  // Forth and back. Returns |F| as the front sees it, within loss().distance of the true one.
  double sweep();
  // Gates that went to another pair in the last sweep.
  int moved() const noexcept { return moved_; }
  const MpsFront& front() const noexcept { return front_; }

 private:
  double update(std::size_t gate, bool searches);

  Circuit& circuit_;
  SweepOptions options_;
  MpsFront front_;
  std::vector<std::vector<Pair>> rivals_;  // of every gate
  int sweeps_ = 0;
  int moved_ = 0;
};

}  // namespace sengen::circuits
