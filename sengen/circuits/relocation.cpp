// SPDX-License-Identifier: Apache-2.0
#include <sengen/circuits/relocation.hpp>

#include <algorithm>
#include <cmath>
#include <numeric>

#include <sengen/circuits/polish.hpp>
#include <sengen/core/random.hpp>

namespace sengen::circuits {

namespace {

// From the best circuit again after so many moves.
constexpr std::int64_t kRestartEvery = 40;
constexpr std::size_t kPlaces = 12;

// The four numbers that a move draws.
class Draw {
 public:
  Draw(const RelocationOptions& options, std::int64_t move)
      : random_(options.seed, options.stream), next_(static_cast<std::uint64_t>(move) * 4) {}
  // Exponentially distributed, mean 1.
  double exponential() { return -std::log(1 - random_.uniform(next_++)); }
  std::size_t rank(double mean, std::size_t count) {
    return std::min(count - 1, static_cast<std::size_t>(mean * exponential()));
  }

 private:
  Random random_;
  std::uint64_t next_;
};

class Mover {
 public:
  Mover(const Targets& targets, const RelocationOptions& options, Relocation& state)
      : targets_(targets), options_(options), state_(state) {}

  void move() {
    Draw draw(options_, state_.done);
    Circuit circuit = state_.circuit;
    const double missing = 1 - state_.overlap;
    take_out(circuit, draw);
    polished(circuit, options_.polish_iterations / 2, 1e-2 * missing);
    const auto places = best_places(targets_, circuit, options_.pairs, options_.kind, kPlaces);
    if (places.empty()) return;
    insert_gate(circuit, places[draw.rank(1.5, places.size())], options_.kind);
    double overlap = polished(circuit, options_.polish_iterations, 1e-2 * missing);
    if (1 - overlap < 1.2 * missing) {
      overlap = polished(circuit, 3 * options_.polish_iterations, 1e-3 * missing);
    }
    accept(std::move(circuit), overlap, draw);
  }

 private:
  void take_out(Circuit& circuit, Draw& draw) const {
    const auto worth = gate_worth(targets_, circuit, options_.kind);
    std::vector<std::size_t> order(worth.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
      return worth[a] != worth[b] ? worth[a] < worth[b] : a < b;
    });
    const double mean = 1 + static_cast<double>(order.size()) / 6;
    const auto gate = order[draw.rank(mean, order.size())];
    circuit.gates.erase(circuit.gates.begin() + static_cast<std::ptrdiff_t>(gate));
  }

  double polished(Circuit& circuit, int iterations, double tolerance) const {
    return polish(targets_, circuit, options_.kind,
                  {.max_iterations = iterations,
                   .decrease_tolerance = tolerance,
                   .infidelity_target = 1 - options_.overlap_target});
  }

  void accept(Circuit circuit, double overlap, Draw& draw) {
    const double left = 1 - static_cast<double>(state_.done) / static_cast<double>(options_.moves);
    const double rise = options_.temperature * left * draw.exponential();
    if (1 - overlap < (1 - state_.overlap) * (1 + rise)) {
      state_.circuit = std::move(circuit);
      state_.overlap = overlap;
    }
    if (state_.overlap > state_.best_overlap) {
      state_.best = state_.circuit;
      state_.best_overlap = state_.overlap;
    }
    if (state_.done % kRestartEvery == kRestartEvery - 1) {
      state_.circuit = state_.best;
      state_.overlap = state_.best_overlap;
    }
  }

  const Targets& targets_;
  const RelocationOptions& options_;
  Relocation& state_;
};

}  // namespace

std::vector<double> gate_worth(const Targets& targets, const Circuit& circuit, GateKind kind) {
  std::vector<double> worth;
  Front front(targets, circuit);
  while (!front.is_at_end()) {
    const Gate& gate = circuit.gates[front.place()];
    front.open_next();
    const Matrix4 tensor = front.tensors({&gate.pair, 1})[0];
    const double overlap = std::abs((gate.matrix.adjoint() * tensor).trace());
    worth.push_back(overlap - best_local_gate(tensor, kind != GateKind::kComplex).overlap);
    front.close_next();
  }
  return worth;
}

bool disentangle(const Targets& targets, Circuit& circuit, GateKind kind, double loss) {
  bool changed = false;
  Front front(targets, circuit);
  while (!front.is_at_end()) {
    Gate& gate = circuit.gates[front.place()];
    front.open_next();
    const Matrix4 tensor = front.tensors({&gate.pair, 1})[0];
    const double overlap = std::abs((gate.matrix.adjoint() * tensor).trace());
    const LocalGate local = best_local_gate(tensor, kind != GateKind::kComplex);
    if (overlap - local.overlap < loss) {
      gate.matrix = local.matrix;
      changed = true;
    }
    front.close_next();
  }
  return changed;
}

void relocate(const Targets& targets, const RelocationOptions& options, Relocation& state,
              const std::function<bool(const Relocation&)>& after_move) {
  Mover mover(targets, options, state);
  while (state.done < options.moves && state.circuit.gates.size() > 1 &&
         state.best_overlap < options.overlap_target) {
    mover.move();
    ++state.done;
    if (!after_move(state)) return;
  }
}

}  // namespace sengen::circuits
