// SPDX-License-Identifier: Apache-2.0
// The two loops over amplitudes that all of the time goes into: a gate on a pair of qubits, and the
// sums of a fidelity tensor. Work is counted in units of `kernel_units` (pair's own bits left out,
// low qubits within one vector of the processor), so that threads can share it.
#pragma once

#include <cstdint>

namespace sengen::circuits {

// im: null for real states; then the matrix's imaginary parts are not read.
struct PairMatrix {
  double re[4][4];
  double im[4][4];
};
struct ConstPlanes {
  const double* re;
  const double* im;
};
struct Planes {
  double* re;
  double* im;
};

// Units of work of a pair on 2^qubits amplitudes: a power of two.
std::int64_t kernel_units(int qubits, int low, int high);
// state <- matrix state for the units [begin, end).
void apply_units(const Planes& state, int qubits, int low, int high, const PairMatrix& matrix,
                 std::int64_t begin, std::int64_t end);
// sums[a][b] = sum of psi[a, r] conj(phi[b, r]) over the units [begin, end).
void tensor_units(const ConstPlanes& psi, const ConstPlanes& phi, int qubits, int low, int high,
                  std::int64_t begin, std::int64_t end, PairMatrix& sums);
// Numbers of double precision that a vector of this machine's kernels holds.
int kernel_lanes(int qubits);

}  // namespace sengen::circuits
