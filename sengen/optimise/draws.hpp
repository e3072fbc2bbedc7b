// SPDX-License-Identifier: Apache-2.0
// Random numbers one after another: those of one stream of core/random.hpp in the order of asking.
// What is drawn is a function of seed, stream and how many were drawn before.
#pragma once

#include <cstdint>

#include <sengen/core/random.hpp>

namespace sengen::optimise {

class Draws {
 public:
  explicit Draws(std::uint64_t seed, std::uint64_t stream = 0) : random_(seed, stream) {}

  // In [0, 1).
  double uniform() { return random_.uniform(next_++); }
  double uniform(double lower, double upper) { return lower + (upper - lower) * uniform(); }
  // 0 to count - 1.
  std::size_t below(std::size_t count) { return random_.below(count, next_++); }
  // Mean 0, variance 1.
  double normal() { return random_.normal(next_++); }

 private:
  Random random_;
  std::uint64_t next_ = 0;
};

}  // namespace sengen::optimise
