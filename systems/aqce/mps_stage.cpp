// SPDX-License-Identifier: Apache-2.0
// The stage encode and the verb verify where the state is a matrix product state.
#include <chrono>
#include <cmath>

#include <fmt/format.h>

#include <sengen/circuits/elementary.hpp>
#include <sengen/circuits/mps_encoder.hpp>
#include <sengen/circuits/rewrite.hpp>
#include <sengen/core/error.hpp>
#include <sengen/core/stop.hpp>

#include "circuit_file.hpp"
#include "mps_target.hpp"
#include "search_output.hpp"
#include "stages.hpp"

namespace sengen::aqce {

namespace {

// Neighbours on one pair make one gate, one cut: products of one-qubit gates are left as they are.
constexpr double kSame = 1e-14;

circuits::Gate swap_of(int low) {
  circuits::Gate gate{{low, low + 1}};
  gate.matrix.row(1).swap(gate.matrix.row(2));
  return gate;
}

// The same circuit with gates on neighbours alone: qubits far apart are brought together and back.
circuits::Circuit on_neighbours(const circuits::Circuit& circuit) {
  circuits::Circuit result{.qubits = circuit.qubits, .start = circuit.start};
  for (const circuits::Gate& gate : circuit.gates) {
    const auto [low, high] = gate.pair;
    for (int q = high - 1; q > low; --q) result.gates.push_back(swap_of(q));
    result.gates.push_back({{low, low + 1}, gate.matrix});
    for (int q = low + 1; q < high; ++q) result.gates.push_back(swap_of(q));
  }
  return circuits::merge_neighbours(result, kSame);
}

}  // namespace

void check_mps_encoding(const Config& config) {
  check_mps_options(config);
  const StateWord word = parse_state(config.state.state);
  const PictureCoding coding = picture_coding(config.state);
  check_from(config, mps_qubits(word, coding));
  const auto target = load_mps(word, coding);
  mps_options(config.encode, target.is_real() && config.encode.kind != "complex", 0);
}

void encode_mps_state(const Config& config, study::Context& context) {
  const auto begin = std::chrono::steady_clock::now();
  const auto target = load_mps(parse_state(config.state.state), picture_coding(config.state));
  context.log().info("matrix product state of {} qubits, bond {}", target.qubits(),
                     target.max_bond());
  SearchFolder folder(context.scratch(), "mps");
  constexpr std::int64_t kSteps = 1000;
  Progress progress(context.log(), "encode", kSteps, "parts");
  const auto result = circuits::encode_mps(
      target, mps_options(config.encode, target.is_real(), context.seed()), context.comm(), folder,
      [&](double part, double overlap) {
        progress.update(static_cast<std::int64_t>(part * kSteps),
                        fmt::format("1-|F|^2 {:.2e}", 1 - overlap * overlap));
      },
      [] { return stop_requested(); });
  if (context.should_stop()) context.stop("the search; run again to go on");
  const std::chrono::duration<double> time = std::chrono::steady_clock::now() - begin;
  const std::vector<circuits::EncodeResult> results = {
      static_cast<const circuits::EncodeResult&>(result)};
  add_search_metrics(results, time.count(), context);
  context.metric("overlap_uncertainty",
                 {.value = std::sqrt(result.loss.weight),
                  .source = "what cuts of the circuit's bonds may have changed of |F|, typically"});
  context.metric("target_bond", {.value = static_cast<double>(target.max_bond())});
  context.metric("search_bond",
                 {.value = static_cast<double>(result.max_bond), .source = "met by sweeps"});
  context.metric("search_memory", {.value = static_cast<double>(result.bytes),
                                   .unit = "B",
                                   .source = "matrix product states of one start"});
  if (!context.comm().is_root()) return;
  save_circuits(context.file(kGatesFile),
                {{config.state.state, 1, result.circuit, result.overlap}});
  save_mps(context.file(kTargetMpsFile), target);
  write_curve(results, config, context);
}

circuits::MpsOverlap verify_mps(const Config& config,
                                const circuits::ElementaryCircuit& elementary) {
  const auto target = load_mps(parse_state(config.verify.state), picture_coding(config.state));
  const circuits::Circuit circuit = on_neighbours(circuits::to_circuit(elementary));
  if (circuit.qubits != target.qubits()) {
    throw Error(ErrorKind::kInput,
                fmt::format("{} has {} qubits, {} has {}", config.verify.circuit, circuit.qubits,
                            config.verify.state, target.qubits()));
  }
  // A real target does not make the circuit's state real.
  const auto psi = circuits::prepare_mps(
      circuit, false, {.max_bond = static_cast<int>(config.verify.bond), .max_weight = 1e-13});
  return {std::abs(circuits::overlap(psi, target)), psi.loss()};
}

}  // namespace sengen::aqce
