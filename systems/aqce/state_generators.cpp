// SPDX-License-Identifier: Apache-2.0
#include "state_generators.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <utility>

#include <Eigen/Core>
#include <Eigen/QR>

#include <sengen/core/parallel_for.hpp>
#include <sengen/core/random.hpp>

namespace sengen::aqce {

namespace {

using Complex = std::complex<double>;
using Matrix4 = Eigen::Matrix4cd;

// Purposes of random numbers.
enum Stream : std::uint64_t { kProduct = 0x6171, kState, kGate, kPair, kTensor };

std::size_t size_of(int qubits) { return std::size_t{1} << qubits; }

Complex normal(const Random& random, std::uint64_t index, bool real) {
  return {random.normal(2 * index), real ? 0.0 : random.normal(2 * index + 1)};
}

void normalise(Amplitudes& state) {
  double sum = 0;
  for (const Complex& amplitude : state) sum += std::norm(amplitude);
  const double scale = 1 / std::sqrt(sum);
  for (Complex& amplitude : state) amplitude *= scale;
}

// Mezzadri, Notices AMS 54, 592 (2007): Q of a normal matrix, made unique by R's diagonal.
Matrix4 haar_gate(const Random& random, std::uint64_t gate, bool real) {
  Matrix4 matrix;
  for (Eigen::Index i = 0; i < 16; ++i) {
    matrix(i / 4, i % 4) = normal(random, 16 * gate + static_cast<std::uint64_t>(i), real);
  }
  const Eigen::HouseholderQR<Matrix4> qr(matrix);
  Matrix4 unitary = qr.householderQ();
  for (Eigen::Index i = 0; i < 4; ++i) {
    const Complex diagonal = qr.matrixQR()(i, i);
    unitary.col(i) *= diagonal / std::abs(diagonal);
  }
  if (real) unitary = unitary.real().cast<Complex>();
  return unitary;
}

// low is bit 0 of the gate's index, high bit 1.
void apply_gate(const Matrix4& gate, int low, int high, Amplitudes& state) {
  const std::size_t step_low = size_of(low);
  const std::size_t step_high = size_of(high);
  parallel_for(0, std::ssize(state) / 4, [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
    for (auto i = static_cast<std::size_t>(begin); i < static_cast<std::size_t>(end); ++i) {
      // Zeros put in at the places of both bits.
      std::size_t base = (i / step_low) * 2 * step_low + i % step_low;
      base = (base / step_high) * 2 * step_high + base % step_high;
      Eigen::Vector4cd four(state[base], state[base + step_low], state[base + step_high],
                            state[base + step_low + step_high]);
      four = (gate * four).eval();
      state[base] = four(0);
      state[base + step_low] = four(1);
      state[base + step_high] = four(2);
      state[base + step_low + step_high] = four(3);
    }
  });
}

}  // namespace

Amplitudes dicke_state(int qubits, int ones) {
  Amplitudes state(size_of(qubits));
  for (std::size_t i = 0; i < state.size(); ++i) {
    if (std::popcount(i) == ones) state[i] = 1;
  }
  normalise(state);
  return state;
}

Amplitudes ghz_state(int qubits) {
  Amplitudes state(size_of(qubits));
  state.front() = state.back() = std::sqrt(0.5);
  return state;
}

Amplitudes uniform_state(int qubits) {
  return Amplitudes(size_of(qubits), 1 / std::sqrt(static_cast<double>(size_of(qubits))));
}

std::vector<Eigen::Vector2cd> product_qubits(int qubits, std::uint64_t seed) {
  const Random random(seed, kProduct);
  std::vector<Eigen::Vector2cd> all;
  for (int qubit = 0; qubit < qubits; ++qubit) {
    const auto index = 2 * static_cast<std::uint64_t>(qubit);
    Amplitudes one = {normal(random, index, false), normal(random, index + 1, false)};
    normalise(one);
    all.emplace_back(one[0], one[1]);
  }
  return all;
}

Amplitudes product_state(int qubits, std::uint64_t seed) {
  Amplitudes state(size_of(qubits));
  state.front() = 1;
  std::size_t half = 1;
  for (const Eigen::Vector2cd& one : product_qubits(qubits, seed)) {
    for (std::size_t i = 0; i < half; ++i) {
      state[i + half] = state[i] * one(1);
      state[i] *= one(0);
    }
    half *= 2;
  }
  normalise(state);
  return state;
}

Amplitudes random_state(int qubits, std::uint64_t seed, bool real) {
  const Random random(seed, kState);
  Amplitudes state(size_of(qubits));
  parallel_for(0, std::ssize(state), [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
    for (auto i = static_cast<std::size_t>(begin); i < static_cast<std::size_t>(end); ++i) {
      state[i] = normal(random, i, real);
    }
  });
  normalise(state);
  return state;
}

Amplitudes random_circuit_state(int qubits, int gates, std::uint64_t seed, bool real) {
  const Random matrices(seed, kGate);
  const Random pairs(seed, kPair);
  Amplitudes state(size_of(qubits));
  state.front() = 1;
  for (int gate = 0; gate < gates; ++gate) {
    const auto index = static_cast<std::uint64_t>(gate);
    const auto count = static_cast<std::uint64_t>(qubits);
    const auto first = static_cast<int>(pairs.below(count, 2 * index));
    auto second = static_cast<int>(pairs.below(count - 1, 2 * index + 1));
    if (second >= first) ++second;
    apply_gate(haar_gate(matrices, index, real), std::min(first, second), std::max(first, second),
               state);
  }
  normalise(state);
  return state;
}

Amplitudes mps_state(int qubits, int bond, std::uint64_t seed, bool real) {
  const Random random(seed, kTensor);
  const auto bonds = static_cast<std::uint64_t>(bond);
  // part[index * bond + b] of the qubits so far; qubit 0 comes first and has one value to its left.
  Amplitudes part = {1};
  std::uint64_t left = 1;
  for (int qubit = 0; qubit < qubits; ++qubit) {
    const std::uint64_t right = qubit + 1 < qubits ? bonds : 1;
    const std::size_t before = size_of(qubit);
    Amplitudes next(2 * before * right);
    const auto tensor = [&](std::uint64_t bit, std::uint64_t a, std::uint64_t b) {
      const auto site = static_cast<std::uint64_t>(qubit);
      return normal(random, ((site * 2 + bit) * bonds + a) * bonds + b, real);
    };
    for (std::uint64_t bit = 0; bit < 2; ++bit) {
      for (std::uint64_t a = 0; a < left; ++a) {
        for (std::uint64_t b = 0; b < right; ++b) {
          const Complex factor = tensor(bit, a, b);
          for (std::size_t i = 0; i < before; ++i) {
            next[(i + bit * before) * right + b] += factor * part[i * left + a];
          }
        }
      }
    }
    normalise(next);
    part = std::move(next);
    left = right;
  }
  return part;
}

}  // namespace sengen::aqce
