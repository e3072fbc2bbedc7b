// SPDX-License-Identifier: Apache-2.0
// Front: a place in a circuit, seen from both sides: phi_k is |start_k> with the gates before the
// place, psi_k the k-th target with the gates after it undone (arXiv:2112.14524, eq. 5). Moving by
// one gate costs two gate applications a target in place of a rebuild. Between `open` and `close`
// the present gate is on neither side: T then tells which gate on which pair were best there.
// Several targets are encoded at once as C|start_k> = target_k: their tensors are added with the
// phases of their overlaps taken off.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <sengen/circuits/circuit.hpp>
#include <sengen/circuits/state_vector.hpp>

namespace sengen::circuits {

// States that one circuit is to prepare, target k from basis state start xor k.
struct Targets {
  std::vector<StateVector> states;  // norm 1; all real or all complex

  int qubits() const { return states.front().qubits(); }
  bool is_real() const { return states.front().is_real(); }
};

class Front {
 public:
  // Before the first gate (at_end: behind the last one). The circuit must outlive the front.
  Front(const Targets& targets, const Circuit& circuit, bool at_end = false);

  // Gate `place` lies right before the open gap of a forward walk: taken off psi, not yet on phi.
  std::size_t place() const noexcept { return place_; }
  bool is_at_end() const noexcept { return place_ == circuit_.gates.size(); }

  // Forward: takes the next gate off psi; puts it (or what it has become) on phi.
  void open_next();
  void close_next();
  // Backward: takes the gate before the place off phi; puts it on psi.
  void open_previous();
  void close_previous();

  // The tensors of all targets on these pairs, with the phases of `overlaps` taken off.
  std::vector<Matrix4> tensors(std::span<const Pair> pairs);
  // <C start_k|target_k> for every k. Only while closed.
  std::vector<Complex> overlaps() const;

 private:
  void apply_to(std::vector<StateVector>& states, const Gate& gate, bool inverse);

  const Circuit& circuit_;
  std::size_t place_ = 0;
  std::vector<StateVector> psi_;
  std::vector<StateVector> phi_;
  std::vector<Complex> phases_;  // of several targets: exp(-i arg F_k), from the last closed place
};

// The mean of |F_k| over the targets, and each |F_k|.
double mean_overlap(const Targets& targets, const Circuit& circuit);
std::vector<double> overlap_moduli(const Targets& targets, const Circuit& circuit);

}  // namespace sengen::circuits
