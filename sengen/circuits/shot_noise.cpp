// SPDX-License-Identifier: Apache-2.0
#include <sengen/circuits/shot_noise.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include <sengen/core/random.hpp>

namespace sengen::circuits {

namespace {

constexpr int kY = 2;

std::array<Matrix2, 4> pauli_matrices() {
  const Complex i(0, 1);
  std::array<Matrix2, 4> pauli;
  pauli[0] << 1, 0, 0, 1;
  pauli[1] << 0, 1, 1, 0;
  pauli[2] << 0, -i, i, 0;
  pauli[3] << 1, 0, 0, -1;
  return pauli;
}

// s_k on the low qubit, s_l on the high one.
Matrix4 product(const Matrix2& low, const Matrix2& high) {
  Matrix4 matrix;
  for (int a = 0; a < 4; ++a) {
    for (int b = 0; b < 4; ++b) matrix(a, b) = low(a & 1, b & 1) * high(a >> 1, b >> 1);
  }
  return matrix;
}

std::vector<Matrix4> pauli_products() {
  const auto pauli = pauli_matrices();
  std::vector<Matrix4> products;
  for (const Matrix2& high : pauli) {
    for (const Matrix2& low : pauli) products.push_back(product(low, high));
  }
  return products;
}

// One number for every bracket of an update: those of one qubit are the same in all pairs.
std::uint64_t bracket_number(const Pair& pair, int k, int l) {
  const auto low = static_cast<std::uint64_t>(k == 0 ? 0 : 4 * pair.low + k);
  const auto high = static_cast<std::uint64_t>(l == 0 ? 0 : 4 * pair.high + l);
  return std::min(low, high) << 10 | std::max(low, high);
}

class Meter {
 public:
  Meter(const ShotNoise& noise, std::uint64_t update)
      : random_(noise.seed, noise.stream),
        first_(update << 21),
        shots_(static_cast<double>(noise.shots)) {}

  // The mean of so many results +1 and -1 whose expectation is `value`.
  double mean(double value, std::uint64_t bracket, bool imaginary) const {
    const double spread = std::sqrt(std::max(0.0, 1 - value * value) / shots_);
    const double sample = value + spread * random_.normal(first_ + 2 * bracket + imaginary);
    return std::clamp(sample, -1.0, 1.0);
  }

 private:
  Random random_;
  std::uint64_t first_;
  double shots_;
};

}  // namespace

std::int64_t bracket_count(std::span<const Pair> pairs, int qubits) {
  std::vector<bool> seen(static_cast<std::size_t>(qubits), false);
  for (const Pair& pair : pairs) {
    seen[static_cast<std::size_t>(pair.low)] = true;
    seen[static_cast<std::size_t>(pair.high)] = true;
  }
  const auto single = std::count(seen.begin(), seen.end(), true);
  return 1 + 3 * single + 9 * static_cast<std::int64_t>(pairs.size());
}

void measure(std::span<Matrix4> tensors, std::span<const Pair> pairs, bool is_real,
             const ShotNoise& noise, std::uint64_t update) {
  static const std::vector<Matrix4> products = pauli_products();
  const Meter meter(noise, update);
  for (std::size_t i = 0; i < tensors.size(); ++i) {
    Matrix4 measured = Matrix4::Zero();
    std::size_t next = 0;
    for (int l = 0; l < 4; ++l) {
      for (int k = 0; k < 4; ++k) {
        const Matrix4& pauli = products[next++];
        const Complex bracket = (pauli * tensors[i]).trace();
        const std::uint64_t number = bracket_number(pairs[i], k, l);
        const bool is_odd = (k == kY) != (l == kY);
        const double re = is_real && is_odd ? 0 : meter.mean(bracket.real(), number, false);
        const double im = is_real && !is_odd ? 0 : meter.mean(bracket.imag(), number, true);
        measured += 0.25 * Complex(re, im) * pauli;
      }
    }
    tensors[i] = measured;
  }
}

}  // namespace sengen::circuits
