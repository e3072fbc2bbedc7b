// SPDX-License-Identifier: Apache-2.0
#include <sengen/train/permutation.hpp>

#include <algorithm>
#include <bit>

namespace sengen::train {

namespace {
constexpr std::uint64_t kRounds = 8;
// Apart from the streams of weights, which are hashes of names.
constexpr std::uint64_t kStream = 0x7065726D75746521;
}  // namespace

Permutation::Permutation(std::uint64_t count, std::uint64_t seed, std::uint64_t epoch)
    : count_(count), random_(seed, kStream + epoch) {
  const auto bits = static_cast<unsigned>(std::bit_width(std::max<std::uint64_t>(count, 2) - 1));
  half_bits_ = (bits + 1) / 2;
  half_mask_ = (std::uint64_t{1} << half_bits_) - 1;
}

std::uint64_t Permutation::shuffled(std::uint64_t value) const {
  std::uint64_t left = value >> half_bits_;
  std::uint64_t right = value & half_mask_;
  for (std::uint64_t round = 0; round < kRounds; ++round) {
    const PhiloxCounter bits = random_.bits(right << 4 | round);
    const std::uint64_t mixed = (left ^ bits[0] ^ std::uint64_t{bits[1]} << 32) & half_mask_;
    left = right;
    right = mixed;
  }
  return left << half_bits_ | right;
}

std::uint64_t Permutation::operator()(std::uint64_t place) const {
  do {
    place = shuffled(place);
  } while (place >= count_);
  return place;
}

}  // namespace sengen::train
