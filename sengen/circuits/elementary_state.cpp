// SPDX-License-Identifier: Apache-2.0
// State vectors of elementary circuits: every gate in one pass over the amplitudes, in place.
#include <array>
#include <cmath>
#include <new>
#include <utility>

#include <fmt/format.h>

#include <sengen/circuits/elementary.hpp>
#include <sengen/circuits/euler.hpp>
#include <sengen/core/error.hpp>
#include <sengen/core/parallel_for.hpp>

namespace sengen::circuits {

namespace {

// Without the tests for NaN of operator*.
inline Complex times(const Complex& a, const Complex& b) {
  return {a.real() * b.real() - a.imag() * b.imag(), a.real() * b.imag() + a.imag() * b.real()};
}

// Indices with a 0 put in at a bit.
inline std::size_t opened(std::size_t index, std::size_t bit) {
  const std::size_t below = index & (bit - 1);
  return ((index - below) << 1) | below;
}

constexpr std::size_t kThreaded = std::size_t{1} << 12;  // below this threads cost more

template <typename Body>
void over(std::size_t count, Body&& body) {
  const auto pieces = [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
    for (std::ptrdiff_t i = begin; i < end; ++i) body(static_cast<std::size_t>(i));
  };
  if (count < kThreaded) {
    pieces(0, static_cast<std::ptrdiff_t>(count));
  } else {
    parallel_for(0, static_cast<std::ptrdiff_t>(count), pieces);
  }
}

void apply_one(const Matrix2& m, int qubit, std::span<Complex> state) {
  const std::size_t bit = std::size_t{1} << qubit;
  Complex* const data = state.data();
  const Complex m00 = m(0, 0);
  const Complex m01 = m(0, 1);
  const Complex m10 = m(1, 0);
  const Complex m11 = m(1, 1);
  if (m01 == 0.0 && m10 == 0.0) {
    over(state.size() / 2, [=](std::size_t i) {
      const std::size_t at = opened(i, bit);
      data[at] = times(m00, data[at]);
      data[at | bit] = times(m11, data[at | bit]);
    });
    return;
  }
  over(state.size() / 2, [=](std::size_t i) {
    const std::size_t at = opened(i, bit);
    const Complex zero = data[at];
    const Complex one = data[at | bit];
    data[at] = times(m00, zero) + times(m01, one);
    data[at | bit] = times(m10, zero) + times(m11, one);
  });
}

void apply_two(const Matrix4& m, int first, int second, std::span<Complex> state) {
  const std::size_t low = std::size_t{1} << std::min(first, second);
  const std::size_t high = std::size_t{1} << std::max(first, second);
  const std::size_t bit0 = std::size_t{1} << first;
  const std::size_t bit1 = std::size_t{1} << second;
  Complex* const data = state.data();
  over(state.size() / 4, [&](std::size_t i) {
    const std::size_t at = opened(opened(i, low), high);
    const std::array<std::size_t, 4> places{at, at | bit0, at | bit1, at | bit0 | bit1};
    std::array<Complex, 4> old;
    for (std::size_t k = 0; k < 4; ++k) old[k] = data[places[k]];
    for (std::size_t row = 0; row < 4; ++row) {
      Complex sum = 0;
      for (std::size_t k = 0; k < 4; ++k) {
        sum += times(m(static_cast<Eigen::Index>(row), static_cast<Eigen::Index>(k)), old[k]);
      }
      data[places[row]] = sum;
    }
  });
}

void apply_controlled(Op op, int first, int second, std::span<Complex> state) {
  const std::size_t low = std::size_t{1} << std::min(first, second);
  const std::size_t high = std::size_t{1} << std::max(first, second);
  const std::size_t control = std::size_t{1} << first;
  const std::size_t target = std::size_t{1} << second;
  Complex* const data = state.data();
  over(state.size() / 4, [=](std::size_t i) {
    const std::size_t at = opened(opened(i, low), high) | control;
    if (op == Op::kCz) {
      data[at | target] = -data[at | target];
    } else {
      std::swap(data[at], data[at | target]);
    }
  });
}

}  // namespace

void apply_circuit(const ElementaryCircuit& circuit, std::span<Complex> amplitudes) {
  if (circuit.qubits >= 48 || amplitudes.size() != std::size_t{1} << circuit.qubits) {
    throw Error(ErrorKind::kUsage, fmt::format("{} amplitudes are not those of {} qubits",
                                               amplitudes.size(), circuit.qubits));
  }
  for (const auto& operation : circuit.operations) {
    if (operation.op == Op::kCx || operation.op == Op::kCz) {
      apply_controlled(operation.op, operation.first, operation.second, amplitudes);
    } else if (is_two_qubit(operation.op)) {
      apply_two(two_qubit_matrix(circuit, operation), operation.first, operation.second,
                amplitudes);
    } else {
      apply_one(one_qubit_matrix(circuit, operation), operation.first, amplitudes);
    }
  }
  if (circuit.phase == 0) return;
  const Complex factor = std::polar(1.0, circuit.phase);
  Complex* const data = amplitudes.data();
  over(amplitudes.size(), [=](std::size_t i) { data[i] = times(factor, data[i]); });
}

namespace {

std::vector<Complex> basis_state(int qubits, std::uint64_t index) {
  if (qubits < 0 || qubits >= 48) {
    throw Error(ErrorKind::kResource, fmt::format("the state of {} qubits does not fit", qubits));
  }
  try {
    std::vector<Complex> state(std::size_t{1} << qubits);
    state.at(index) = 1;
    return state;
  } catch (const std::bad_alloc&) {
    throw Error(ErrorKind::kResource, fmt::format("the state of {} qubits needs {} MiB of memory",
                                                  qubits, (16ULL << qubits) >> 20));
  }
}

}  // namespace

std::vector<Complex> state_of(const ElementaryCircuit& circuit) {
  auto state = basis_state(circuit.qubits, 0);
  apply_circuit(circuit, state);
  return state;
}

std::vector<Complex> state_of(const Circuit& circuit) {
  auto state = basis_state(circuit.qubits, circuit.start);
  for (const auto& gate : circuit.gates) {
    apply_two(gate.matrix, gate.pair.low, gate.pair.high, state);
  }
  return state;
}

}  // namespace sengen::circuits
