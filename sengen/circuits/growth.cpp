// SPDX-License-Identifier: Apache-2.0
#include <sengen/circuits/growth.hpp>

#include <algorithm>
#include <cmath>

#include <sengen/circuits/rewrite.hpp>
#include <sengen/core/random.hpp>

namespace sengen::circuits {

namespace {

// Gates this near to products of one-qubit gates are taken to be such.
constexpr double kSame = 1e-10;
// Below it a circuit and its target count as orthogonal.
constexpr double kNoOverlap = 1e-6;
constexpr int kMaxKicks = 20;
constexpr double kRescueAngle = 0.15;
// Sweeps of a stage end when one wins less than this part of what is missing.
constexpr double kSlowSweep = 1e-4;

class Grower {
 public:
  Grower(const Targets& targets, const GrowthOptions& options)
      : targets_(targets), options_(options) {}

  GrowthStage first_stage() {
    Circuit circuit;
    circuit.qubits = targets_.qubits();
    // Density matrices choose bits by themselves; several targets start from |0>, |1>, ...
    const bool is_sought =
        options_.rule == Insertion::kBest || options_.rule == Insertion::kIdentity;
    if (is_sought && targets_.states.size() == 1) {
      circuit.start = largest_amplitude(targets_.states[0]);
    }
    return {circuit, mean_overlap(targets_, circuit)};
  }

  GrowthStage next(const GrowthStage& last) {
    GrowthStage stage = last;
    const auto size = static_cast<int>(last.circuit.gates.size());
    const int wanted = size == 0 ? options_.first : options_.more;
    const int count = std::min(wanted, options_.max_gates - size);
    if (options_.rule == Insertion::kBest) {
      insert_best(stage, size + count);
    } else {
      insert_in_front(targets_, stage.circuit, options_.sweep.pairs, options_.rule, count);
    }
    if (size == 0 && options_.kick > 0) turn(stage.circuit, options_.kick, 0);
    rescue(stage.circuit);
    improve(stage);
    // Sweeps may have moved gates next to others on their pair: such gates are free to go
    // elsewhere.
    stage.circuit = merge_neighbours(stage.circuit, kSame);
    if (static_cast<int>(stage.circuit.gates.size()) < size + count) {
      insert_best(stage, size + count);
      polish_stage(stage);
    }
    return stage;
  }

 private:
  void turn(Circuit& circuit, double angle, int attempt) const {
    kick(circuit, options_.sweep.kind, angle, options_.seed, options_.stream,
         circuit.gates.size() * (kMaxKicks + 1) + static_cast<std::size_t>(attempt));
  }

  void rescue(Circuit& circuit) const {
    for (int attempt = 1; attempt <= kMaxKicks; ++attempt) {
      if (mean_overlap(targets_, circuit) > kNoOverlap) return;
      turn(circuit, kRescueAngle, attempt);
    }
  }

  void insert_best(GrowthStage& stage, int size) const {
    while (static_cast<int>(stage.circuit.gates.size()) < size) {
      const auto places =
          best_places(targets_, stage.circuit, options_.sweep.pairs, options_.sweep.kind, 1);
      if (places.empty()) return;  // two qubits take one gate
      insert_gate(stage.circuit, places[0], options_.sweep.kind);
      const double missing = 1 - places[0].overlap;
      stage.overlap = polish(targets_, stage.circuit, options_.sweep.kind,
                             {.max_iterations = std::min(60, options_.polish_iterations),
                              .decrease_tolerance = 1e-3 * missing,
                              .infidelity_target = 1 - options_.overlap_target});
      if (stage.overlap >= options_.overlap_target) return;
    }
  }

  void improve(GrowthStage& stage) const {
    SweepOptions sweep = options_.sweep;
    // Other numbers in every start and every stage.
    sweep.noise.stream = options_.stream << 32 | stage.circuit.gates.size();
    Sweeper sweeper(targets_, stage.circuit, sweep);
    stage.overlap = 0;
    for (int i = 0; i < options_.sweeps && stage.overlap < options_.overlap_target; ++i) {
      const double before = stage.overlap;
      stage.overlap = sweeper.sweep();
      const bool is_slow = stage.overlap - before < kSlowSweep * (1 - stage.overlap);
      if (is_slow && sweep.noise.shots == 0) break;
    }
    stage.hadamard_tests += sweeper.hadamard_tests();
    // What was measured last is not what is.
    if (sweep.noise.shots > 0) stage.overlap = mean_overlap(targets_, stage.circuit);
    polish_stage(stage);
  }

  void polish_stage(GrowthStage& stage) const {
    if (options_.polish_iterations == 0) return;
    stage.overlap = polish(targets_, stage.circuit, options_.sweep.kind,
                           {.max_iterations = options_.polish_iterations,
                            .decrease_tolerance = 1e-4 * (1 - stage.overlap),
                            .infidelity_target = 1 - options_.overlap_target});
  }

  const Targets& targets_;
  const GrowthOptions& options_;
};

}  // namespace

void kick(Circuit& circuit, GateKind kind, double angle, std::uint64_t seed, std::uint64_t stream,
          std::uint64_t index) {
  const Random random(seed, stream);
  std::uint64_t draw = index << 20;
  for (Gate& gate : circuit.gates) {
    Matrix4 a = Matrix4::Zero();
    for (int row = 0; row < 4; ++row) {
      for (int column = 0; column < row; ++column) {
        const double re = angle * random.normal(draw++);
        const double im = kind == GateKind::kComplex ? angle * random.normal(draw++) : 0;
        a(row, column) = Complex(re, im);
        a(column, row) = -std::conj(a(row, column));
      }
      if (kind == GateKind::kComplex) a(row, row) = Complex(0, angle * random.normal(draw++));
    }
    gate.matrix = (gate.matrix * exponential(a)).eval();
  }
}

void grow(const Targets& targets, const GrowthOptions& options, std::vector<GrowthStage>& stages,
          const AfterStage& after_stage) {
  Grower grower(targets, options);
  if (stages.empty()) stages.push_back(grower.first_stage());
  while (static_cast<int>(stages.back().circuit.gates.size()) < options.max_gates &&
         stages.back().overlap < options.overlap_target) {
    const auto before = stages.back().circuit.gates.size();
    stages.push_back(grower.next(stages.back()));
    if (!after_stage(stages) || stages.back().circuit.gates.size() == before) return;
  }
}

}  // namespace sengen::circuits
