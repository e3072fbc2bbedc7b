// SPDX-License-Identifier: Apache-2.0
#include <sengen/circuits/insertion.hpp>

#include <algorithm>
#include <cmath>

#include <Eigen/Eigenvalues>

namespace sengen::circuits {

namespace {

bool touch(const Pair& a, const Pair& b) {
  return a.low == b.low || a.low == b.high || a.high == b.low || a.high == b.high;
}

// Whether a gate at this place could be multiplied onto a neighbour.
bool is_swallowed(const Circuit& circuit, std::size_t place, const Pair& pair) {
  for (std::size_t m = place; m-- > 0;) {
    if (circuit.gates[m].pair == pair) return true;
    if (touch(circuit.gates[m].pair, pair)) break;
  }
  for (std::size_t m = place; m < circuit.gates.size(); ++m) {
    if (circuit.gates[m].pair == pair) return true;
    if (touch(circuit.gates[m].pair, pair)) break;
  }
  return false;
}

double entropy(double p) {
  const double q = 1 - p;
  return (p > 0 ? -p * std::log(p) : 0) + (q > 0 ? -q * std::log(q) : 0);
}

// Entropy of one of the two qubits of a density matrix.
double qubit_entropy(const Matrix4& density, bool is_low) {
  Matrix2 one = Matrix2::Zero();
  for (int a = 0; a < 4; ++a) {
    for (int b = 0; b < 4; ++b) {
      if (is_low ? (a >> 1) != (b >> 1) : (a & 1) != (b & 1)) continue;
      one(is_low ? a & 1 : a >> 1, is_low ? b & 1 : b >> 1) += density(a, b);
    }
  }
  // The larger eigenvalue.
  const double mean = 0.5 * (one(0, 0).real() + one(1, 1).real());
  const double half = 0.5 * (one(0, 0).real() - one(1, 1).real());
  return entropy(std::clamp(mean + std::hypot(half, std::abs(one(0, 1))), 0.0, 1.0));
}

struct Disentangler {
  double score = 0;
  Matrix4 matrix = Matrix4::Identity();
};

// Eigenvectors in the order of falling eigenvalues, and what they are worth by the rule.
Disentangler disentangler(const Matrix4& density, bool is_real, Insertion rule) {
  Eigen::Vector4d values;
  Matrix4 vectors;
  if (is_real) {
    const Eigen::SelfAdjointEigenSolver<Eigen::Matrix4d> solver(density.real());
    values = solver.eigenvalues().reverse();
    vectors = solver.eigenvectors().rowwise().reverse().cast<Complex>();
  } else {
    const Eigen::SelfAdjointEigenSolver<Matrix4> solver(density);
    values = solver.eigenvalues().reverse();
    vectors = solver.eigenvectors().rowwise().reverse();
  }
  if (rule == Insertion::kDensity) return {values(0), vectors};
  if (rule == Insertion::kChain) {
    // The second eigenvector goes to where the low qubit is 0 as well.
    vectors.col(1).swap(vectors.col(2));
    return {0, vectors};
  }
  const double before = qubit_entropy(density, true) + qubit_entropy(density, false);
  const double after = entropy(std::clamp(values(0) + values(1), 0.0, 1.0)) +
                       entropy(std::clamp(values(0) + values(2), 0.0, 1.0));
  return {before - after, vectors};
}

// Density matrices of the residuals, averaged over targets.
std::vector<Matrix4> densities(const std::vector<StateVector>& states,
                               std::span<const Pair> pairs) {
  std::vector<Matrix4> sum(pairs.size(), Matrix4::Zero());
  for (const StateVector& state : states) {
    const auto one = fidelity_tensors(state, state, pairs);
    for (std::size_t i = 0; i < sum.size(); ++i) {
      sum[i] += one[i] / static_cast<double>(states.size());
    }
  }
  return sum;
}

// The next gate of a chain.
void insert_link(std::vector<StateVector>& residual, Circuit& circuit, bool is_real, int low) {
  const Pair pair{low, low + 1};
  const Disentangler gate =
      disentangler(densities(residual, {&pair, 1})[0], is_real, Insertion::kChain);
  circuit.gates.insert(circuit.gates.begin(), Gate{pair, gate.matrix});
  for (StateVector& state : residual) apply(state, pair, gate.matrix.adjoint());
}

}  // namespace

void insert_in_front(const Targets& targets, Circuit& circuit, std::span<const Pair> pairs,
                     Insertion rule, int count) {
  if (rule == Insertion::kIdentity) {
    for (int i = 0; i < count; ++i) {
      const auto turn = (circuit.gates.size()) % pairs.size();
      circuit.gates.insert(circuit.gates.begin(), Gate{pairs[turn]});
    }
    return;
  }
  std::vector<StateVector> residual = targets.states;
  for (StateVector& state : residual) apply_inverse(state, circuit);
  Pair last{-1, -1};
  for (int i = 0; i < count; ++i) {
    if (rule == Insertion::kChain) {
      insert_link(residual, circuit, targets.is_real(), i % (targets.qubits() - 1));
      continue;
    }
    const auto matrices = densities(residual, pairs);
    Disentangler best{.score = -1};
    Pair chosen = pairs[0];
    for (std::size_t k = 0; k < pairs.size(); ++k) {
      if (pairs[k] == last && pairs.size() > 1) continue;
      const Disentangler here = disentangler(matrices[k], targets.is_real(), rule);
      if (here.score > best.score + 1e-12) {
        best = here;
        chosen = pairs[k];
      }
    }
    circuit.gates.insert(circuit.gates.begin(), Gate{chosen, best.matrix});
    for (StateVector& state : residual) apply(state, chosen, best.matrix.adjoint());
    last = chosen;
  }
}

std::vector<Place> best_places(const Targets& targets, const Circuit& circuit,
                               std::span<const Pair> pairs, GateKind kind, std::size_t count) {
  const auto is_better = [](const Place& a, const Place& b) {
    if (a.overlap != b.overlap) return a.overlap > b.overlap;
    return a.place != b.place ? a.place < b.place : a.pair < b.pair;
  };
  std::vector<Place> best;
  Front front(targets, circuit);
  while (true) {
    const auto tensors = front.tensors(pairs);
    const auto norms = nuclear_norms(tensors, kind != GateKind::kComplex);
    for (std::size_t i = 0; i < pairs.size(); ++i) {
      if (is_swallowed(circuit, front.place(), pairs[i])) continue;
      Place here{front.place(), pairs[i], norms[i], tensors[i]};
      if (best.size() == count && !is_better(here, best.back())) continue;
      best.insert(std::upper_bound(best.begin(), best.end(), here, is_better), here);
      if (best.size() > count) best.pop_back();
    }
    if (front.is_at_end()) return best;
    front.open_next();
    front.close_next();
  }
}

void insert_gate(Circuit& circuit, const Place& place, GateKind kind) {
  const Gate gate{place.pair, best_gate(place.tensor, Matrix4::Identity(), kind)};
  circuit.gates.insert(circuit.gates.begin() + static_cast<std::ptrdiff_t>(place.place), gate);
}

}  // namespace sengen::circuits
