// SPDX-License-Identifier: Apache-2.0
#include "search_output.hpp"

#include <algorithm>
#include <cmath>

#include <sengen/circuits/elementary.hpp>
#include <sengen/circuits/synthesis.hpp>
#include <sengen/io/csv.hpp>

#include "stages.hpp"

namespace sengen::aqce {

using circuits::EncodeResult;
using circuits::GrowthStage;

namespace {

// Of every stage of every circuit: what it reaches and what it costs.
io::CsvTable curve_of(const std::vector<EncodeResult>& results,
                      const circuits::SynthesisOptions& synthesis) {
  io::CsvTable table{
      .columns = {"circuit", "gates", "overlap", "fidelity", "overlap_per_site", "cnots", "depth",
                  "two_qubit_depth", "one_qubit_gates", "hadamard_tests"},
      .rows = {}};
  for (std::size_t k = 0; k < results.size(); ++k) {
    std::vector<GrowthStage> stages = results[k].stages;
    if (!stages.empty() && stages.back().circuit.gates.size() >= results[k].circuit.gates.size()) {
      // The end of the search is better than the last stage of its growth.
      while (!stages.empty() &&
             stages.back().circuit.gates.size() >= results[k].circuit.gates.size()) {
        stages.pop_back();
      }
    }
    const auto tests = results[k].stages.empty() ? 0 : results[k].stages.back().hadamard_tests;
    stages.push_back({results[k].circuit, results[k].overlap, tests});
    for (const GrowthStage& stage : stages) {
      const auto size = circuits::size_of(circuits::synthesise(stage.circuit, synthesis));
      table.rows.push_back(
          {static_cast<double>(k), static_cast<double>(stage.circuit.gates.size()), stage.overlap,
           stage.overlap * stage.overlap, std::pow(stage.overlap, 1.0 / stage.circuit.qubits),
           static_cast<double>(size.two_qubit_gates), static_cast<double>(size.depth),
           static_cast<double>(size.two_qubit_depth), static_cast<double>(size.one_qubit_gates),
           static_cast<double>(stage.hadamard_tests)});
    }
  }
  return table;
}

}  // namespace

void write_curve(const std::vector<EncodeResult>& results, const Config& config,
                 const study::Context& context) {
  const auto synthesis = synthesis_options(config, results[0].circuit.qubits);
  io::write_csv(context.file(kCurveFile), curve_of(results, synthesis));
}

void add_search_metrics(const std::vector<EncodeResult>& results, double seconds,
                        study::Context& context) {
  double overlap = 0, fidelity = 0, worst = 1, gates = 0, tests = 0;
  for (const EncodeResult& result : results) {
    const auto count = static_cast<double>(results.size());
    overlap += result.overlap / count;
    fidelity += result.overlap * result.overlap / count;
    worst = std::min(worst, result.overlap * result.overlap);
    gates += static_cast<double>(result.circuit.gates.size());
    if (!result.stages.empty()) tests += static_cast<double>(result.stages.back().hadamard_tests);
  }
  const int qubits = results[0].circuit.qubits;
  const bool several = results.size() > 1;
  const std::string mean = several ? ", mean over circuits" : "";
  context.metric("fidelity", {.value = fidelity, .source = "|F|^2" + mean});
  context.metric("overlap", {.value = overlap, .source = "|F| = |<0|C^dagger|psi>|" + mean});
  context.metric("overlap_per_site", {.value = std::pow(overlap, 1.0 / qubits),
                                      .source = "|F|^(1/n): close to 1 at any |F|"});
  context.metric("infidelity", {.value = 1 - fidelity, .source = "1 - |F|^2" + mean});
  if (several) context.metric("fidelity_worst", {.value = worst, .source = "the worst circuit"});
  context.metric("gates", {.value = gates, .source = "two-qubit gates of all circuits"});
  context.metric("qubits", {.value = static_cast<double>(qubits), .source = "of a circuit"});
  if (tests > 0) {
    context.metric("hadamard_tests",
                   {.value = tests, .source = "of the starts that won, each of so many shots"});
  }
  context.metric("seconds", {.value = seconds, .unit = "s", .source = "wall time of the search"});
}

}  // namespace sengen::aqce
