// SPDX-License-Identifier: Apache-2.0
// The stage encode: circuits for the states of a study. One circuit: its starts are shared by the
// ranks. Circuits of many tiles: tiles are shared by ranks and threads. Sliced: all ranks walk
// together.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <mutex>

#include <fmt/format.h>

#include <sengen/circuits/coupling.hpp>
#include <sengen/circuits/synthesis.hpp>
#include <sengen/core/error.hpp>
#include <sengen/core/parallel_for.hpp>
#include <sengen/core/stop.hpp>
#include <sengen/io/csv.hpp>
#include <sengen/io/npy.hpp>
#include <sengen/io/picture.hpp>

#include "circuit_file.hpp"
#include "search_output.hpp"
#include "stages.hpp"
#include "state_memory.hpp"

namespace sengen::aqce {

namespace {

using circuits::Circuit;
using circuits::EncodeResult;

// The states of one circuit.
circuits::Targets targets_of(const Problem& problem, std::size_t circuit,
                             const EncodeConfig& encode, const parallel::Communicator& comm) {
  circuits::Targets targets;
  const std::size_t first = problem.together ? 0 : circuit;
  const std::size_t count = problem.together ? problem.states.size() : 1;
  bool is_real = encode.kind != "complex";
  for (std::size_t k = first; k < first + count; ++k) is_real &= problem.states[k].is_real;
  for (std::size_t k = first; k < first + count; ++k) {
    targets.states.emplace_back(problem.states[k].amplitudes, is_real, comm);
  }
  return targets;
}

// Shows the progress of several searches in one bar.
class Bar {
 public:
  Bar(const Log& log, std::size_t searches)
      : progress_(log, "encode", static_cast<std::int64_t>(searches) * kSteps, "parts"),
        parts_(searches) {}

  void update(std::size_t search, const std::string& phase, double part, double overlap) {
    const std::lock_guard lock(mutex_);
    // Growth is taken for half of the work, relocation for the rest.
    const double done = phase == "grow" ? 0.5 * part : phase == "relocate" ? 0.5 + 0.45 * part : 1;
    parts_[search] = std::max(parts_[search], done);
    double sum = 0;
    for (const double p : parts_) sum += p;
    progress_.update(static_cast<std::int64_t>(sum * kSteps),
                     fmt::format("{}, 1-|F|^2 {:.2e}", phase, 1 - overlap * overlap));
  }

 private:
  static constexpr std::int64_t kSteps = 1000;
  std::mutex mutex_;
  Progress progress_;
  std::vector<double> parts_;
};

class Encoding {
 public:
  Encoding(const Config& config, study::Context& context, const Problem& problem)
      : config_(config),
        context_(context),
        problem_(problem),
        bar_(context.log(), problem.circuits()) {}

  std::vector<EncodeResult> run() {
    results_.resize(problem_.circuits());
    if (results_.size() == 1) {
      one_circuit();
    } else {
      many_circuits();
    }
    if (context_.should_stop()) context_.stop("the search; run again to go on");
    for (std::size_t k = 0; k < results_.size() && results_.size() > 1; ++k) {
      const int owner = static_cast<int>(k) % context_.comm().size();
      results_[k] =
          circuits::from_bytes(context_.comm().broadcast(circuits::to_bytes(results_[k]), owner));
    }
    return std::move(results_);
  }

 private:
  EncodeResult search(std::size_t k, const parallel::Communicator& starts,
                      const parallel::Communicator& slices, bool writes) {
    SearchFolder folder(context_.scratch(), fmt::format("circuit-{}", k), writes);
    if (auto finished = folder.load_result()) return std::move(*finished);
    const circuits::Targets targets = targets_of(problem_, k, config_.encode, slices);
    const auto options =
        encode_options(config_.encode, targets.qubits(), targets.is_real(), context_.seed() + k);
    const std::function<bool()> stop = [&slices] { return slices.any(stop_requested()); };
    EncodeResult result = circuits::encode(
        targets, options, starts, folder,
        [&](const std::string& phase, double part, double overlap) {
          bar_.update(k, phase, part, overlap);
        },
        stop);
    if (result.is_complete) folder.save_result(result);
    return result;
  }

  void one_circuit() {
    const auto self = parallel::Communicator::self();
    const auto& world = context_.comm();
    const bool sliced = config_.encode.slice;
    results_[0] =
        search(0, sliced ? self : world, sliced ? world : self, !sliced || world.is_root());
  }

  void many_circuits() {
    const auto self = parallel::Communicator::self();
    std::atomic<std::size_t> next{static_cast<std::size_t>(context_.comm().rank())};
    const auto stride = static_cast<std::size_t>(context_.comm().size());
    parallel_for(0, threads(), [&](std::ptrdiff_t, std::ptrdiff_t) {
      for (std::size_t k = next.fetch_add(stride); k < results_.size() && !stop_requested();
           k = next.fetch_add(stride)) {
        results_[k] = search(k, self, self, true);
      }
    });
  }

  const Config& config_;
  study::Context& context_;
  const Problem& problem_;
  Bar bar_;
  std::vector<EncodeResult> results_;
};

void save_target(const Problem& problem, const std::filesystem::path& path) {
  const auto size = static_cast<std::int64_t>(problem.states[0].amplitudes.size());
  const auto count = static_cast<std::int64_t>(problem.states.size());
  const io::Shape shape = count == 1 ? io::Shape{size} : io::Shape{count, size};
  const bool is_real = std::all_of(problem.states.begin(), problem.states.end(),
                                   [](const TargetState& state) { return state.is_real; });
  std::vector<std::complex<double>> all;
  for (const TargetState& state : problem.states) {
    all.insert(all.end(), state.amplitudes.begin(), state.amplitudes.end());
  }
  if (is_real) {
    std::vector<double> real;
    for (const auto& amplitude : all) real.push_back(amplitude.real());
    io::write_npy(path, shape, real.data());
  } else {
    io::write_npy(path, shape, all.data());
  }
}

}  // namespace

bool is_picture(const StateConfig& state) {
  return !state.state.empty() && parse_state(state.state).kind == StateKind::kPicture;
}

std::size_t circuit_count(const StateConfig& state) {
  if (!state.with.empty() || !is_picture(state)) return 1;
  const auto word = parse_state(state.state);
  return encode_picture(io::read_picture(word.file), picture_coding(state), word.text).tiles.size();
}

std::vector<std::filesystem::path> state_files(const StateConfig& state) {
  std::vector<std::filesystem::path> files;
  for (const std::string& text : state_words(state)) {
    const StateWord word = parse_state(text);
    if (word.is_file()) files.push_back(word.file);
  }
  return files;
}

Problem load_problem(const StateConfig& state) {
  const PictureCoding coding = picture_coding(state);
  Problem problem;
  if (!state.with.empty()) {
    problem.states = load_subspace(state_words(state), coding);
    problem.together = true;
    problem.target.word = parse_state(state.state);
    return problem;
  }
  problem.target = load_target(parse_state(state.state), coding);
  problem.states = problem.target.states;
  return problem;
}

void check_from(const Config& config, int qubits) {
  if (config.encode.from.empty()) return;
  const Circuit from = load_circuit(config.encode.from);
  if (from.qubits != qubits) {
    throw Error(ErrorKind::kInput,
                fmt::format("{} is a circuit of {} qubits, {} has {}", config.encode.from,
                            from.qubits, config.state.state, qubits));
  }
  if (static_cast<std::int64_t>(from.gates.size()) >= config.encode.gates) {
    throw Error(ErrorKind::kUsage,
                fmt::format("{} has {} gates: --gates {} adds none", config.encode.from,
                            from.gates.size(), config.encode.gates),
                fmt::format("ask for more, as in --gates {}", from.gates.size() + 12));
  }
}

void check_encoding(const Config& config, const parallel::Communicator& comm) {
  if (takes_mps(config)) return check_mps_encoding(config);
  const PictureCoding coding = picture_coding(config.state);
  for (const std::string& text : state_words(config.state)) check_state(parse_state(text), coding);
  const int qubits = qubits_of(parse_state(config.state.state), coding);
  coupling_pairs(config.encode.coupling, qubits);
  check_from(config, qubits);
  if (config.encode.slice) circuits::StateVector(qubits, true, 0, comm);
}

void encode_states(const Config& config, study::Context& context) {
  if (takes_mps(config)) return encode_mps_state(config, context);
  const auto begin = std::chrono::steady_clock::now();
  const Problem problem = load_problem(config.state);
  const auto results = Encoding(config, context, problem).run();
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  add_search_metrics(results, seconds, context);
  if (!context.comm().is_root()) return;
  std::vector<EncodedState> states;
  for (std::size_t k = 0; k < results.size(); ++k) {
    const TargetState& state = problem.states[k];
    states.push_back({state.name, state.norm, results[k].circuit, results[k].overlap});
  }
  save_circuits(context.file(kGatesFile), states);
  save_target(problem, context.file(kTargetFile));
  write_curve(results, config, context);
}

}  // namespace sengen::aqce
