// SPDX-License-Identifier: Apache-2.0
#include <sengen/circuits/mps_sweep.hpp>

#include <algorithm>
#include <cmath>

namespace sengen::circuits {

namespace {

// A pair must win by more than rounding and truncation to replace the present one.
constexpr double kTie = 1e-6;

}  // namespace

std::vector<Pair> near_pairs(int qubits, int range) {
  std::vector<Pair> pairs;
  for (int low = 0; low < qubits; ++low) {
    for (int high = low + 1; high < std::min(qubits, low + range + 1); ++high) {
      pairs.push_back({low, high});
    }
  }
  return pairs;
}

MpsSweeper::MpsSweeper(const MatrixProductState& target, Circuit& circuit,
                       const Truncation& truncation, SweepOptions options)
    : circuit_(circuit),
      options_(std::move(options)),
      front_(target, circuit, truncation),
      rivals_(circuit.gates.size()) {}

double MpsSweeper::update(std::size_t gate, bool searches) {
  Gate& present = circuit_.gates[gate];
  std::vector<Pair> pairs = searches ? options_.pairs : rivals_[gate];
  const auto found = std::find(pairs.begin(), pairs.end(), present.pair);
  const auto own = static_cast<std::size_t>(found - pairs.begin());
  if (found == pairs.end()) pairs.push_back(present.pair);

  const std::vector<Matrix4> tensors = front_.tensors(pairs);
  std::size_t best = own;
  if (pairs.size() > 1) {
    const auto norms = nuclear_norms(tensors, options_.kind != GateKind::kComplex);
    for (std::size_t i = 0; i < pairs.size(); ++i) {
      if (i != own && norms[i] > norms[best] * (best == own ? 1 + kTie : 1)) best = i;
    }
    if (searches) rivals_[gate] = best_pairs(pairs, norms, options_.rivals + 1);
  }
  const bool stays = best == own;
  present.matrix = best_gate(tensors[best], stays ? present.matrix : Matrix4(Matrix4::Identity()),
                             options_.kind);
  if (!stays) {
    present.pair = pairs[best];
    ++moved_;
  }
  return std::abs((present.matrix.adjoint() * tensors[best]).trace());
}

double MpsSweeper::sweep() {
  const bool searches = options_.search_every > 0 && sweeps_++ % options_.search_every == 0;
  moved_ = 0;
  double overlap = std::abs(front_.overlap());
  while (!front_.is_at_end()) {
    front_.open_next();
    overlap = update(front_.place(), searches);
    front_.close_next();
  }
  while (front_.place() > 0) {
    front_.open_previous();
    // Once a sweep is enough to look for other pairs.
    overlap = update(front_.place(), false);
    front_.close_previous();
  }
  return overlap;
}

}  // namespace sengen::circuits
