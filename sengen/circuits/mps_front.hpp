// SPDX-License-Identifier: Apache-2.0
// MpsFront: a place in a circuit, seen from both sides, with matrix product states: phi is |start>
// with the gates before the place, psi the target with the gates after it undone (the role of
// Front, arXiv:2112.14524, eq. 5). Both are cut by a truncation at every gate, once: taking a gate
// back restores the sites as they were, it costs nothing and loses nothing. Fidelity tensors come
// from environments, the product <phi|psi> summed over all qubits to the left and to the right of a
// pair; those that no gate has touched since are kept. One target, a pair's two qubits near each
// other.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include <sengen/circuits/mps.hpp>

namespace sengen::circuits {

class MpsFront {
 public:
  // Before the first gate. Both must outlive the front; gates may change where the front is open.
  MpsFront(const MatrixProductState& target, const Circuit& circuit, const Truncation& truncation);

  // As of Front.
  std::size_t place() const noexcept { return place_; }
  bool is_at_end() const noexcept { return place_ == circuit_.gates.size(); }
  void open_next();
  void close_next();
  void open_previous();
  void close_previous();

  // T[a][b] = sum over the other qubits r of psi[a, r] conj(phi[b, r]). All pairs together cost
  // O(n range chi^3), a single one next to the last change O(chi^3). The same for any number of
  // threads.
  std::vector<Matrix4> tensors(std::span<const Pair> pairs);
  // <phi|psi>: while closed <C start|target>, up to the losses.
  Complex overlap() const { return circuits::overlap(phi_, psi_); }

  const MatrixProductState& psi() const noexcept { return psi_; }
  const MatrixProductState& phi() const noexcept { return phi_; }
  // Of both sides together.
  Loss loss() const;
  int max_bond() const noexcept { return max_bond_; }  // that was met so far
  std::size_t bytes() const;  // of states, environments and what the way back needs

 private:
  using Before = MatrixProductState::Before;
  // Open environments, [bit of psi + 2 x bit of phi].
  using Open = std::array<Matrix, 4>;

  void apply_to(MatrixProductState& state, std::vector<Before>& log, const Gate& gate,
                bool inverse);
  void take_back(MatrixProductState& state, std::vector<Before>& log);
  void touch(int first, int last);
  void extend_left(int qubit);
  void extend_right(int qubit);
  Open open_left(int qubit) const;
  Open open_right(int qubit) const;
  // The tensors of the pairs `own`, all with this low qubit.
  void fill_from(int low, std::span<const Pair> pairs, std::vector<std::size_t>& own,
                 std::span<const Open> rights, std::span<Matrix4> tensors) const;
  Open carried(const Open& left, int qubit) const;

  const Circuit& circuit_;
  Truncation truncation_;
  std::size_t place_ = 0;
  MatrixProductState psi_;
  MatrixProductState phi_;
  std::vector<Before> psi_log_;  // of the gates from the place on, the last gate first
  std::vector<Before> phi_log_;  // of the gates before the place
  std::vector<Matrix> left_;     // [q]: <phi|psi> over qubits below q; valid up to left_valid_
  std::vector<Matrix> right_;    // [q]: over qubits above q; valid from right_valid_ on
  int left_valid_ = 0;
  int right_valid_ = 0;
  int max_bond_ = 1;
};

}  // namespace sengen::circuits
