// SPDX-License-Identifier: Apache-2.0
#include <sengen/circuits/mps_states.hpp>

#include <bit>
#include <cmath>

#include <fmt/format.h>

#include <sengen/circuits/mps_split.hpp>
#include <sengen/core/error.hpp>
#include <sengen/core/random.hpp>

namespace sengen::circuits {

namespace {

constexpr int kMaxDenseQubits = 26;
// The purpose of these random numbers: the one that state vectors from such tensors are made with.
constexpr std::uint64_t kTensorStream = 0x6175;

// Zeros, with bonds of one size.
std::vector<SiteTensor> zeros(int qubits, Eigen::Index bond) {
  std::vector<SiteTensor> sites;
  for (int q = 0; q < qubits; ++q) {
    const Eigen::Index left = q == 0 ? 1 : bond, right = q + 1 == qubits ? 1 : bond;
    sites.push_back({Matrix::Zero(left, right), Matrix::Zero(left, right)});
  }
  return sites;
}

}  // namespace

MatrixProductState ghz_mps(int qubits) {
  auto sites = zeros(qubits, 2);
  for (SiteTensor& site : sites) {
    for (Eigen::Index bit = 0; bit < 2; ++bit) {
      Matrix& matrix = site[static_cast<std::size_t>(bit)];
      matrix(std::min(bit, matrix.rows() - 1), std::min(bit, matrix.cols() - 1)) = 1;
    }
  }
  return {std::move(sites), true};
}

MatrixProductState w_mps(int qubits) {
  // The bond counts the ones so far.
  auto sites = zeros(qubits, 2);
  for (std::size_t q = 0; q < sites.size(); ++q) {
    const bool is_last = q + 1 == sites.size();
    for (Eigen::Index bit = 0; bit < 2; ++bit) {
      Matrix& matrix = sites[q][static_cast<std::size_t>(bit)];
      for (Eigen::Index before = 0; before < matrix.rows(); ++before) {
        const Eigen::Index after = before + bit;
        if (after < 2 && (!is_last || after == 1)) matrix(before, is_last ? 0 : after) = 1;
      }
    }
  }
  return {std::move(sites), true};
}

MatrixProductState product_mps(std::span<const Eigen::Vector2cd> amplitudes, bool is_real) {
  auto sites = zeros(static_cast<int>(amplitudes.size()), 1);
  for (std::size_t q = 0; q < sites.size(); ++q) {
    sites[q][0](0, 0) = amplitudes[q](0);
    sites[q][1](0, 0) = amplitudes[q](1);
  }
  return {std::move(sites), is_real};
}

MatrixProductState random_mps(int qubits, int bond, std::uint64_t seed, bool is_real) {
  const Random random(seed, kTensorStream);
  const auto bonds = static_cast<std::uint64_t>(bond);
  auto sites = zeros(qubits, bond);
  for (std::size_t q = 0; q < sites.size(); ++q) {
    for (std::uint64_t bit = 0; bit < 2; ++bit) {
      Matrix& matrix = sites[q][bit];
      for (Eigen::Index a = 0; a < matrix.rows(); ++a) {
        for (Eigen::Index b = 0; b < matrix.cols(); ++b) {
          const std::uint64_t index =
              ((q * 2 + bit) * bonds + static_cast<std::uint64_t>(a)) * bonds +
              static_cast<std::uint64_t>(b);
          const double re = random.normal(2 * index);
          matrix(a, b) = Complex(re, is_real ? 0 : random.normal(2 * index + 1));
        }
      }
    }
  }
  return {std::move(sites), is_real};
}

MatrixProductState mps_of(std::span<const Complex> amplitudes, bool is_real,
                          const Truncation& truncation) {
  if (amplitudes.size() < 4 || !std::has_single_bit(amplitudes.size())) {
    throw Error(ErrorKind::kInput, fmt::format("{} amplitudes, expected a power of two, at least 4",
                                               amplitudes.size()));
  }
  const int qubits = std::countr_zero(amplitudes.size());
  std::vector<SiteTensor> sites;
  // rest: the bond and bit 0 of what is left are the rows' index, the other bits the columns'.
  Matrix rest = Eigen::Map<const Matrix>(amplitudes.data(), 1, std::ssize(amplitudes));
  for (int q = 0; q + 1 < qubits; ++q) {
    const Eigen::Index bond = rest.rows(), half = rest.cols() / 2;
    Matrix matrix(2 * bond, half);
    for (Eigen::Index i = 0; i < rest.cols(); ++i) {
      matrix.block(i % 2 * bond, i / 2, bond, 1) = rest.col(i);
    }
    const Split parts = split(matrix, truncation, Isometry::kLeft, is_real);
    sites.push_back({parts.left.topRows(bond), parts.left.bottomRows(bond)});
    rest = parts.right;
  }
  sites.push_back({rest.col(0), rest.col(1)});
  return {std::move(sites), is_real};
}

std::vector<Complex> amplitudes_of(const MatrixProductState& state) {
  if (state.qubits() > kMaxDenseQubits) {
    throw Error(ErrorKind::kResource, fmt::format("{} qubits as a state vector, at most {}",
                                                  state.qubits(), kMaxDenseQubits));
  }
  Matrix part = Matrix::Ones(1, 1);
  for (int q = 0; q < state.qubits(); ++q) {
    const SiteTensor& site = state.site(q);
    Matrix next(2 * part.rows(), site[0].cols());
    next << part * site[0], part * site[1];
    part = std::move(next);
  }
  return {part.data(), part.data() + part.size()};
}

}  // namespace sengen::circuits
