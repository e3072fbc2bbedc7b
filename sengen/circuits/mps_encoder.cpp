// SPDX-License-Identifier: Apache-2.0
#include <sengen/circuits/mps_encoder.hpp>

#include <algorithm>
#include <cmath>
#include <mutex>

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
  if (options.from->qubits != target.qubits()) {
    refuse(fmt::format("a circuit of {} qubits for a target of {}", options.from->qubits,
                       target.qubits()));
  }
  check(*options.from);
}

struct Attempt {
  Circuit circuit;
  std::vector<MpsStage> stages;
  double overlap = 0;
  int max_bond = 1;
  std::size_t bytes = 0;
  bool is_complete = true;
};

class MpsGrower {
 public:
  using Report = std::function<void(double part, double overlap)>;

  MpsGrower(const MatrixProductState& target, const MpsEncodeOptions& options, int start,
            Report report, const std::function<bool()>& should_stop)
      : target_(target),
        options_(options),
        start_(start),
        report_(std::move(report)),
        should_stop_(should_stop),
        pairs_(near_pairs(target.qubits(), options.range)) {}

  Attempt run() {
    begin();
    while (!is_stopped()) {
      const bool is_last = size() >= options_.max_gates;
      improve(is_last ? options_.finish_sweeps : options_.sweeps);
      attempt_.stages.push_back({size(), attempt_.overlap});
      if (is_last || reaches_target() || !grow()) break;
    }
    attempt_.is_complete = !is_stopped();
    return std::move(attempt_);
  }

 private:
  Circuit& circuit() { return attempt_.circuit; }
  int size() const { return static_cast<int>(attempt_.circuit.gates.size()); }
  bool is_stopped() const { return should_stop_ && should_stop_(); }

  void begin() {
    circuit() = options_.from ? *options_.from : Circuit{.qubits = target_.qubits()};
    if (!options_.from) {
      const Circuit layer = bond_two_layer(target_, options_.kind);
      if (static_cast<int>(layer.gates.size()) <= options_.max_gates) {
        circuit() = layer;
        layers_ = 1;
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
    ++layers_;
    return true;
  }

  bool grow() {
    const int count = std::min(target_.qubits() - 1, options_.max_gates - size());
    if (layers_ < options_.layers && add_layer(count)) return true;
    layers_ = options_.layers;
    return insert(count) > 0;
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
  const std::function<bool()>& should_stop_;
  std::vector<Pair> pairs_;
  int layers_ = 0;
  Attempt attempt_;
};

}  // namespace

MpsOverlap overlap_of(const Circuit& circuit, const MatrixProductState& target,
                      const Truncation& truncation) {
  const MatrixProductState state = prepare_mps(circuit, target.is_real(), truncation);
  return {std::abs(overlap(state, target)), state.loss()};
}

MpsEncodeResult encode_mps(const MatrixProductState& target, const MpsEncodeOptions& options,
                           const MpsProgress& progress, const std::function<bool()>& should_stop) {
  check_options(target, options);
  const SerialEigen serial;
  const auto count = static_cast<std::size_t>(options.starts);
  std::vector<Attempt> attempts(count);
  std::vector<double> parts(count, 0);
  std::mutex mutex;
  double best_seen = 0;
  const auto run_one = [&](std::size_t start) {
    const auto report = [&, start](double part, double overlap) {
      const std::lock_guard lock(mutex);
      parts[start] = part;
      best_seen = std::max(best_seen, overlap);
      double sum = 0;
      for (const double one : parts) sum += one;
      if (progress) progress(sum / static_cast<double>(count), best_seen);
    };
    attempts[start] =
        MpsGrower(target, options, static_cast<int>(start), report, should_stop).run();
  };
  if (count == 1) {
    run_one(0);  // its loops have all threads
  } else {
    parallel_for(0, options.starts, [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
      for (auto i = begin; i < end; ++i) run_one(static_cast<std::size_t>(i));
    });
  }
  std::size_t best = 0;
  for (std::size_t i = 1; i < count; ++i) {
    if (attempts[i].overlap > attempts[best].overlap) best = i;
  }
  Attempt& won = attempts[best];
  const MpsOverlap checked = overlap_of(won.circuit, target, options.check);
  return {std::move(won.circuit), checked.overlap, checked.loss, std::move(won.stages),
          static_cast<int>(best), won.max_bond,    won.bytes,    won.is_complete};
}

}  // namespace sengen::circuits
