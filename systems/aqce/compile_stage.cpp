// SPDX-License-Identifier: Apache-2.0
// The stage compile and the verbs compile, verify and decode: circuits as OpenQASM, and back.
#include <cmath>
#include <fstream>
#include <sstream>

#include <fmt/format.h>

#include <sengen/circuits/qasm_reader.hpp>
#include <sengen/circuits/qasm_writer.hpp>
#include <sengen/circuits/synthesis.hpp>
#include <sengen/core/error.hpp>
#include <sengen/io/atomic_file.hpp>
#include <sengen/io/csv.hpp>
#include <sengen/io/npy.hpp>
#include <sengen/io/picture.hpp>

#include "circuit_file.hpp"
#include "mps_target.hpp"
#include "stages.hpp"
#include "state_memory.hpp"

namespace sengen::aqce {

namespace {

using circuits::ElementaryCircuit;
using circuits::QasmVersion;
using Amplitudes = std::vector<std::complex<double>>;

bool is_gates_file(const std::string& path) {
  return path.ends_with(".h5") || path.ends_with(".hdf5");
}

ElementaryCircuit load_elementary(const std::string& path) {
  if (is_gates_file(path)) return circuits::synthesise(load_circuit(path));
  std::ifstream file(path, std::ios::binary);
  if (!file) throw Error(ErrorKind::kInput, fmt::format("cannot read '{}'", path));
  std::ostringstream text;
  text << file.rdbuf();
  return circuits::read_qasm(text.str(), path);
}

// |<state|psi>| of normalised amplitudes.
double overlap_of(const Amplitudes& psi, const Amplitudes& state) {
  std::complex<double> sum = 0;
  for (std::size_t i = 0; i < psi.size(); ++i) sum += std::conj(state[i]) * psi[i];
  return std::abs(sum);
}

// Largest circuits whose text is simulated before it is written.
constexpr int kCheckedQubits = 20;

// The text must prepare the state of the dense gates: a file that does not is never written.
void check_text(const std::string& text, const circuits::Circuit& circuit,
                const std::string& name) {
  if (circuit.qubits > kCheckedQubits) return;
  const double overlap =
      overlap_of(circuits::state_of(circuits::read_qasm(text, name)), circuits::state_of(circuit));
  if (std::abs(overlap - 1) < 1e-10) return;
  throw Error(
      ErrorKind::kInternal,
      fmt::format("{} prepares another state than its gates: overlap {:.12f}", name, overlap));
}

void write_qasm_file(const std::filesystem::path& path, const ElementaryCircuit& circuit,
                     QasmVersion version, const EncodedState& state) {
  const std::string about =
      fmt::format("prepares {} from |0...0>: |F|^2 = {:.12f}\nnorm of what was given: {:.17g}",
                  state.name, state.overlap * state.overlap, state.norm);
  const std::string text = write_qasm(circuit, version, about);
  check_text(text, state.circuit, path.filename().string());
  io::write_text_atomic(path, text);
}

// What noise leaves of a fidelity: every gate is right with its own probability.
double expected_fidelity(double fidelity, double cnots, double one_qubit,
                         const NoiseConfig& noise) {
  return fidelity * std::pow(1 - noise.cnot_error, cnots) *
         std::pow(1 - noise.one_qubit_error, one_qubit);
}

void add_noise_metrics(const Config& config, study::Context& context) {
  const io::CsvTable curve = io::read_csv(context.file(kCurveFile));
  const auto circuit = curve.column("circuit"), gates = curve.column("gates");
  const auto fidelity = curve.column("fidelity"), cnots = curve.column("cnots");
  const auto one_qubit = curve.column("one_qubit_gates");
  double best = 0, best_gates = 0;
  for (std::size_t i = 0; i < gates.size() && circuit[i] == 0; ++i) {
    const double value = expected_fidelity(fidelity[i], cnots[i], one_qubit[i], config.noise);
    if (value > best) {
      best = value;
      best_gates = gates[i];
    }
  }
  const std::string source = fmt::format("with an error of {} a CX and {} a one-qubit gate",
                                         config.noise.cnot_error, config.noise.one_qubit_error);
  context.metric("expected_fidelity", {.value = best, .source = source + ", at the best gates"});
  context.metric("best_gates", {.value = best_gates, .source = "of the curve, " + source});
}

}  // namespace

void compile_circuits(const Config& config, study::Context& context) {
  const auto states = load_circuits(context.file(kGatesFile));
  io::CsvTable table{.columns = {"circuit", "qubits", "gates", "cnots", "one_qubit_gates", "depth",
                                 "two_qubit_depth"},
                     .rows = {}};
  double two_qubit_gates = 0, deepest = 0;
  for (std::size_t k = 0; k < states.size(); ++k) {
    const auto options = synthesis_options(config, states[k].circuit.qubits);
    const ElementaryCircuit circuit = circuits::synthesise(states[k].circuit, options);
    const auto size = circuits::size_of(circuit);
    table.rows.push_back({double(k), double(circuit.qubits), double(states[k].circuit.gates.size()),
                          double(size.two_qubit_gates), double(size.one_qubit_gates),
                          double(size.depth), double(size.two_qubit_depth)});
    two_qubit_gates += size.two_qubit_gates;
    deepest = std::max(deepest, double(size.depth));
    if (!context.comm().is_root()) continue;
    if (states.size() == 1) {
      write_qasm_file(context.file(kCircuitFile), circuit, QasmVersion::k2, states[k]);
      write_qasm_file(context.file(kCircuit3File), circuit, QasmVersion::k3, states[k]);
    } else {
      const auto folder = context.file("circuits");
      std::filesystem::create_directories(folder);
      write_qasm_file(folder / fmt::format("circuit-{}.qasm", k), circuit, QasmVersion::k2,
                      states[k]);
    }
  }
  const bool is_cx = config.compile.basis == "cx";
  context.metric("cnots", {.value = two_qubit_gates,
                           .source = is_cx ? "CX of the compiled circuits"
                                           : config.compile.basis + " of the compiled circuits"});
  context.metric("depth", {.value = deepest, .source = "columns of elementary gates"});
  add_noise_metrics(config, context);
  if (context.comm().is_root()) io::write_csv(context.file(kCircuitsFile), table);
}

void check_compile(const Config& config) { load_circuits(config.compile.gates); }

void compile_file(const Config& config, study::Context& context) {
  const auto states = load_circuits(config.compile.gates);
  for (std::size_t k = 0; k < states.size(); ++k) {
    const auto options = synthesis_options(config, states[k].circuit.qubits);
    const ElementaryCircuit circuit = circuits::synthesise(states[k].circuit, options);
    const auto size = circuits::size_of(circuit);
    context.log().info("circuit {}: {} {}, depth {}", k, size.two_qubit_gates, config.compile.basis,
                       size.depth);
    const std::string name = states.size() == 1 ? "circuit" : fmt::format("circuit-{}", k);
    write_qasm_file(context.file(name + ".qasm"), circuit, QasmVersion::k2, states[k]);
    write_qasm_file(context.file(name + "-v3.qasm"), circuit, QasmVersion::k3, states[k]);
  }
}

namespace {

bool verifies_mps(const Config& config) {
  return is_mps_target(parse_state(config.verify.state), config.verify.mps);
}

// |F| by simulation of all amplitudes.
double dense_overlap(const Config& config, const ElementaryCircuit& circuit) {
  const Target target = load_target(parse_state(config.verify.state), picture_coding(config.state));
  if (target.states.size() != 1) {
    throw Error(ErrorKind::kInput, fmt::format("{} is {} states: one is wanted",
                                               config.verify.state, target.states.size()));
  }
  const TargetState& state = target.states[0];
  if (circuit.qubits != state.qubits) {
    throw Error(ErrorKind::kInput, fmt::format("{} has {} qubits, {} has {}", config.verify.circuit,
                                               circuit.qubits, state.name, state.qubits));
  }
  return overlap_of(circuits::state_of(circuit), state.amplitudes);
}

}  // namespace

void check_verify(const Config& config) {
  load_elementary(config.verify.circuit);
  const StateWord word = parse_state(config.verify.state);
  if (verifies_mps(config)) {
    load_mps(word, picture_coding(config.state));
  } else {
    check_state(word, picture_coding(config.state));
  }
}

void verify_circuit(const Config& config, study::Context& context) {
  const ElementaryCircuit circuit = load_elementary(config.verify.circuit);
  double overlap = 0;
  if (verifies_mps(config)) {
    const circuits::MpsOverlap found = verify_mps(config, circuit);
    overlap = found.overlap;
    context.log().info("cuts of bonds may have changed |F| by about {:.1e}",
                       std::sqrt(found.loss.weight));
  } else {
    overlap = dense_overlap(config, circuit);
  }
  const auto size = circuits::size_of(circuit);
  const double fidelity = overlap * overlap;
  context.log().info("|F|^2 = {:.12f}, |F| = {:.12f}, |F|^(1/n) = {:.9f}", fidelity, overlap,
                     std::pow(overlap, 1.0 / circuit.qubits));
  context.log().info("{} two-qubit gates, {} one-qubit gates, depth {}", size.two_qubit_gates,
                     size.one_qubit_gates, size.depth);
  context.metric("fidelity", {.value = fidelity, .source = "|F|^2 of " + config.verify.circuit});
  context.metric("overlap", {.value = overlap, .source = "|F|"});
  if (fidelity < config.verify.fidelity) {
    throw Error(ErrorKind::kNumerics, fmt::format("{} prepares {} with |F|^2 = {:.12f}, less than "
                                                  "{}",
                                                  config.verify.circuit, config.verify.state,
                                                  fidelity, config.verify.fidelity));
  }
}

void check_decode(const Config& config) {
  load_elementary(config.decode.circuit);
  if (!config.decode.like.empty()) io::read_picture(config.decode.like);
}

void decode_circuit(const Config& config, study::Context& context) {
  const ElementaryCircuit circuit = load_elementary(config.decode.circuit);
  const Amplitudes psi = circuits::state_of(circuit);
  io::write_npy(context.file("amplitudes.npy"), {static_cast<std::int64_t>(psi.size())},
                psi.data());
  if (config.decode.like.empty()) return;
  EncodedPicture picture = encode_picture(io::read_picture(config.decode.like),
                                          picture_coding(config.state), config.decode.like);
  if (picture.tiles.size() != 1 || picture.tiles[0].amplitudes.size() != psi.size()) {
    throw Error(ErrorKind::kInput,
                fmt::format("{} is {} tiles of {} amplitudes, {} makes one of {}",
                            config.decode.like, picture.tiles.size(),
                            picture.tiles[0].amplitudes.size(), config.decode.circuit, psi.size()));
  }
  picture.tiles[0].amplitudes = decoded_amplitudes(psi, picture.tiles[0].amplitudes);
  io::write_png(context.file(kDecodedFile), to_picture(decode_picture(picture), picture.layout));
}

}  // namespace sengen::aqce
