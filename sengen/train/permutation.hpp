// SPDX-License-Identifier: Apache-2.0
// Permutation: a random order of 0 .. count - 1 as a function of (seed, epoch), without a list: any
// rank can ask for any place of it. Eight rounds of a Feistel network over Philox on the next power
// of four; places outside of the range walk on until they are inside.
#pragma once

#include <cstdint>

#include <sengen/core/random.hpp>

namespace sengen::train {

class Permutation {
 public:
  // count >= 1.
  Permutation(std::uint64_t count, std::uint64_t seed, std::uint64_t epoch);

  // What stands at this place; place < count.
  std::uint64_t operator()(std::uint64_t place) const;

 private:
  std::uint64_t shuffled(std::uint64_t value) const;

  std::uint64_t count_;
  std::uint64_t half_mask_;
  unsigned half_bits_;
  Random random_;
};

}  // namespace sengen::train
