// SPDX-License-Identifier: Apache-2.0
// StateVector: the 2^n amplitudes of n qubits, real and imaginary parts in arrays of their own
// (planes), so that every loop runs over whole vectors of the processor. A real state has no
// imaginary plane and stays real under real gates: half the memory, a quarter of the work.
// A state may be sliced over 2^k ranks: the top k qubits are then the bits of the rank's number,
// and operations are collective. Slices of the ranks that differ in a gate's qubits are brought
// together for it, up to four times the memory of one. Sums are the same for any number of ranks
// and threads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <new>
#include <span>
#include <vector>

#include <sengen/circuits/circuit.hpp>
#include <sengen/parallel/communicator.hpp>

namespace sengen::circuits {

// Memory on a border of 64 bytes: no load of a vector straddles two lines of the cache.
template <typename T>
struct AlignedAllocator {
  using value_type = T;  // NOLINT(readability-identifier-naming): the standard's name
  static constexpr std::align_val_t kAlignment{64};
  AlignedAllocator() = default;
  template <typename U>
  explicit AlignedAllocator(const AlignedAllocator<U>&) noexcept {}
  T* allocate(std::size_t count) {
    return static_cast<T*>(::operator new(count * sizeof(T), kAlignment));
  }
  void deallocate(T* pointer, std::size_t) noexcept { ::operator delete(pointer, kAlignment); }
  friend bool operator==(const AlignedAllocator&, const AlignedAllocator&) { return true; }
};
using Plane = std::vector<double, AlignedAllocator<double>>;

class StateVector {
 public:
  static constexpr int kMinQubits = 2;  // a gate needs two
  static constexpr int kMaxQubits = 40;
  static constexpr int kMinSliceQubits = 10;  // of a slice

  StateVector() = default;
  // The basis state |index>.
  StateVector(int qubits, bool is_real, std::uint64_t index = 0,
              const parallel::Communicator& comm = parallel::Communicator::self());
  // amplitudes: all 2^n of them, any norm; is_real drops the imaginary parts.
  StateVector(std::span<const Complex> amplitudes, bool is_real,
              const parallel::Communicator& comm = parallel::Communicator::self());

  int qubits() const noexcept { return qubits_; }
  bool is_real() const noexcept { return im_.empty(); }
  // Of this rank's slice.
  int slice_qubits() const noexcept { return slice_qubits_; }
  std::size_t size() const noexcept { return re_.size(); }
  const parallel::Communicator& comm() const noexcept { return comm_; }
  double* re() noexcept { return re_.data(); }
  const double* re() const noexcept { return re_.data(); }
  // Null when real.
  double* im() noexcept { return im_.empty() ? nullptr : im_.data(); }
  const double* im() const noexcept { return im_.empty() ? nullptr : im_.data(); }
  // Of the slice.
  Complex amplitude(std::size_t index) const {
    return {re_[index], im_.empty() ? 0.0 : im_[index]};
  }
  // Of all slices, on every rank. Collective.
  std::vector<Complex> amplitudes() const;

  // Becomes the basis state |index>.
  void set_basis_state(std::uint64_t index);

 private:
  int qubits_ = 0;
  int slice_qubits_ = 0;
  parallel::Communicator comm_ = parallel::Communicator::self();
  Plane re_;
  Plane im_;
};

// psi <- U psi on a pair of qubits. A real state takes real gates only: imaginary parts of its
// matrix are not looked at.
void apply(StateVector& psi, const Pair& pair, const Matrix4& u);
// The circuit's state from |start>, and psi pulled back through it: C^dagger psi.
StateVector prepare(const Circuit& circuit, bool is_real,
                    const parallel::Communicator& comm = parallel::Communicator::self());
void apply_inverse(StateVector& psi, const Circuit& circuit);

// T[a][b] = sum over the other qubits r of psi[a, r] conj(phi[b, r]), for every pair: the fidelity
// tensor (arXiv:2112.14524) of psi with phi, the reduced density matrix of psi with itself. Both
// states are real or both are complex. The sums are the same for any number of threads.
std::vector<Matrix4> fidelity_tensors(const StateVector& psi, const StateVector& phi,
                                      std::span<const Pair> pairs);
// The basis state with the largest amplitude, the first of equals. Collective.
std::uint64_t largest_amplitude(const StateVector& state);
// <phi|psi>.
Complex overlap(const StateVector& phi, const StateVector& psi);

}  // namespace sengen::circuits
