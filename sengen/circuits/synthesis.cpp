// SPDX-License-Identifier: Apache-2.0
#include <sengen/circuits/synthesis.hpp>

#include <algorithm>

#include <fmt/format.h>

#include <sengen/circuits/fresh.hpp>
#include <sengen/circuits/rewrite.hpp>
#include <sengen/core/error.hpp>

namespace sengen::circuits {

namespace {

void check_coupling(const Circuit& circuit, const std::vector<Pair>& coupling) {
  if (coupling.empty()) return;
  for (std::size_t i = 0; i < circuit.gates.size(); ++i) {
    const Pair pair = circuit.gates[i].pair;
    if (std::find(coupling.begin(), coupling.end(), pair) != coupling.end()) continue;
    throw Error(ErrorKind::kInput,
                fmt::format("gate {} acts on qubits {} and {}, which are not coupled", i, pair.low,
                            pair.high));
  }
}

}  // namespace

ElementaryCircuit synthesise(const Circuit& circuit, const SynthesisOptions& options) {
  check(circuit);
  check_coupling(circuit, options.coupling);
  Circuit dense = merge_neighbours(circuit, options.tolerance);
  if (options.absorb_swaps) {
    dense = absorb_swaps(dense, options.tolerance, options.coupling);
  }
  ElementaryCircuit out{circuit.qubits, 0, {}, {}};
  std::vector<Fresh> fresh;
  for (int q = 0; q < dense.qubits; ++q) {
    const bool one = ((dense.start >> q) & 1) != 0;
    fresh.emplace_back(Eigen::Vector2cd(one ? 0 : 1, one ? 1 : 0));
  }
  for (const auto& [pair, matrix] : dense.gates) {
    append_gate(out, pair.low, pair.high, matrix, fresh[static_cast<std::size_t>(pair.low)],
                fresh[static_cast<std::size_t>(pair.high)], options.tolerance);
  }
  for (int q = 0; q < dense.qubits; ++q) {
    const auto& state = fresh[static_cast<std::size_t>(q)];
    if (state) append_state(out, q, *state);
  }
  return simplify(out, options.basis);
}

}  // namespace sengen::circuits
