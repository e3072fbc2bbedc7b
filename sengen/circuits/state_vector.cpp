// SPDX-License-Identifier: Apache-2.0
#include <sengen/circuits/state_vector.hpp>

#include <algorithm>
#include <bit>

#include <fmt/format.h>

#include <sengen/circuits/state_kernels.hpp>
#include <sengen/core/error.hpp>
#include <sengen/core/parallel_for.hpp>

namespace sengen::circuits {

namespace {

// Below so many amplitudes a team of threads costs more than it saves.
constexpr std::size_t kSerialSize = std::size_t{1} << 15;
// Sums are made of so many pieces, added as a tree: the same bits for any number of threads.
constexpr int kSerialQubits = 14;
constexpr std::int64_t kMaxPieces = 64;

std::int64_t pieces_of(int qubits) {
  if (qubits < kSerialQubits) return 1;
  return std::min(kMaxPieces, std::int64_t{1} << (qubits - kSerialQubits + 2));
}

PairMatrix to_pair_matrix(const Matrix4& u) {
  PairMatrix matrix{};
  for (int a = 0; a < 4; ++a) {
    for (int b = 0; b < 4; ++b) {
      matrix.re[a][b] = u(a, b).real();
      matrix.im[a][b] = u(a, b).imag();
    }
  }
  return matrix;
}

Matrix4 to_matrix(const PairMatrix& sums) {
  Matrix4 matrix;
  for (int a = 0; a < 4; ++a) {
    for (int b = 0; b < 4; ++b) matrix(a, b) = Complex(sums.re[a][b], sums.im[a][b]);
  }
  return matrix;
}

void add(PairMatrix& sum, const PairMatrix& other) {
  for (int a = 0; a < 4; ++a) {
    for (int b = 0; b < 4; ++b) {
      sum.re[a][b] += other.re[a][b];
      sum.im[a][b] += other.im[a][b];
    }
  }
}

// pieces.size() is a power of two.
PairMatrix tree_sum(std::span<PairMatrix> pieces) {
  for (std::size_t half = pieces.size() / 2; half > 0; half /= 2) {
    for (std::size_t i = 0; i < half; ++i) {
      pieces[i] = pieces[2 * i];
      add(pieces[i], pieces[2 * i + 1]);
    }
  }
  return pieces[0];
}

void check_pair(const Pair& pair, int qubits) {
  if (pair.low < 0 || pair.low >= pair.high || pair.high >= qubits) {
    throw Error(ErrorKind::kInternal,
                fmt::format("pair ({}, {}) of {} qubits", pair.low, pair.high, qubits));
  }
}

}  // namespace

StateVector::StateVector(int qubits, bool is_real, std::uint64_t index) : qubits_(qubits) {
  if (qubits < kMinQubits || qubits > kMaxQubits) {
    throw Error(ErrorKind::kUsage, fmt::format("a state of {} qubits: from {} to {} are possible",
                                               qubits, kMinQubits, kMaxQubits));
  }
  re_.resize(std::size_t{1} << qubits);
  if (!is_real) im_.resize(re_.size());
  set_basis_state(index);
}

StateVector::StateVector(std::span<const Complex> amplitudes, bool is_real)
    : StateVector(std::countr_zero(amplitudes.size()), is_real) {
  if (!std::has_single_bit(amplitudes.size())) {
    throw Error(ErrorKind::kInput,
                fmt::format("{} amplitudes are no power of two", amplitudes.size()));
  }
  for (std::size_t i = 0; i < amplitudes.size(); ++i) {
    re_[i] = amplitudes[i].real();
    if (!is_real) im_[i] = amplitudes[i].imag();
  }
}

std::vector<Complex> StateVector::amplitudes() const {
  std::vector<Complex> all(size());
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = amplitude(i);
  return all;
}

void StateVector::set_basis_state(std::uint64_t index) {
  std::fill(re_.begin(), re_.end(), 0.0);
  std::fill(im_.begin(), im_.end(), 0.0);
  re_.at(index) = 1;
}

void apply(StateVector& psi, const Pair& pair, const Matrix4& u) {
  check_pair(pair, psi.qubits());
  const PairMatrix matrix = to_pair_matrix(u);
  const Planes planes{psi.re(), psi.im()};
  const std::int64_t units = kernel_units(psi.qubits(), pair.low, pair.high);
  const auto work = [&](std::int64_t begin, std::int64_t end) {
    apply_units(planes, psi.qubits(), pair.low, pair.high, matrix, begin, end);
  };
  if (psi.size() < kSerialSize) {
    work(0, units);
  } else {
    parallel_for(0, units, work);
  }
}

StateVector prepare(const Circuit& circuit, bool is_real) {
  StateVector state(circuit.qubits, is_real, circuit.start);
  for (const Gate& gate : circuit.gates) apply(state, gate.pair, gate.matrix);
  return state;
}

void apply_inverse(StateVector& psi, const Circuit& circuit) {
  for (auto gate = circuit.gates.rbegin(); gate != circuit.gates.rend(); ++gate) {
    apply(psi, gate->pair, gate->matrix.adjoint());
  }
}

std::vector<Matrix4> fidelity_tensors(const StateVector& psi, const StateVector& phi,
                                      std::span<const Pair> pairs) {
  if (psi.qubits() != phi.qubits() || psi.is_real() != phi.is_real()) {
    throw Error(ErrorKind::kInternal, "fidelity tensor of two states of different kind");
  }
  const int qubits = psi.qubits();
  const std::int64_t pieces = pieces_of(qubits);
  const ConstPlanes x{psi.re(), psi.im()};
  const ConstPlanes y{phi.re(), phi.im()};
  std::vector<PairMatrix> sums(pairs.size() * static_cast<std::size_t>(pieces));
  const auto work = [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t item = begin; item < end; ++item) {
      const Pair& pair = pairs[static_cast<std::size_t>(item / pieces)];
      const std::int64_t units = kernel_units(qubits, pair.low, pair.high) / pieces;
      const std::int64_t first = item % pieces * units;
      tensor_units(x, y, qubits, pair.low, pair.high, first, first + units,
                   sums[static_cast<std::size_t>(item)]);
    }
  };
  for (const Pair& pair : pairs) check_pair(pair, qubits);
  const auto items = static_cast<std::int64_t>(sums.size());
  if (psi.size() * pairs.size() < 2 * kSerialSize) {
    work(0, items);
  } else {
    parallel_for(0, items, work);
  }
  std::vector<Matrix4> tensors;
  tensors.reserve(pairs.size());
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    const auto count = static_cast<std::size_t>(pieces);
    tensors.push_back(to_matrix(tree_sum(std::span(sums).subspan(i * count, count))));
  }
  return tensors;
}

Complex overlap(const StateVector& phi, const StateVector& psi) {
  const Pair pair{0, 1};
  return fidelity_tensors(psi, phi, {&pair, 1})[0].trace();
}

}  // namespace sengen::circuits
