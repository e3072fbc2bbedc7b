// SPDX-License-Identifier: Apache-2.0
// The verb dataset: a circuit for every picture of an array [count, height, width], or every row of
// [count, 2^n], shared by ranks and threads, into one HDF5 file: pairs [count, M, 2] and matrices
// [count, M, 4, 4] (orthogonal gates; unused places are pairs of -1 and identities), gates,
// overlap, norm, start [count]. Blocks that are done lie in FILE.h5.partial until all are: a run
// that was stopped goes on with the next block.
#include <atomic>
#include <bit>
#include <chrono>
#include <cmath>

#include <fmt/format.h>

#include <sengen/circuits/coupling.hpp>
#include <sengen/core/error.hpp>
#include <sengen/core/hash.hpp>
#include <sengen/core/parallel_for.hpp>
#include <sengen/core/stop.hpp>
#include <sengen/io/atomic_file.hpp>
#include <sengen/io/hdf5.hpp>
#include <sengen/io/npy.hpp>

#include "circuit_file.hpp"
#include "stages.hpp"
#include "state_array.hpp"

namespace sengen::aqce {

namespace {

constexpr std::size_t kBlock = 64;

struct Pictures {
  std::vector<TargetState> states;
  std::size_t size() const { return states.size(); }
};

StateWord word_of(const DatasetConfig& config) {
  const std::string name = config.dataset.empty() ? "" : ":" + config.dataset;
  return parse_state(config.file + name);
}

// Items of one picture, from the shape of the array.
std::int64_t picture_items(const io::Shape& shape, const std::string& name) {
  if (shape.size() < 2) {
    throw Error(ErrorKind::kInput,
                fmt::format("{} has {} axes, expected [count, height, width] or [count, 2^n]", name,
                            shape.size()));
  }
  std::int64_t items = 1;
  for (std::size_t axis = 1; axis < shape.size(); ++axis) items *= shape[axis];
  return items;
}

Pictures load_pictures(const DatasetConfig& config) {
  const StateWord word = word_of(config);
  const io::Shape shape = array_shape(word);
  const auto values = read_array(word);
  const std::int64_t items = picture_items(shape, word.text);
  const std::int64_t count = config.count > 0 ? config.count : shape[0] - config.first;
  if (config.first + count > shape[0] || count < 1) {
    throw Error(ErrorKind::kUsage,
                fmt::format("pictures {} to {} of {}: there are {}", config.first,
                            config.first + count - 1, word.text, shape[0]));
  }
  Pictures pictures;
  for (std::int64_t k = config.first; k < config.first + count; ++k) {
    std::vector<std::complex<double>> one(values.begin() + k * items,
                                          values.begin() + (k + 1) * items);
    // Pictures of 28 x 28 are the rule: always filled up.
    pictures.states.push_back(
        make_state(fmt::format("{}[{}]", word.text, k), std::move(one), true));
    if (!pictures.states.back().is_real) {
      throw Error(ErrorKind::kInput, fmt::format("{}[{}] is complex", word.text, k),
                  "pictures are real numbers");
    }
  }
  return pictures;
}

class Dataset {
 public:
  Dataset(const Config& config, study::Context& context)
      : config_(config),
        context_(context),
        pictures_(load_pictures(config.dataset)),
        partial_(context.directory().string() + ".partial"),
        progress_(context.log(), "dataset", static_cast<std::int64_t>(pictures_.size()),
                  "pictures") {}

  void run() {
    const std::string key = key_of_work();
    for (std::size_t first = 0; first < pictures_.size(); first += kBlock) {
      const std::size_t last = std::min(first + kBlock, pictures_.size());
      const auto path = partial_ / fmt::format("{}-{}.h5", key, first);
      const bool done =
          context_.comm().any(context_.comm().is_root() && std::filesystem::exists(path));
      if (!done) encode_block(first, last, path);
      progress_.update(static_cast<std::int64_t>(last));
    }
    if (context_.comm().is_root()) finish(key);
  }

 private:
  // Blocks of other options or other pictures are not taken over.
  std::string key_of_work() const {
    Hasher hash;
    const EncodeConfig& e = config_.encode;
    hash.update(fmt::format("{} {} {} {} {} {} {} {} {} {} {} {} {} {} {} {}", e.gates, e.fidelity,
                            e.cnots, e.coupling, e.kind, e.insertion, e.starts, e.keep, e.moves,
                            e.first, e.more, e.sweeps, e.search_every, e.rivals, e.polish,
                            context_.seed()));
    for (const TargetState& state : pictures_.states) {
      hash.update(std::as_bytes(std::span(state.amplitudes)));
    }
    return hash.digits();
  }

  void encode_block(std::size_t first, std::size_t last, const std::filesystem::path& path) {
    const auto& comm = context_.comm();
    std::vector<circuits::EncodeResult> results(last - first);
    std::atomic<std::size_t> next{static_cast<std::size_t>(comm.rank())};
    const auto stride = static_cast<std::size_t>(comm.size());
    parallel_for(0, threads(), [&](std::ptrdiff_t, std::ptrdiff_t) {
      for (std::size_t i = next.fetch_add(stride); i < results.size() && !stop_requested();
           i = next.fetch_add(stride)) {
        results[i] = encode_one(first + i);
      }
    });
    if (context_.should_stop())
      context_.stop("the pictures of finished blocks; run again to go on");
    std::vector<EncodedState> states;
    for (std::size_t i = 0; i < results.size(); ++i) {
      const int owner = static_cast<int>(i % stride);
      const auto result =
          circuits::from_bytes(comm.broadcast(circuits::to_bytes(results[i]), owner));
      const TargetState& state = pictures_.states[first + i];
      states.push_back({state.name, state.norm, result.circuit, result.overlap});
    }
    if (comm.is_root()) save_circuits(path, states);
    comm.barrier();
  }

  circuits::EncodeResult encode_one(std::size_t k) const {
    circuits::Targets targets;
    targets.states.emplace_back(pictures_.states[k].amplitudes, config_.encode.kind != "complex");
    const auto options =
        encode_options(config_.encode, targets.qubits(), targets.is_real(), context_.seed() + k);
    circuits::EncodeStore nothing;
    return circuits::encode(targets, options, parallel::Communicator::self(), nothing, {},
                            [] { return stop_requested(); });
  }

  void finish(const std::string& key) {
    std::vector<EncodedState> all;
    for (std::size_t first = 0; first < pictures_.size(); first += kBlock) {
      auto block = load_circuits(partial_ / fmt::format("{}-{}.h5", key, first));
      std::move(block.begin(), block.end(), std::back_inserter(all));
    }
    save(all);
    std::filesystem::remove_all(partial_);
    double mean = 0, worst = 1, gates = 0;
    for (const EncodedState& state : all) {
      const double fidelity = state.overlap * state.overlap;
      mean += fidelity / static_cast<double>(all.size());
      worst = std::min(worst, fidelity);
      gates += static_cast<double>(state.circuit.gates.size()) / static_cast<double>(all.size());
    }
    context_.metric("pictures", {.value = static_cast<double>(all.size())});
    context_.metric("fidelity", {.value = mean, .source = "|F|^2, mean over pictures"});
    context_.metric("fidelity_worst", {.value = worst, .source = "of the worst picture"});
    context_.metric("gates", {.value = gates, .source = "mean over pictures"});
  }

  void save(const std::vector<EncodedState>& all) const {
    const auto count = static_cast<std::int64_t>(all.size());
    std::int64_t most = 1;
    for (const EncodedState& state : all) {
      most = std::max(most, static_cast<std::int64_t>(state.circuit.gates.size()));
    }
    std::vector<std::int64_t> pairs(static_cast<std::size_t>(count * most * 2), -1);
    std::vector<double> matrices(static_cast<std::size_t>(count * most * 32));
    std::vector<std::int64_t> gates, start;
    std::vector<double> overlap, norm;
    for (std::size_t k = 0; k < all.size(); ++k) {
      const circuits::Circuit& circuit = all[k].circuit;
      for (std::size_t m = 0; m < static_cast<std::size_t>(most); ++m) {
        const std::size_t place = k * static_cast<std::size_t>(most) + m;
        circuits::Matrix4 matrix = circuits::Matrix4::Identity();
        if (m < circuit.gates.size()) {
          pairs[2 * place] = circuit.gates[m].pair.low;
          pairs[2 * place + 1] = circuit.gates[m].pair.high;
          matrix = circuit.gates[m].matrix;
        }
        for (std::size_t i = 0; i < 16; ++i) {
          const auto entry = matrix(static_cast<int>(i / 4), static_cast<int>(i % 4));
          matrices[32 * place + 2 * i] = entry.real();
          matrices[32 * place + 2 * i + 1] = entry.imag();
        }
      }
      gates.push_back(static_cast<std::int64_t>(circuit.gates.size()));
      start.push_back(static_cast<std::int64_t>(circuit.start));
      overlap.push_back(all[k].overlap);
      norm.push_back(all[k].norm);
    }
    io::AtomicFile target(context_.directory());
    io::Hdf5File file = io::Hdf5File::create(target);
    file.write("/pairs", {count, most, 2}, pairs.data());
    file.write("/matrices", {count, most, 4, 4, 2}, matrices.data());
    file.write("/gates", {count}, gates.data());
    file.write("/start", {count}, start.data());
    file.write("/overlap", {count}, overlap.data());
    file.write("/norm", {count}, norm.data());
    file.set_attribute("/", "qubits", std::int64_t{all[0].circuit.qubits});
    file.set_attribute("/", "source", word_of(config_.dataset).text);
    file.close();
    target.commit();
  }

  const Config& config_;
  study::Context& context_;
  Pictures pictures_;
  std::filesystem::path partial_;
  Progress progress_;
};

}  // namespace

void check_dataset(const Config& config) {
  const Pictures pictures = load_pictures(config.dataset);
  encode_options(config.encode, pictures.states[0].qubits, true, 1);
}

void encode_dataset(const Config& config, study::Context& context) {
  const auto begin = std::chrono::steady_clock::now();
  Dataset dataset(config, context);
  dataset.run();
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  if (!context.comm().is_root()) return;
  const double pictures = context.metrics().at("pictures").value;
  context.metric(
      "pictures_per_second",
      {.value = pictures / seconds, .unit = "1/s", .source = "of this call, all ranks together"});
}

}  // namespace sengen::aqce
