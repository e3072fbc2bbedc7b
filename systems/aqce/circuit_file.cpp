// SPDX-License-Identifier: Apache-2.0
#include "circuit_file.hpp"

#include <charconv>
#include <mutex>

#include <fmt/format.h>

#include <sengen/circuits/rewrite.hpp>
#include <sengen/core/error.hpp>
#include <sengen/io/atomic_file.hpp>
#include <sengen/io/hdf5.hpp>

namespace sengen::aqce {

namespace {

using circuits::Circuit;
using circuits::Complex;
using circuits::Gate;
using circuits::GrowthStage;

constexpr const char* kFormat = "sengen-circuits-1";

// HDF5 takes one thread at a time, and searches of several tiles save when they please.
std::mutex& file_mutex() {
  static std::mutex mutex;
  return mutex;
}

std::string group_of(std::size_t index) { return fmt::format("/circuit_{}", index); }

void write_circuit(io::Hdf5File& file, const std::string& group, const Circuit& circuit) {
  const auto count = static_cast<std::int64_t>(circuit.gates.size());
  std::vector<std::int64_t> pairs;
  std::vector<double> matrices;
  for (const Gate& gate : circuit.gates) {
    pairs.insert(pairs.end(), {gate.pair.low, gate.pair.high});
    for (int a = 0; a < 4; ++a) {
      for (int b = 0; b < 4; ++b) {
        matrices.insert(matrices.end(), {gate.matrix(a, b).real(), gate.matrix(a, b).imag()});
      }
    }
  }
  file.write(group + "/pairs", {count, 2}, pairs.data());
  file.write(group + "/matrices", {count, 4, 4, 2}, matrices.data());
  file.set_attribute(group, "qubits", std::int64_t{circuit.qubits});
  file.set_attribute(group, "start", std::to_string(circuit.start));
}

Circuit read_circuit(const io::Hdf5File& file, const std::string& group, const std::string& name) {
  const auto fail = [&](const std::string& what) {
    throw Error(ErrorKind::kInput, fmt::format("{}:{}: {}", name, group, what),
                "gates.h5 as `sengen aqce encode` writes it (docs/aqce.md)");
  };
  Circuit circuit;
  const std::int64_t qubits = file.attribute_int(group, "qubits");
  if (qubits < 2 || qubits > 63) fail(fmt::format("{} qubits: 2 to 63 are possible", qubits));
  circuit.qubits = static_cast<int>(qubits);
  const std::string start = file.attribute_string(group, "start");
  const char* end = start.data() + start.size();
  const auto parsed = std::from_chars(start.data(), end, circuit.start);
  if (parsed.ec != std::errc() || parsed.ptr != end) {
    fail(fmt::format("start '{}' is no number", start));
  }
  const io::Shape pairs_shape = file.shape(group + "/pairs");
  const io::Shape matrices_shape = file.shape(group + "/matrices");
  if (pairs_shape.size() != 2 || pairs_shape[1] != 2 ||
      matrices_shape != io::Shape{pairs_shape[0], 4, 4, 2}) {
    fail("pairs must be [M, 2] and matrices [M, 4, 4, 2]");
  }
  const auto pairs = file.read<std::int64_t>(group + "/pairs");
  const auto matrices = file.read<double>(group + "/matrices");
  for (std::size_t m = 0; m < pairs.size() / 2; ++m) {
    const std::int64_t low = pairs[2 * m], high = pairs[2 * m + 1];
    if (low < 0 || high <= low || high >= qubits) {
      fail(fmt::format("gate {} acts on the pair ({}, {}) of {} qubits", m, low, high, qubits));
    }
    Gate gate{{static_cast<int>(low), static_cast<int>(high)}};
    for (std::size_t i = 0; i < 16; ++i) {
      const std::size_t at = 2 * (16 * m + i);
      gate.matrix(static_cast<int>(i / 4), static_cast<int>(i % 4)) =
          Complex(matrices[at], matrices[at + 1]);
    }
    circuit.gates.push_back(gate);
  }
  try {
    circuits::check(circuit);
  } catch (const Error& error) {
    fail(error.message());
  }
  return circuit;
}

void write_stages(io::Hdf5File& file, const std::vector<GrowthStage>& stages) {
  file.set_attribute("/", "stages", static_cast<std::int64_t>(stages.size()));
  for (std::size_t i = 0; i < stages.size(); ++i) {
    write_circuit(file, group_of(i), stages[i].circuit);
    file.set_attribute(group_of(i), "overlap", stages[i].overlap);
    file.set_attribute(group_of(i), "hadamard_tests", stages[i].hadamard_tests);
  }
}

std::vector<GrowthStage> read_stages(const io::Hdf5File& file, const std::string& name) {
  std::vector<GrowthStage> stages;
  const auto count = static_cast<std::size_t>(file.attribute_int("/", "stages"));
  for (std::size_t i = 0; i < count; ++i) {
    stages.push_back({read_circuit(file, group_of(i), name),
                      file.attribute_double(group_of(i), "overlap"),
                      file.attribute_int(group_of(i), "hadamard_tests")});
  }
  return stages;
}

// Writes a whole file in one atomic piece.
template <typename Body>
void save_file(const std::filesystem::path& path, const Body& body) {
  const std::lock_guard lock(file_mutex());
  std::filesystem::create_directories(path.parent_path());
  io::AtomicFile target(path);
  io::Hdf5File file = io::Hdf5File::create(target);
  file.set_attribute("/", "format", std::string(kFormat));
  body(file);
  file.close();
  target.commit();
}

// What a file has to say, or nothing when it is missing or damaged: the work is then done again.
template <typename Body>
auto load_file(const std::filesystem::path& path, const Body& body)
    -> std::optional<decltype(body(std::declval<const io::Hdf5File&>()))> {
  const std::lock_guard lock(file_mutex());
  if (!std::filesystem::exists(path)) return {};
  try {
    const io::Hdf5File file = io::Hdf5File::open(path);
    return body(file);
  } catch (const Error&) {
    return {};
  }
}

}  // namespace

void save_circuits(const std::filesystem::path& path, const std::vector<EncodedState>& states) {
  save_file(path, [&](io::Hdf5File& file) {
    file.set_attribute("/", "circuits", static_cast<std::int64_t>(states.size()));
    for (std::size_t i = 0; i < states.size(); ++i) {
      const std::string group = group_of(i);
      write_circuit(file, group, states[i].circuit);
      file.set_attribute(group, "overlap", states[i].overlap);
      file.set_attribute(group, "norm", states[i].norm);
      file.set_attribute(group, "name", states[i].name);
    }
  });
}

std::vector<EncodedState> load_circuits(const std::filesystem::path& path) {
  const std::lock_guard lock(file_mutex());
  const io::Hdf5File file = io::Hdf5File::open(path);
  if (!file.has_attribute("/", "format") || file.attribute_string("/", "format") != kFormat ||
      !file.has_attribute("/", "circuits")) {
    throw Error(ErrorKind::kInput, fmt::format("{} holds no circuits", path.string()),
                "gates.h5 as `sengen aqce encode` writes it (docs/aqce.md)");
  }
  std::vector<EncodedState> states;
  const auto count = static_cast<std::size_t>(file.attribute_int("/", "circuits"));
  for (std::size_t i = 0; i < count; ++i) {
    const std::string group = group_of(i);
    states.push_back({file.attribute_string(group, "name"), file.attribute_double(group, "norm"),
                      read_circuit(file, group, path.string()),
                      file.attribute_double(group, "overlap")});
  }
  return states;
}

Circuit load_circuit(const std::filesystem::path& path) {
  const auto states = load_circuits(path);
  if (states.size() != 1) {
    throw Error(ErrorKind::kInput,
                fmt::format("{} holds {} circuits: one is wanted", path.string(), states.size()));
  }
  return states[0].circuit;
}

SearchFolder::SearchFolder(std::filesystem::path folder, std::string name, bool writes)
    : folder_(std::move(folder)), name_(std::move(name)), writes_(writes) {}

std::filesystem::path SearchFolder::path_of(const std::string& what, int number) const {
  return folder_ / fmt::format("{}-{}-{}.h5", name_, what, number);
}

std::vector<GrowthStage> SearchFolder::load_growth(int start) {
  const auto path = path_of("start", start);
  auto stages =
      load_file(path, [&](const io::Hdf5File& file) { return read_stages(file, path.string()); });
  return stages ? std::move(*stages) : std::vector<GrowthStage>{};
}

void SearchFolder::save_growth(int start, const std::vector<GrowthStage>& stages) {
  if (!writes_) return;
  save_file(path_of("start", start), [&](io::Hdf5File& file) { write_stages(file, stages); });
}

std::optional<circuits::Relocation> SearchFolder::load_relocation(int kept) {
  const auto path = path_of("kept", kept);
  return load_file(path, [&](const io::Hdf5File& file) {
    const auto pair = read_stages(file, path.string());
    return circuits::Relocation{file.attribute_int("/", "done"), pair.at(0).circuit,
                                pair.at(0).overlap, pair.at(1).circuit, pair.at(1).overlap};
  });
}

void SearchFolder::save_relocation(int kept, const circuits::Relocation& state) {
  if (!writes_) return;
  save_file(path_of("kept", kept), [&](io::Hdf5File& file) {
    file.set_attribute("/", "done", state.done);
    write_stages(file, {{state.circuit, state.overlap}, {state.best, state.best_overlap}});
  });
}

std::optional<circuits::EncodeResult> SearchFolder::load_result() {
  const auto path = path_of("result", 0);
  return load_file(path, [&](const io::Hdf5File& file) {
    circuits::EncodeResult result;
    result.stages = read_stages(file, path.string());
    result.circuit = result.stages.back().circuit;
    result.overlap = result.stages.back().overlap;
    result.stages.pop_back();
    result.start = static_cast<int>(file.attribute_int("/", "start"));
    return result;
  });
}

void SearchFolder::save_result(const circuits::EncodeResult& result) {
  if (!writes_) return;
  save_file(path_of("result", 0), [&](io::Hdf5File& file) {
    auto stages = result.stages;
    stages.push_back({result.circuit, result.overlap});
    write_stages(file, stages);
    file.set_attribute("/", "start", std::int64_t{result.start});
  });
}

}  // namespace sengen::aqce
