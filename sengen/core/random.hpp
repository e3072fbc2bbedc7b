// SPDX-License-Identifier: Apache-2.0
// Counter-based random numbers: Philox4x32-10 (Salmon et al., SC11). A number is a function of
// (seed, stream, index) and of nothing else: there is no state, any rank or thread can make any of
// them in any order, and the bits do not depend on how many there are. Not for cryptography.
#pragma once

#include <array>
#include <cstdint>
#include <span>

namespace sengen {

// The bijection itself: ten rounds on a counter of 4 words under a key of 2.
constexpr std::array<std::uint32_t, 4> philox(std::array<std::uint32_t, 4> counter,
                                              std::array<std::uint32_t, 2> key) noexcept {
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t first = std::uint64_t{0xD2511F53} * counter[0];
    const std::uint64_t second = std::uint64_t{0xCD9E8D57} * counter[2];
    counter = {static_cast<std::uint32_t>(second >> 32) ^ counter[1] ^ key[0],
               static_cast<std::uint32_t>(second),
               static_cast<std::uint32_t>(first >> 32) ^ counter[3] ^ key[1],
               static_cast<std::uint32_t>(first)};
    key[0] += 0x9E3779B9;
    key[1] += 0xBB67AE85;
  }
  return counter;
}

// The random numbers of one purpose. stream tells purposes apart (weights, shuffling, noise, ...),
// index the numbers of one purpose: take the global index of what the number is for.
class Random {
 public:
  constexpr Random(std::uint64_t seed, std::uint64_t stream) noexcept
      : seed_(seed), stream_(stream) {}

  // All 2^64 values, evenly.
  constexpr std::uint64_t bits(std::uint64_t index) const noexcept {
    const auto words = block(index);
    return std::uint64_t{words[1]} << 32 | words[0];
  }
  // In [0, 1): multiples of 2^-53 (double) and 2^-24 (float).
  constexpr double uniform(std::uint64_t index) const noexcept {
    return static_cast<double>(bits(index) >> 11) * 0x1p-53;
  }
  constexpr float uniform_float(std::uint64_t index) const noexcept {
    return static_cast<float>(bits(index) >> 40) * 0x1p-24F;
  }
  // 0 to count - 1, evenly to 2^-64 * count. count >= 1.
  std::uint64_t below(std::uint64_t count, std::uint64_t index) const noexcept;
  // Mean 0, variance 1 (Box-Muller); within +-8.6.
  double normal(std::uint64_t index) const noexcept;
  // values[i] = normal(first + i).
  void fill_normal(std::span<double> values, std::uint64_t first = 0) const noexcept;
  void fill_normal(std::span<float> values, std::uint64_t first = 0) const noexcept;

 private:
  constexpr std::array<std::uint32_t, 4> block(std::uint64_t index) const noexcept {
    return philox({static_cast<std::uint32_t>(index), static_cast<std::uint32_t>(index >> 32),
                   static_cast<std::uint32_t>(stream_), static_cast<std::uint32_t>(stream_ >> 32)},
                  {static_cast<std::uint32_t>(seed_), static_cast<std::uint32_t>(seed_ >> 32)});
  }
  std::uint64_t seed_;
  std::uint64_t stream_;
};

}  // namespace sengen
