// SPDX-License-Identifier: Apache-2.0
#include <sengen/circuits/mps_insertion.hpp>

#include <algorithm>
#include <cmath>
#include <vector>

namespace sengen::circuits {

namespace {

constexpr double kLeastGain = 1e-9;

struct Candidate {
  std::size_t place = 0;  // before this gate
  Pair pair;
  double overlap = 0;
};

bool shares_qubit(const Pair& a, const Pair& b) {
  return a.low == b.low || a.low == b.high || a.high == b.low || a.high == b.high;
}

// The first gate from `from` on, in steps of `step`, that shares a qubit: is it on this very pair?
bool meets_itself(const Circuit& circuit, const Pair& pair, std::size_t from, std::ptrdiff_t step) {
  for (auto m = static_cast<std::ptrdiff_t>(from); m >= 0 && m < std::ssize(circuit.gates);
       m += step) {
    const Pair& other = circuit.gates[static_cast<std::size_t>(m)].pair;
    if (shares_qubit(pair, other)) return other == pair;
  }
  return false;
}

bool is_new(const Circuit& circuit, const Pair& pair, std::size_t place) {
  if (place > 0 && !shares_qubit(pair, circuit.gates[place - 1].pair)) return false;
  const bool before = place > 0 && meets_itself(circuit, pair, place - 1, -1);
  return !before && !meets_itself(circuit, pair, place, 1);
}

std::vector<Candidate> candidates(const MatrixProductState& target, const Circuit& circuit,
                                  const Truncation& truncation, std::span<const Pair> pairs,
                                  GateKind kind) {
  std::vector<Candidate> found;
  MpsFront front(target, circuit, truncation);
  while (true) {
    const std::size_t place = front.place();
    std::vector<Pair> here;
    for (const Pair& pair : pairs) {
      if (is_new(circuit, pair, place)) here.push_back(pair);
    }
    const auto tensors = front.tensors(here);
    const auto norms = nuclear_norms(tensors, kind != GateKind::kComplex);
    for (std::size_t i = 0; i < here.size(); ++i) {
      const double overlap = std::abs(tensors[i].trace());
      if (norms[i] > overlap * (1 + kLeastGain)) found.push_back({place, here[i], norms[i]});
    }
    if (front.is_at_end()) return found;
    front.open_next();
    front.close_next();
  }
}

}  // namespace

int insert_spread(const MatrixProductState& target, Circuit& circuit, const Truncation& truncation,
                  std::span<const Pair> pairs, GateKind kind, int count) {
  auto all = candidates(target, circuit, truncation, pairs, kind);
  std::sort(all.begin(), all.end(), [](const Candidate& a, const Candidate& b) {
    if (a.overlap != b.overlap) return a.overlap > b.overlap;
    return a.place != b.place ? a.place < b.place : a.pair < b.pair;
  });
  std::vector<Candidate> taken;
  std::vector<int> uses(static_cast<std::size_t>(circuit.qubits), 0);
  for (int round = 1; static_cast<int>(taken.size()) < count && !all.empty(); ++round) {
    std::vector<Candidate> left;
    for (const Candidate& one : all) {
      int& used = uses[static_cast<std::size_t>(one.pair.low)];
      if (used < round && static_cast<int>(taken.size()) < count) {
        ++used;
        taken.push_back(one);
      } else {
        left.push_back(one);
      }
    }
    all = std::move(left);
  }
  // From the end on: earlier places stay what they are.
  std::stable_sort(taken.begin(), taken.end(),
                   [](const Candidate& a, const Candidate& b) { return a.place > b.place; });
  for (const Candidate& one : taken) {
    circuit.gates.insert(circuit.gates.begin() + static_cast<std::ptrdiff_t>(one.place),
                         Gate{one.pair});
  }
  return static_cast<int>(taken.size());
}

}  // namespace sengen::circuits
