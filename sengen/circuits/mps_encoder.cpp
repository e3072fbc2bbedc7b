// SPDX-License-Identifier: Apache-2.0
#include <sengen/circuits/mps_encoder.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <mutex>
#include <span>

#include <fmt/format.h>

#include <sengen/circuits/growth.hpp>
#include <sengen/circuits/mps_insertion.hpp>
#include <sengen/circuits/mps_layer.hpp>
#include <sengen/circuits/mps_sweep.hpp>
#include <sengen/circuits/rewrite.hpp>
#include <sengen/core/error.hpp>
#include <sengen/core/parallel_for.hpp>

namespace sengen::circuits {

namespace {

// Gates this near to products of one-qubit gates are taken to be such.
constexpr double kSame = 1e-10;
// Sweeps of a stage end when one wins less than this part of what is missing.
constexpr double kSlowSweep = 1e-5;
// What is missing of |F| = 1 when nothing is.
constexpr double kExact = 1e-12;

// Eigen's products split by threads would round differently for another number of them.
class SerialEigen {
 public:
  SerialEigen() : before_(Eigen::nbThreads()) { Eigen::setNbThreads(1); }
  ~SerialEigen() { Eigen::setNbThreads(before_ == omp_get_max_threads() ? 0 : before_); }
  SerialEigen(const SerialEigen&) = delete;
  SerialEigen& operator=(const SerialEigen&) = delete;

 private:
  int before_;
};

void check_options(const MatrixProductState& target, const MpsEncodeOptions& options) {
  const auto refuse = [](const std::string& message) { throw Error(ErrorKind::kUsage, message); };
  if (options.max_gates < 0 || options.range < 1 || options.starts < 1 || options.sweeps < 1) {
    refuse("gates must be at least 0; range, starts and sweeps at least 1");
  }
  if (options.truncation.max_bond < 1 || options.check.max_bond < 1) {
    refuse("bonds must be at least 1");
  }
  if (options.kind != GateKind::kComplex && !target.is_real()) {
    refuse("real gates cannot make a complex matrix product state");
  }
  if (!options.from) return;
  if (options.kind != GateKind::kComplex && !is_real(*options.from)) {
    refuse("real gates cannot go on from a circuit of complex ones");
  }
  if (options.from->qubits != target.qubits()) {
    refuse(fmt::format("a circuit of {} qubits for a target of {}", options.from->qubits,
                       target.qubits()));
  }
  check(*options.from);
}

struct Attempt {
  Circuit circuit;
  std::vector<GrowthStage> stages;
  double overlap = 0;
  int max_bond = 1;
  std::size_t bytes = 0;
  bool is_complete = true;
};

class MpsGrower {
 public:
  using Report = std::function<void(double part, double overlap)>;
  using Save = std::function<void(const std::vector<GrowthStage>& stages)>;

  MpsGrower(const MatrixProductState& target, const MpsEncodeOptions& options, int start,
            Report report, Save save, const std::function<bool()>& should_stop)
      : target_(target),
        options_(options),
        start_(start),
        report_(std::move(report)),
        save_(std::move(save)),
        should_stop_(should_stop),
        pairs_(near_pairs(target.qubits(), options.range)) {}

  // Goes on from the last of stages.
  Attempt run(std::vector<GrowthStage> stages) {
    attempt_.stages = std::move(stages);
    bool goes_on = true;
    if (attempt_.stages.empty()) {
      begin();
    } else {
      circuit() = attempt_.stages.back().circuit;
      attempt_.overlap = attempt_.stages.back().overlap;
      goes_on = grows();
    }
    while (goes_on && !is_stopped()) {
      improve(is_last() ? options_.finish_sweeps : options_.sweeps);
      if (is_stopped()) break;
      attempt_.stages.push_back({circuit(), attempt_.overlap});
      save_(attempt_.stages);
      goes_on = grows();
    }
    attempt_.is_complete = !is_stopped();
    return std::move(attempt_);
  }

 private:
  Circuit& circuit() { return attempt_.circuit; }
  int size() const { return static_cast<int>(attempt_.circuit.gates.size()); }
  bool is_last() const { return size() >= options_.max_gates; }
  // A stop seen once holds.
  bool is_stopped() {
    stopped_ = stopped_ || (should_stop_ && should_stop_());
    return stopped_;
  }

  void begin() {
    circuit() = options_.from ? *options_.from : Circuit{.qubits = target_.qubits()};
    if (!options_.from) {
      const Circuit layer = bond_two_layer(target_, options_.kind);
      if (static_cast<int>(layer.gates.size()) <= options_.max_gates) {
        circuit() = layer;
      } else {
        insert(options_.max_gates);
      }
    }
    if (start_ > 0) {
      kick(circuit(), options_.kind, options_.kick, options_.seed,
           static_cast<std::uint64_t>(start_), 0);
    }
  }

  int insert(int count) {
    return insert_spread(target_, circuit(), options_.truncation, pairs_, options_.kind, count);
  }

  bool add_layer(int count) {
    MatrixProductState rest = target_;
    apply_inverse(rest, circuit(), options_.truncation);
    const Circuit layer = bond_two_layer(std::move(rest), options_.kind);
    if (layer.gates.empty() || static_cast<int>(layer.gates.size()) > count) return false;
    circuit().start = layer.start;
    circuit().gates.insert(circuit().gates.begin(), layer.gates.begin(), layer.gates.end());
    return true;
  }

  // Gates for the next stage; false when there is none.
  bool grows() {
    const auto stages = attempt_.stages.size();
    // Sweeps may merge gates: a stage that has won none ends the growth.
    const bool has_grown =
        stages < 2 || circuit().gates.size() > attempt_.stages[stages - 2].circuit.gates.size();
    if (is_last() || !has_grown || reaches_target()) return false;
    const int count = std::min(target_.qubits() - 1, options_.max_gates - size());
    const int layers = static_cast<int>(stages) - (options_.from ? 1 : 0);
    return (layers < options_.layers && add_layer(count)) || insert(count) > 0;
  }

  void improve(int sweeps) {
    if (circuit().gates.empty()) {
      attempt_.overlap = overlap_of(circuit(), target_, options_.truncation).overlap;
      return;
    }
    {
      MpsSweeper sweeper(target_, circuit(), options_.truncation,
                         {.pairs = pairs_,
                          .kind = options_.kind,
                          .search_every = options_.search_every,
                          .rivals = 0});
      attempt_.overlap = std::abs(sweeper.front().overlap());
      for (int i = 0; i < sweeps && 1 - attempt_.overlap > kExact && !is_stopped(); ++i) {
        const double before = attempt_.overlap;
        attempt_.overlap = sweeper.sweep();
        attempt_.bytes = std::max(attempt_.bytes, sweeper.front().bytes());
        const double part = (size() + i / static_cast<double>(sweeps)) / (options_.max_gates + 1);
        report_(std::min(1.0, part), attempt_.overlap);
        if (attempt_.overlap - before < kSlowSweep * (1 - attempt_.overlap)) break;
        if (attempt_.overlap >= options_.overlap_target) break;
      }
      attempt_.max_bond = std::max(attempt_.max_bond, sweeper.front().max_bond());
    }
    // Gates may have moved next to others on their pair.
    circuit() = merge_neighbours(circuit(), kSame);
  }

  bool reaches_target() const {
    if (1 - attempt_.overlap <= kExact) return true;
    return attempt_.overlap >= options_.overlap_target &&
           overlap_of(attempt_.circuit, target_, options_.check).overlap >= options_.overlap_target;
  }

  const MatrixProductState& target_;
  const MpsEncodeOptions& options_;
  int start_;
  Report report_;
  Save save_;
  const std::function<bool()>& should_stop_;
  std::vector<Pair> pairs_;
  bool stopped_ = false;
  Attempt attempt_;
};

}  // namespace

MpsOverlap overlap_of(const Circuit& circuit, const MatrixProductState& target,
                      const Truncation& truncation) {
  const MatrixProductState state = prepare_mps(circuit, is_real(circuit), truncation);
  return {std::abs(overlap(state, target)), state.loss()};
}

namespace {

// The starts of this rank, each at its number; the others stay empty.
std::vector<Attempt> grow_starts(const MatrixProductState& target, const MpsEncodeOptions& options,
                                 const parallel::Communicator& comm, EncodeStore& store,
                                 const MpsProgress& progress,
                                 const std::function<bool()>& should_stop) {
  std::vector<Attempt> attempts(static_cast<std::size_t>(options.starts));
  const int own = (options.starts - comm.rank() + comm.size() - 1) / comm.size();
  std::vector<double> parts(attempts.size(), 0);
  std::mutex mutex;
  double best_seen = 0;
  const auto run_one = [&](std::ptrdiff_t item) {
    const int start = comm.rank() + static_cast<int>(item) * comm.size();
    const auto at = static_cast<std::size_t>(start);
    const auto report = [&, at](double part, double overlap) {
      const std::lock_guard lock(mutex);
      parts[at] = part;
      best_seen = std::max(best_seen, overlap);
      double sum = 0;
      for (const double one : parts) sum += one;
      if (progress) progress(sum / own, best_seen);
    };
    const auto save = [&, start](const std::vector<GrowthStage>& stages) {
      const std::lock_guard lock(mutex);
      store.save_growth(start, stages);
    };
    std::vector<GrowthStage> stages;
    {
      const std::lock_guard lock(mutex);
      stages = store.load_growth(start);
    }
    attempts[at] =
        MpsGrower(target, options, start, report, save, should_stop).run(std::move(stages));
  };
  if (own == 1) {
    run_one(0);  // its loops have all threads
  } else {
    parallel_for(0, own, [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
      for (auto i = begin; i < end; ++i) run_one(i);
    });
  }
  return attempts;
}

}  // namespace

MpsEncodeResult encode_mps(const MatrixProductState& target, const MpsEncodeOptions& options,
                           const parallel::Communicator& comm, EncodeStore& store,
                           const MpsProgress& progress, const std::function<bool()>& should_stop) {
  check_options(target, options);
  const SerialEigen serial;
  MatrixProductState seen = target;
  if (options.kind == GateKind::kComplex) seen.make_complex();
  auto attempts = grow_starts(seen, options, comm, store, progress, should_stop);
  MpsEncodeResult result;
  for (const Attempt& attempt : attempts) result.start_overlaps.push_back(attempt.overlap);
  comm.allreduce(std::span(result.start_overlaps), parallel::Reduction::kMax);
  const auto best = std::max_element(result.start_overlaps.begin(), result.start_overlaps.end()) -
                    result.start_overlaps.begin();
  Attempt& own = attempts[static_cast<std::size_t>(best)];
  EncodeResult won;
  won.circuit = std::move(own.circuit);
  won.stages = std::move(own.stages);
  won = from_bytes(comm.broadcast(to_bytes(won), static_cast<int>(best) % comm.size()));
  result.circuit = std::move(won.circuit);
  result.stages = std::move(won.stages);
  result.start = static_cast<int>(best);
  const auto is_stopped = [](const Attempt& attempt) { return !attempt.is_complete; };
  result.is_complete = !comm.any(std::any_of(attempts.begin(), attempts.end(), is_stopped));
  std::array<double, 2> most = {static_cast<double>(own.max_bond), static_cast<double>(own.bytes)};
  comm.allreduce(std::span<double>(most), parallel::Reduction::kMax);
  result.max_bond = static_cast<int>(most[0]);
  result.bytes = static_cast<std::size_t>(most[1]);
  const MpsOverlap checked = overlap_of(result.circuit, target, options.check);
  result.overlap = checked.overlap;
  result.loss = checked.loss;
  return result;
}

MpsEncodeResult encode_mps(const MatrixProductState& target, const MpsEncodeOptions& options,
                           const std::function<bool()>& should_stop) {
  EncodeStore nothing;
  return encode_mps(target, options, parallel::Communicator::self(), nothing, {}, should_stop);
}

}  // namespace sengen::circuits
