// SPDX-License-Identifier: Apache-2.0
#include <sengen/circuits/encoder.hpp>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <mutex>
#include <numeric>

#include <sengen/circuits/rewrite.hpp>
#include <sengen/core/error.hpp>
#include <sengen/core/parallel_for.hpp>

namespace sengen::circuits {

namespace {

// Gates this near to products of one-qubit gates are taken to be such.
constexpr double kSame = 1e-10;
// Up to so many qubits threads take starts of their own; above, they share the loops of one.
constexpr int kSmallQubits = 14;
constexpr std::int64_t kMovesPerSave = 10;

// A circuit as numbers, for messages: qubits, the start's index in two halves (a double holds 53
// bits), gates.
std::vector<double> pack(const Circuit& circuit) {
  std::vector<double> numbers = {static_cast<double>(circuit.qubits),
                                 static_cast<double>(circuit.start >> 32),
                                 static_cast<double>(circuit.start & 0xffffffffU)};
  for (const Gate& gate : circuit.gates) {
    numbers.push_back(gate.pair.low);
    numbers.push_back(gate.pair.high);
    for (int i = 0; i < 16; ++i) {
      numbers.push_back(gate.matrix(i / 4, i % 4).real());
      numbers.push_back(gate.matrix(i / 4, i % 4).imag());
    }
  }
  return numbers;
}

Circuit unpack(std::span<const double> numbers) {
  constexpr std::size_t kGateNumbers = 2 + 32;
  Circuit circuit;
  circuit.qubits = static_cast<int>(numbers[0]);
  circuit.start =
      static_cast<std::uint64_t>(numbers[1]) << 32 | static_cast<std::uint64_t>(numbers[2]);
  for (std::size_t at = 3; at < numbers.size(); at += kGateNumbers) {
    Gate gate{{static_cast<int>(numbers[at]), static_cast<int>(numbers[at + 1])}};
    for (std::size_t i = 0; i < 16; ++i) {
      gate.matrix(static_cast<int>(i / 4), static_cast<int>(i % 4)) =
          Complex(numbers[at + 2 + 2 * i], numbers[at + 3 + 2 * i]);
    }
    circuit.gates.push_back(gate);
  }
  return circuit;
}

// A list behind its length.
void append(std::vector<double>& numbers, std::span<const double> list) {
  numbers.push_back(static_cast<double>(list.size()));
  numbers.insert(numbers.end(), list.begin(), list.end());
}
std::span<const double> take(std::span<const double>& numbers) {
  const auto count = static_cast<std::size_t>(numbers[0]);
  const auto list = numbers.subspan(1, count);
  numbers = numbers.subspan(1 + count);
  return list;
}

// Calls body(item) for this rank's share of 0 .. count - 1.
void share_out(int count, const parallel::Communicator& comm, bool by_threads,
               const std::function<void(int)>& body) {
  std::atomic<int> next{comm.rank()};
  const auto take = [&](std::ptrdiff_t, std::ptrdiff_t) {
    for (int item = next.fetch_add(comm.size()); item < count; item = next.fetch_add(comm.size())) {
      body(item);
    }
  };
  if (by_threads) {
    parallel_for(0, threads(), take);
  } else {
    take(0, 1);
  }
}

class Encoder {
 public:
  Encoder(const Targets& targets, const EncodeOptions& options, const parallel::Communicator& comm,
          EncodeStore& store, const EncodeProgress& progress,
          const std::function<bool()>& should_stop)
      : targets_(targets),
        options_(options),
        comm_(comm),
        store_(store),
        progress_(progress),
        should_stop_(should_stop) {}

  EncodeResult run() {
    grow_all();
    if (!stopped()) relocate_all();
    return finish();
  }

 private:
  // Ranks that walk together over slices must not be overtaken by each other's threads.
  bool by_threads() const {
    return targets_.qubits() <= kSmallQubits && targets_.states[0].comm().size() == 1;
  }
  bool wants_stop() const { return should_stop_ && should_stop_(); }
  // Collective.
  bool stopped() const { return comm_.any(wants_stop()); }

  void report(const std::string& phase, double part, double overlap) {
    best_seen_ = std::max(best_seen_, overlap);
    if (progress_) progress_(phase, part, best_seen_);
  }

  GrowthOptions options_of(int start) const {
    GrowthOptions growth = options_.growth;
    const auto rules = static_cast<int>(options_.rules.size());
    growth.rule = options_.rules[static_cast<std::size_t>(start % rules)];
    growth.kick = start < rules ? 0 : options_.kick;
    growth.stream = static_cast<std::uint64_t>(start);
    return growth;
  }

  // A growth that may not cost more than so many CX ends with its last stage that does not.
  bool is_affordable(const Circuit& circuit) const {
    return options_.max_cnots == 0 || options_.cnots(circuit) <= options_.max_cnots;
  }

  void grow_one(int start) {
    const GrowthOptions growth = options_of(start);
    std::vector<GrowthStage> stages;
    {
      const std::lock_guard lock(mutex_);
      stages = store_.load_growth(start);
    }
    if (stages.empty() && options_.from) {
      stages.push_back({*options_.from, mean_overlap(targets_, *options_.from)});
    }
    grow(targets_, growth, stages, [&](const std::vector<GrowthStage>& so_far) {
      const std::lock_guard lock(mutex_);
      store_.save_growth(start, so_far);
      const double part =
          static_cast<double>(so_far.back().circuit.gates.size()) / growth.max_gates;
      done_ += std::max(0.0, part - parts_[static_cast<std::size_t>(start)]);
      parts_[static_cast<std::size_t>(start)] = part;
      report("grow", std::min(1.0, done_ * comm_.size() / options_.starts), so_far.back().overlap);
      return !wants_stop() && is_affordable(so_far.back().circuit);
    });
    while (stages.size() > 1 && !is_affordable(stages.back().circuit)) stages.pop_back();
    grown_[static_cast<std::size_t>(start)] = std::move(stages);
  }

  void grow_all() {
    const auto count = static_cast<std::size_t>(options_.starts);
    grown_.resize(count);
    parts_.resize(count);
    share_out(options_.starts, comm_, by_threads(), [&](int start) {
      if (!wants_stop()) grow_one(start);
    });
    overlaps_.assign(count, 0);
    sizes_.assign(count, 0);
    for (std::size_t start = 0; start < count; ++start) {
      if (grown_[start].empty()) continue;
      overlaps_[start] = grown_[start].back().overlap;
      sizes_[start] = static_cast<double>(grown_[start].back().circuit.gates.size());
    }
    comm_.allreduce(std::span(overlaps_), parallel::Reduction::kMax);
    comm_.allreduce(std::span(sizes_), parallel::Reduction::kMax);
    order_.resize(count);
    std::iota(order_.begin(), order_.end(), 0);
    std::sort(order_.begin(), order_.end(), [&](int a, int b) { return is_better(a, b); });
  }

  bool reaches_target(int start) const {
    return overlaps_[static_cast<std::size_t>(start)] >= options_.growth.overlap_target;
  }
  // By overlap; among starts that reach the target, by the number of gates.
  bool is_better(int a, int b) const {
    if (reaches_target(a) && reaches_target(b)) {
      const double more = sizes_[static_cast<std::size_t>(a)] - sizes_[static_cast<std::size_t>(b)];
      return more != 0 ? more < 0 : a < b;
    }
    const double x = overlaps_[static_cast<std::size_t>(a)];
    const double y = overlaps_[static_cast<std::size_t>(b)];
    return x != y ? x > y : a < b;
  }

  // The stages of a start, from the rank that grew it. Collective.
  std::vector<GrowthStage> stages_of(int start) const {
    EncodeResult grown;
    grown.stages = grown_[static_cast<std::size_t>(start)];
    return from_rank(grown, start % comm_.size()).stages;
  }
  EncodeResult from_rank(const EncodeResult& own, int owner) const {
    return from_bytes(comm_.broadcast(to_bytes(own), owner));
  }

  RelocationOptions relocation_of(int kept) const {
    return {.pairs = options_.growth.sweep.pairs,
            .kind = options_.growth.sweep.kind,
            .moves = options_.moves,
            .polish_iterations = options_.move_iterations,
            .overlap_target = options_.growth.overlap_target,
            .seed = options_.growth.seed,
            .stream = (std::uint64_t{1} << 32) + static_cast<std::uint64_t>(kept)};
  }

  void relocate_one(int kept, Relocation& state) {
    {
      const std::lock_guard lock(mutex_);
      if (auto saved = store_.load_relocation(kept)) state = std::move(*saved);
    }
    relocate(targets_, relocation_of(kept), state, [&](const Relocation& now) {
      const bool stops = wants_stop();
      if (now.done % kMovesPerSave == 0 || stops || now.done == options_.moves) {
        const std::lock_guard lock(mutex_);
        store_.save_relocation(kept, now);
        const auto moves = static_cast<double>(options_.moves);
        report("relocate", static_cast<double>(now.done) / moves, now.best_overlap);
      }
      return !stops;
    });
  }

  void relocate_all() {
    const int kept = std::min(options_.keep, options_.starts);
    states_.clear();
    for (int i = 0; i < kept; ++i) {
      const auto stages = stages_of(order_[static_cast<std::size_t>(i)]);
      const GrowthStage& last = stages.back();
      states_.push_back({0, last.circuit, last.overlap, last.circuit, last.overlap});
    }
    share_out(kept, comm_, by_threads(), [&](int i) {
      if (!wants_stop()) relocate_one(i, states_[static_cast<std::size_t>(i)]);
    });
    for (int i = 0; i < kept; ++i) {
      Relocation& state = states_[static_cast<std::size_t>(i)];
      const int owner = i % comm_.size();
      EncodeResult moved;
      moved.circuit = state.best;
      moved.overlap = state.best_overlap;
      moved = from_rank(moved, owner);
      state.best = moved.circuit;
      state.best_overlap = moved.overlap;
    }
  }

  double polished(Circuit& circuit, int iterations, double tolerance) const {
    return polish(targets_, circuit, options_.growth.sweep.kind,
                  {.max_iterations = iterations,
                   .decrease_tolerance = tolerance,
                   .infidelity_target = 1 - options_.growth.overlap_target,
                   .should_stop = should_stop_});
  }

  // One gate less, the one whose loss hurts least; false when |F| then falls below `least`.
  bool take_one_out(Circuit& circuit, double& overlap, double least) const {
    constexpr std::size_t kTries = 4;
    const auto worth = gate_worth(targets_, circuit, options_.growth.sweep.kind);
    std::vector<std::size_t> order(worth.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
      return worth[a] != worth[b] ? worth[a] < worth[b] : a < b;
    });
    for (std::size_t i = 0; i < std::min(kTries, order.size()); ++i) {
      Circuit shorter = circuit;
      shorter.gates.erase(shorter.gates.begin() + static_cast<std::ptrdiff_t>(order[i]));
      const double left = polished(shorter, options_.finish_iterations / 10, 1e-4 * (1 - least));
      if (left >= least) {
        circuit = std::move(shorter);
        overlap = left;
        return true;
      }
    }
    return false;
  }

  // A circuit that reaches the target with one gate less, by relocation; else false.
  bool relocate_one_less(Circuit& circuit, double& overlap) const {
    Relocation state;
    state.circuit = circuit;
    const auto worth = gate_worth(targets_, circuit, options_.growth.sweep.kind);
    const auto least = std::min_element(worth.begin(), worth.end()) - worth.begin();
    state.circuit.gates.erase(state.circuit.gates.begin() + least);
    state.overlap = polished(state.circuit, options_.finish_iterations / 10, 0);
    state.best = state.circuit;
    state.best_overlap = state.overlap;
    RelocationOptions options = relocation_of(0);
    options.stream += std::uint64_t{circuit.gates.size()} << 40;
    relocate(targets_, options, state, [&](const Relocation&) { return !wants_stop(); });
    if (state.best_overlap < options_.growth.overlap_target) return false;
    circuit = state.best;
    overlap = state.best_overlap;
    return true;
  }

  // Takes gates out as long as the target holds without them.
  void reduce(Circuit& circuit, double& overlap) const {
    const double target = options_.growth.overlap_target;
    if (overlap < target || target >= 1) return;
    while (circuit.gates.size() > 1 && !wants_stop()) {
      if (take_one_out(circuit, overlap, target)) continue;
      if (options_.moves == 0 || !relocate_one_less(circuit, overlap)) return;
    }
  }

  // No gates that do nothing, or nothing but to one qubit.
  void tidy(Circuit& circuit) const {
    constexpr double kRounding = 1e-14;
    disentangle(targets_, circuit, options_.growth.sweep.kind, kRounding);
    circuit = merge_neighbours(circuit, kSame);
  }

  // Takes gates out that are not worth their CX.
  void save_cnots(Circuit& circuit, double& overlap) const {
    while (options_.cnot_price > 0 && circuit.gates.size() > 1 && !wants_stop()) {
      Circuit shorter = circuit;
      double left = overlap;
      if (!take_one_out(shorter, left, 0)) return;
      const int saved = options_.cnots(circuit) - options_.cnots(shorter);
      if (overlap * overlap - left * left >= options_.cnot_price * std::max(1, saved)) return;
      circuit = std::move(shorter);
      overlap = left;
    }
  }

  EncodeResult finish() {
    EncodeResult result;
    result.start_overlaps = overlaps_;
    result.is_complete = !stopped();
    std::size_t best = 0;
    for (std::size_t i = 1; i < states_.size(); ++i) {
      if (states_[i].best_overlap > states_[best].best_overlap) best = i;
    }
    result.start = order_[best];
    result.stages = stages_of(result.start);
    if (result.stages.empty()) return result;
    result.circuit = result.stages.back().circuit;
    result.overlap = result.stages.back().overlap;
    if (!states_.empty()) {
      result.circuit = states_[best].best;
      result.overlap = states_[best].best_overlap;
    }
    if (!result.is_complete) return result;
    report("finish", 0, result.overlap);
    tidy(result.circuit);
    if (result.overlap < options_.growth.overlap_target) {
      result.overlap =
          polished(result.circuit, options_.finish_iterations, 1e-5 * (1 - result.overlap));
    }
    reduce(result.circuit, result.overlap);
    save_cnots(result.circuit, result.overlap);
    tidy(result.circuit);
    report("finish", 1, result.overlap);
    return result;
  }

  const Targets& targets_;
  const EncodeOptions& options_;
  const parallel::Communicator& comm_;
  EncodeStore& store_;
  const EncodeProgress& progress_;
  const std::function<bool()>& should_stop_;
  std::mutex mutex_;
  std::vector<std::vector<GrowthStage>> grown_;  // by start; empty on ranks that did not grow it
  std::vector<double> parts_;
  std::vector<double> overlaps_;
  std::vector<double> sizes_;
  std::vector<int> order_;
  std::vector<Relocation> states_;
  double done_ = 0;
  double best_seen_ = 0;
};

}  // namespace

EncodeResult encode(const Targets& targets, const EncodeOptions& options,
                    const parallel::Communicator& comm, EncodeStore& store,
                    const EncodeProgress& progress, const std::function<bool()>& should_stop) {
  if (options.from && targets.is_real() && !is_real(*options.from)) {
    throw Error(ErrorKind::kUsage, "real targets cannot go on from a circuit of complex gates",
                "--kind complex takes the targets as complex ones");
  }
  return Encoder(targets, options, comm, store, progress, should_stop).run();
}

std::string to_bytes(const EncodeResult& result) {
  std::vector<double> numbers = {result.overlap, static_cast<double>(result.start),
                                 result.is_complete ? 1.0 : 0.0};
  append(numbers, result.start_overlaps);
  append(numbers, pack(result.circuit));
  for (const GrowthStage& stage : result.stages) {
    append(numbers, pack(stage.circuit));
    numbers.push_back(stage.overlap);
    numbers.push_back(static_cast<double>(stage.hadamard_tests));
  }
  return {reinterpret_cast<const char*>(numbers.data()), numbers.size() * sizeof(double)};
}

EncodeResult from_bytes(const std::string& bytes) {
  std::vector<double> numbers(bytes.size() / sizeof(double));
  std::copy(bytes.begin(), bytes.end(), reinterpret_cast<char*>(numbers.data()));
  std::span<const double> rest = numbers;
  EncodeResult result;
  result.overlap = rest[0];
  result.start = static_cast<int>(rest[1]);
  result.is_complete = rest[2] != 0;
  rest = rest.subspan(3);
  const auto overlaps = take(rest);
  result.start_overlaps.assign(overlaps.begin(), overlaps.end());
  result.circuit = unpack(take(rest));
  while (!rest.empty()) {
    GrowthStage stage{unpack(take(rest)), 0};
    stage.overlap = rest[0];
    stage.hadamard_tests = static_cast<std::int64_t>(rest[1]);
    rest = rest.subspan(2);
    result.stages.push_back(std::move(stage));
  }
  return result;
}

}  // namespace sengen::circuits
