// SPDX-License-Identifier: Apache-2.0
#include <sengen/circuits/front.hpp>

#include <cmath>

namespace sengen::circuits {

namespace {

std::vector<StateVector> basis_states(const Targets& targets, std::uint64_t start) {
  std::vector<StateVector> states;
  for (std::uint64_t k = 0; k < targets.states.size(); ++k) {
    states.emplace_back(targets.qubits(), targets.is_real(), start ^ k, targets.states[0].comm());
  }
  return states;
}

Complex phase_of(Complex overlap) {
  const double modulus = std::abs(overlap);
  return modulus > 0 ? std::conj(overlap) / modulus : Complex(1);
}

}  // namespace

Front::Front(const Targets& targets, const Circuit& circuit, bool at_end)
    : circuit_(circuit),
      place_(at_end ? circuit.gates.size() : 0),
      psi_(targets.states),
      phi_(basis_states(targets, circuit.start)) {
  for (const Gate& gate : circuit.gates) {
    if (at_end) apply_to(phi_, gate, false);
  }
  for (auto gate = circuit.gates.rbegin(); !at_end && gate != circuit.gates.rend(); ++gate) {
    apply_to(psi_, *gate, true);
  }
  for (const Complex value : overlaps()) phases_.push_back(phase_of(value));
}

void Front::apply_to(std::vector<StateVector>& states, const Gate& gate, bool inverse) {
  const Matrix4 matrix = inverse ? Matrix4(gate.matrix.adjoint()) : gate.matrix;
  for (StateVector& state : states) apply(state, gate.pair, matrix);
}

void Front::open_next() { apply_to(psi_, circuit_.gates[place_], false); }
void Front::close_next() { apply_to(phi_, circuit_.gates[place_++], false); }
void Front::open_previous() { apply_to(phi_, circuit_.gates[--place_], true); }
void Front::close_previous() { apply_to(psi_, circuit_.gates[place_], true); }

std::vector<Matrix4> Front::tensors(std::span<const Pair> pairs) {
  if (psi_.size() == 1) return fidelity_tensors(psi_[0], phi_[0], pairs);
  std::vector<Matrix4> sum(pairs.size(), Matrix4::Zero());
  for (std::size_t k = 0; k < psi_.size(); ++k) {
    const auto one = fidelity_tensors(psi_[k], phi_[k], pairs);
    for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += phases_[k] * one[i];
  }
  for (Matrix4& tensor : sum) tensor /= static_cast<double>(psi_.size());
  return sum;
}

std::vector<Complex> Front::overlaps() const {
  std::vector<Complex> values;
  for (std::size_t k = 0; k < psi_.size(); ++k) values.push_back(overlap(phi_[k], psi_[k]));
  return values;
}

std::vector<double> overlap_moduli(const Targets& targets, const Circuit& circuit) {
  const Front front(targets, circuit, true);
  std::vector<double> moduli;
  for (const Complex value : front.overlaps()) moduli.push_back(std::abs(value));
  return moduli;
}

double mean_overlap(const Targets& targets, const Circuit& circuit) {
  double sum = 0;
  for (const double modulus : overlap_moduli(targets, circuit)) sum += modulus;
  return sum / static_cast<double>(targets.states.size());
}

}  // namespace sengen::circuits
