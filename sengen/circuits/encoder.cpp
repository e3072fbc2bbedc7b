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
constexpr std::size_t kGateNumbers = 2 + 32;

// Calls body(item) for this rank's share of 0 .. count - 1.
void share_out(int count, const parallel::Communicator& comm, bool by_threads,
               const std::function<void(int)>& body) {
  std::atomic<int> next{comm.rank()};
  const auto take = [&](std::ptrdiff_t, std::ptrdiff_t) {
    for (int item = next.fetch_add(comm.size()); item < count;
         item = next.fetch_add(comm.size())) {
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
  bool by_threads() const { return targets_.qubits() <= kSmallQubits; }
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
    for (std::size_t start = 0; start < count; ++start) {
      if (!grown_[start].empty()) overlaps_[start] = grown_[start].back().overlap;
    }
    comm_.allreduce(std::span(overlaps_), parallel::Reduction::kMax);
    order_.resize(count);
    std::iota(order_.begin(), order_.end(), 0);
    std::sort(order_.begin(), order_.end(), [&](int a, int b) { return is_better(a, b); });
  }

  bool reaches_target(int start) const {
    return overlaps_[static_cast<std::size_t>(start)] >= options_.growth.overlap_target;
  }
  // By overlap; among starts that reach the target, later by their numbers of gates (finish).
  bool is_better(int a, int b) const {
    const double x = overlaps_[static_cast<std::size_t>(a)];
    const double y = overlaps_[static_cast<std::size_t>(b)];
    return x != y ? x > y : a < b;
  }

  // The stages of a start, from the rank that grew it. Collective.
  std::vector<GrowthStage> stages_of(int start) const {
    const auto& own = grown_[static_cast<std::size_t>(start)];
    const int owner = start % comm_.size();
    std::vector<GrowthStage> stages = own;
    auto count = static_cast<std::int64_t>(owner == comm_.rank() ? own.size() : 0);
    count = comm_.allreduce(count, parallel::Reduction::kMax);
    stages.resize(static_cast<std::size_t>(count));
    for (GrowthStage& stage : stages) {
      stage.circuit = from_rank(stage.circuit, owner);
      stage.overlap = from_rank(stage.overlap, owner);
    }
    return stages;
  }
  Circuit from_rank(const Circuit& circuit, int owner) const {
    const std::vector<double> numbers = pack(circuit);
    const auto* bytes = reinterpret_cast<const char*>(numbers.data());
    const std::string text =
        comm_.broadcast(std::string(bytes, numbers.size() * sizeof(double)), owner);
    std::vector<double> received(text.size() / sizeof(double));
    std::copy(text.begin(), text.end(), reinterpret_cast<char*>(received.data()));
    return unpack(received);
  }
  double from_rank(double value, int owner) const {
    comm_.broadcast(std::as_writable_bytes(std::span(&value, 1)), owner);
    return value;
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
      state.best = from_rank(state.best, owner);
      state.best_overlap = from_rank(state.best_overlap, owner);
    }
  }

  // Takes gates out as long as the target holds without them.
  void reduce(Circuit& circuit, double& overlap) const {
    constexpr std::size_t kTries = 4;
    const double target = options_.growth.overlap_target;
    while (circuit.gates.size() > 1 && overlap >= target && !wants_stop()) {
      const auto worth = gate_worth(targets_, circuit, options_.growth.sweep.kind);
      std::vector<std::size_t> order(worth.size());
      std::iota(order.begin(), order.end(), std::size_t{0});
      std::sort(order.begin(), order.end(),
                [&](std::size_t a, std::size_t b) { return worth[a] < worth[b]; });
      bool found = false;
      for (std::size_t i = 0; i < std::min(kTries, order.size()) && !found; ++i) {
        Circuit shorter = circuit;
        shorter.gates.erase(shorter.gates.begin() + static_cast<std::ptrdiff_t>(order[i]));
        const double left = polish(targets_, shorter, options_.growth.sweep.kind,
                                   {.max_iterations = options_.finish_iterations / 10,
                                    .decrease_tolerance = 1e-4 * (1 - target),
                                    .infidelity_target = 1 - target});
        found = left >= target;
        if (found) {
          circuit = std::move(shorter);
          overlap = left;
        }
      }
      if (!found) return;
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
    result.circuit = merge_neighbours(result.circuit, kSame);
    const double target = options_.growth.overlap_target;
    if (result.overlap < target) {
      result.overlap = polish(targets_, result.circuit, options_.growth.sweep.kind,
                              {.max_iterations = options_.finish_iterations,
                               .decrease_tolerance = 1e-5 * (1 - result.overlap),
                               .infidelity_target = 1 - target,
                               .should_stop = should_stop_});
    }
    reduce(result.circuit, result.overlap);
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
  std::vector<int> order_;
  std::vector<Relocation> states_;
  double done_ = 0;
  double best_seen_ = 0;
};

}  // namespace

EncodeResult encode(const Targets& targets, const EncodeOptions& options,
                    const parallel::Communicator& comm, EncodeStore& store,
                    const EncodeProgress& progress, const std::function<bool()>& should_stop) {
  return Encoder(targets, options, comm, store, progress, should_stop).run();
}

std::vector<double> pack(const Circuit& circuit) {
  // The start's index in two halves: a double holds 53 bits.
  std::vector<double> numbers = {static_cast<double>(circuit.qubits),
                                 static_cast<double>(circuit.start >> 32),
                                 static_cast<double>(circuit.start & 0xffffffffU)};
  for (const Gate& gate : circuit.gates) {
    numbers.push_back(gate.pair.low);
    numbers.push_back(gate.pair.high);
    for (int a = 0; a < 4; ++a) {
      for (int b = 0; b < 4; ++b) {
        numbers.push_back(gate.matrix(a, b).real());
        numbers.push_back(gate.matrix(a, b).imag());
      }
    }
  }
  return numbers;
}

Circuit unpack(std::span<const double> numbers) {
  if (numbers.size() < 3 || (numbers.size() - 3) % kGateNumbers != 0) {
    throw Error(ErrorKind::kInput, "these numbers are no packed circuit");
  }
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

}  // namespace sengen::circuits
