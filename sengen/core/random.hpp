// SPDX-License-Identifier: Apache-2.0
// Counter-based random numbers: Philox4x32-10 (Salmon et al., SC11). A number is a function of
// (seed, stream, index) and of nothing else: there is no state, any rank or thread can make any of
// them in any order, and the bits do not depend on how many there are. Not for cryptography.
#pragma once

#include <array>
#include <cstdint>
#include <span>

namespace sengen {

using PhiloxCounter = std::array<std::uint32_t, 4>;
using PhiloxKey = std::array<std::uint32_t, 2>;

// The bijection itself: ten rounds on a counter under a key.
constexpr PhiloxCounter philox(PhiloxCounter counter, PhiloxKey key) noexcept {
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
  constexpr explicit Random(std::uint64_t seed, std::uint64_t stream = 0) noexcept
      : seed_(seed), stream_(stream) {}

  // 128 random bits: philox of (index, stream) under the seed, low words first.
  constexpr PhiloxCounter bits(std::uint64_t index) const noexcept {
    return philox({low_word(index), high_word(index), low_word(stream_), high_word(stream_)},
                  {low_word(seed_), high_word(seed_)});
  }
  // In [0, 1): multiples of 2^-53 (double) and 2^-24 (float).
  constexpr double uniform(std::uint64_t index) const noexcept {
    const auto words = bits(index);
    return static_cast<double>((std::uint64_t{words[1]} << 32 | words[0]) >> 11) * 0x1p-53;
  }
  constexpr float uniform_float(std::uint64_t index) const noexcept {
    return static_cast<float>(bits(index)[0] >> 8) * 0x1p-24F;
  }
  // 0 to count - 1, evenly to 2^-64 * count. count >= 1.
  std::uint64_t below(std::uint64_t count, std::uint64_t index) const noexcept;
  // Mean 0, variance 1 (Box-Muller); within +-8.6.
  double normal(std::uint64_t index) const noexcept;
  // values[i] = normal(first + i).
  void fill_normal(std::span<double> values, std::uint64_t first = 0) const noexcept;
  void fill_normal(std::span<float> values, std::uint64_t first = 0) const noexcept;

 private:
  static constexpr std::uint32_t low_word(std::uint64_t value) noexcept {
    return static_cast<std::uint32_t>(value);
  }
  static constexpr std::uint32_t high_word(std::uint64_t value) noexcept {
    return static_cast<std::uint32_t>(value >> 32);
  }
  std::uint64_t seed_;
  std::uint64_t stream_;
};

}  // namespace sengen
