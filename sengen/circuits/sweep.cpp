// SPDX-License-Identifier: Apache-2.0
#include <sengen/circuits/sweep.hpp>

#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include <sengen/core/error.hpp>

namespace sengen::circuits {

namespace {

// A pair must win by more than rounding to replace the present one.
constexpr double kTie = 1e-10;

// With one gate on another pair.
int depth_with(const Circuit& circuit, std::size_t moved, const Pair& pair) {
  std::vector<int> depth(static_cast<std::size_t>(circuit.qubits), 0);
  for (std::size_t i = 0; i < circuit.gates.size(); ++i) {
    const Pair& at = i == moved ? pair : circuit.gates[i].pair;
    int& low = depth[static_cast<std::size_t>(at.low)];
    int& high = depth[static_cast<std::size_t>(at.high)];
    low = high = std::max(low, high) + 1;
  }
  return depth.empty() ? 0 : *std::max_element(depth.begin(), depth.end());
}

}  // namespace

int depth_of(const Circuit& circuit) { return depth_with(circuit, circuit.gates.size(), {}); }

std::vector<Pair> best_pairs(const std::vector<Pair>& pairs, const std::vector<double>& norms,
                             int count) {
  std::vector<std::size_t> order(pairs.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return norms[a] != norms[b] ? norms[a] > norms[b] : pairs[a] < pairs[b];
  });
  order.resize(std::min(order.size(), static_cast<std::size_t>(count)));
  std::vector<Pair> best;
  for (const std::size_t i : order) best.push_back(pairs[i]);
  return best;
}

Sweeper::Sweeper(const Targets& targets, Circuit& circuit, SweepOptions options)
    : targets_(targets),
      circuit_(circuit),
      options_(std::move(options)),
      rivals_(circuit.gates.size()) {}

double Sweeper::price(std::size_t gate, const Pair& pair) const {
  if (options_.depth_price == 0) return 0;
  return options_.depth_price * depth_with(circuit_, gate, pair);
}

double Sweeper::update(Front& front, std::size_t gate, bool searches) {
  Gate& present = circuit_.gates[gate];
  std::vector<Pair> pairs = searches ? options_.pairs : rivals_[gate];
  const auto found = std::find(pairs.begin(), pairs.end(), present.pair);
  const auto own = static_cast<std::size_t>(found - pairs.begin());
  if (found == pairs.end()) pairs.push_back(present.pair);

  std::vector<Matrix4> tensors = front.tensors(pairs);
  if (options_.noise.shots > 0) {
    measure(tensors, pairs, targets_.is_real(), options_.noise, updates_++);
    const std::int64_t tests = targets_.is_real() ? 1 : 2;  // of a bracket
    hadamard_tests_ +=
        tests * bracket_count(pairs, targets_.qubits()) * std::ssize(targets_.states);
  }
  const std::vector<double> norms = nuclear_norms(tensors, options_.kind != GateKind::kComplex);
  const auto score = [&](std::size_t i) { return norms[i] * std::exp(-price(gate, pairs[i])); };
  std::size_t best = own;
  double best_score = score(own) * (1 + kTie);
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    if (i != own && score(i) > best_score) {
      best = i;
      best_score = score(i) * (1 + kTie);
    }
  }
  if (searches && options_.search_every > 1) {
    rivals_[gate] = best_pairs(pairs, norms, options_.rivals + 1);
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

double Sweeper::sweep() {
  const bool searches = sweeps_++ % options_.search_every == 0;
  moved_ = 0;
  double overlap = overlap_;
  Front forth(targets_, circuit_);
  while (!forth.is_at_end()) {
    forth.open_next();
    overlap = update(forth, forth.place(), searches);
    forth.close_next();
  }
  Front back(targets_, circuit_, true);
  while (back.place() > 0) {
    back.open_previous();
    overlap = update(back, back.place(), searches);
    back.close_previous();
  }
  // Rotations alone cannot always follow the nuclear norm, nor do prices and noise keep |F|.
  const bool is_monotone = options_.kind != GateKind::kRotation && options_.depth_price == 0 &&
                           options_.noise.shots == 0;
  if (is_monotone && overlap < overlap_ - 1e-9) {
    throw Error(ErrorKind::kInternal,
                fmt::format("a sweep took |F| from {:.12f} down to {:.12f}", overlap_, overlap));
  }
  overlap_ = overlap;
  return overlap;
}

}  // namespace sengen::circuits
