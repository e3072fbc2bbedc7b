// SPDX-License-Identifier: Apache-2.0
#include <sengen/core/random.hpp>

#include <cmath>
#include <numbers>

namespace sengen {

std::uint64_t Random::below(std::uint64_t count, std::uint64_t index) const noexcept {
  // The upper half of the product of 128 bits.
  __extension__ using Wide = unsigned __int128;
  const auto words = bits(index);
  return static_cast<std::uint64_t>(Wide{std::uint64_t{words[1]} << 32 | words[0]} * count >> 64);
}

double Random::normal(std::uint64_t index) const noexcept {
  const auto words = bits(index);
  const std::uint64_t low = std::uint64_t{words[1]} << 32 | words[0];
  const std::uint64_t high = std::uint64_t{words[3]} << 32 | words[2];
  // In (0, 1]: the logarithm of 0 does not exist.
  const double radius = static_cast<double>((low >> 11) + 1) * 0x1p-53;
  const double angle = static_cast<double>(high >> 11) * 0x1p-53;
  return std::sqrt(-2 * std::log(radius)) * std::cos(2 * std::numbers::pi * angle);
}

void Random::fill_normal(std::span<double> values, std::uint64_t first) const noexcept {
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = normal(first + i);
}

void Random::fill_normal(std::span<float> values, std::uint64_t first) const noexcept {
  for (std::size_t i = 0; i < values.size(); ++i) {
    values[i] = static_cast<float>(normal(first + i));
  }
}

}  // namespace sengen
