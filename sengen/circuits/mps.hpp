// SPDX-License-Identifier: Apache-2.0
// MatrixProductState: amplitudes of n qubits as products of matrices (Vidal, PRL 91, 147902;
// Schollwoeck, arXiv:1008.3477), psi(index) = A_0^{b_0} A_1^{b_1} ... A_{n-1}^{b_{n-1}} with b_q
// bit q of the index, A_q of bond(q-1) x bond(q). All qubits before the centre are left-orthogonal
// (sum_b A^{b dagger} A^b = 1), all behind it right-orthogonal, so that singular values at the
// centre are those of the state. n is not bounded by memory; nothing here makes 2^n numbers. A real
// state keeps imaginary parts of zero. Not thread-safe while written to; never normalises by
// itself.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include <sengen/circuits/circuit.hpp>

namespace sengen::circuits {

using Matrix = Eigen::MatrixXcd;
// A_q^0 and A_q^1.
using SiteTensor = std::array<Matrix, 2>;

// What a cut may lose. From the smallest singular value on, as many go as together weigh (sum of
// squares, relative to all) at most max_weight; then those beyond max_bond. Zero keeps all but
// rounding. Weights below kExactWeight are found by singular values, larger ones by the eigenvalues
// of a Gram matrix, which is four times faster and blind below it.
struct Truncation {
  static constexpr double kExactWeight = 1e-13;
  int max_bond = 1 << 20;
  double max_weight = 0;
};

// Weights that cuts of a state have lost. The state lies within `distance` (sum of their square
// roots) of what it were without them; typically within sqrt(weight).
struct Loss {
  double weight = 0;
  double distance = 0;
};

class MatrixProductState {
 public:
  MatrixProductState() = default;
  // The basis state |index>; qubits from 64 on are 0. kInput for fewer than two qubits.
  MatrixProductState(int qubits, bool is_real, std::uint64_t index = 0);
  // Of any tensors with bonds that fit, normalised, bonds as small as exactness allows. is_real
  // drops imaginary parts. kInput naming the qubit where shapes do not fit or a number is not
  // finite, and for norm 0.
  MatrixProductState(std::vector<SiteTensor> sites, bool is_real);

  int qubits() const noexcept { return static_cast<int>(sites_.size()); }
  bool is_real() const noexcept { return is_real_; }
  int centre() const noexcept { return centre_; }
  const SiteTensor& site(int qubit) const { return sites_[static_cast<std::size_t>(qubit)]; }
  // Between qubit and qubit + 1; 1 at the ends.
  int bond(int qubit) const;
  int max_bond() const;
  const Loss& loss() const noexcept { return loss_; }
  // O(chi^2), from the centre alone.
  double norm() const;
  std::size_t bytes() const;
  // From here on imaginary parts are looked at.
  void make_complex() noexcept { is_real_ = false; }

  void move_centre(int qubit);
  // psi <- psi / norm.
  void normalise();
  // Cuts every bond; the centre ends at qubit 0.
  void compress(const Truncation& truncation);
  // psi <- U psi. Qubits between low and high are taken along: (high - low + 1) sites make one
  // tensor of 2^(high - low + 1) chi^2 numbers that is cut apart again. The centre ends at high, or
  // at low when to_low. A real state takes real gates only: imaginary parts of u are not looked at.
  void apply(const Pair& pair, const Matrix4& u, const Truncation& truncation, bool to_low = false);

  // For walks that undo their steps: qubits first to last, the centre and the loss as they are now;
  // and back.
  struct Before {
    int first = 0;
    std::vector<SiteTensor> sites;
    int centre = 0;
    Loss loss;
  };
  Before before(int first, int last) const;
  void restore(Before before);

 private:
  SiteTensor& at(int qubit) { return sites_[static_cast<std::size_t>(qubit)]; }
  void step_right();
  void step_left();

  bool is_real_ = true;
  int centre_ = 0;
  Loss loss_;
  std::vector<SiteTensor> sites_;
};

// <phi|psi>, O(n chi^3).
Complex overlap(const MatrixProductState& phi, const MatrixProductState& psi);
// C |start> and C^dagger psi, every gate cut by truncation.
MatrixProductState prepare_mps(const Circuit& circuit, bool is_real, const Truncation& truncation);
void apply_inverse(MatrixProductState& psi, const Circuit& circuit, const Truncation& truncation);

}  // namespace sengen::circuits
