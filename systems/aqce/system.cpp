// SPDX-License-Identifier: Apache-2.0
// aqce: its options, stages and verbs.
#include <memory>

#include <sengen/study/system.hpp>

#include "config.hpp"
#include "stages.hpp"

namespace sengen::aqce {

namespace {

using study::Context;
using study::Stage;

std::vector<std::filesystem::path> inputs_of(const Config& config) {
  auto files = state_files(config.state);
  if (!config.encode.from.empty()) files.emplace_back(config.encode.from);
  const std::string& coupling = config.encode.coupling;
  if (coupling != "all" && coupling != "line" && !coupling.starts_with("grid:")) {
    files.emplace_back(coupling);
  }
  return files;
}

Stage encode_stage(const std::shared_ptr<Config>& config) {
  return {.name = "encode",
          .summary = "finds gates, and the pairs that they act on, for the state",
          .tables = {"state", "encode"},
          .outputs = {kTargetFile, kTargetMpsFile, kGatesFile, kCurveFile},
          .leaves =
              [config](const std::string& output) {
                const bool is_other =
                    takes_mps(*config) ? output == kTargetFile : output == kTargetMpsFile;
                return !is_other;
              },
          .uses_seed = true,
          .run = [config](Context& context) { encode_states(*config, context); },
          .inputs = [config] { return inputs_of(*config); },
          .check = [config](const auto& comm) { check_encoding(*config, comm); }};
}

Stage compile_stage(const std::shared_ptr<Config>& config) {
  return {.name = "compile",
          .summary = "makes elementary gates of them: OpenQASM",
          .after = {"encode"},
          .tables = {"compile", "noise"},
          .outputs = {kCircuitsFile, kCircuitFile, kCircuit3File},
          .leaves =
              [config](const std::string& output) {
                return output == kCircuitsFile || circuit_count(config->state) == 1;
              },
          .run = [config](Context& context) { compile_circuits(*config, context); }};
}

Stage evaluate_stage(const std::shared_ptr<Config>& config) {
  return {.name = "evaluate",
          .summary = "decodes the picture again, or takes the energy of a ground state",
          .after = {"encode"},
          .tables = {"state"},
          .outputs = {kDecodedFile, kComparisonFile},
          .leaves = [config](const std::string&) { return is_picture(config->state); },
          .run = [config](Context& context) { evaluate_circuits(*config, context); },
          .inputs = [config] { return state_files(config->state); }};
}

Stage report_stage(const std::shared_ptr<Config>& config) {
  return {.name = "report",
          .summary = "draws the circuit, its curves and pictures on one page",
          .after = {"encode", "compile", "evaluate"},
          .outputs = {kReportFile},
          .run = [config](Context& context) { make_report(*config, context); }};
}

std::vector<study::Verb> verbs_of(const std::shared_ptr<Config>& config) {
  return {
      {.name = "encode",
       .summary = "everything: encode STATE -o DIR, or a study",
       .tables = {"state"},
       .last_stage = "*"},
      {.name = "run", .summary = "the same", .tables = {"state"}, .last_stage = "*"},
      {.name = "report",
       .summary = "up to the report",
       .tables = {"state"},
       .last_stage = "report"},
      {.name = "compile",
       .summary = "dense gates into OpenQASM: compile GATES.h5 --basis cz -o DIR",
       .tables = {"gates", "compile"},
       .action = [config](Context& context) { compile_file(*config, context); },
       .check = [config](const auto&) { check_compile(*config); },
       .makes_folder = true,
       .uses_ranks = false},
      {.name = "verify",
       .summary = "simulates a circuit against a state: verify CIRCUIT.qasm STATE -o DIR",
       .tables = {"verify"},
       .action = [config](Context& context) { verify_circuit(*config, context); },
       .check = [config](const auto&) { check_verify(*config); },
       .uses_ranks = false},
      {.name = "decode",
       .summary = "a circuit's amplitudes and picture: decode CIRCUIT.qasm --like PICTURE.pgm",
       .tables = {"decode"},
       .action = [config](Context& context) { decode_circuit(*config, context); },
       .check = [config](const auto&) { check_decode(*config); },
       .makes_folder = true,
       .uses_ranks = false},
      {.name = "dataset",
       .summary = "circuits of thousands of pictures: dataset PICTURES.npy --gates 24 -o FILE.h5",
       .tables = {"dataset", "encode"},
       .action = [config](Context& context) { encode_dataset(*config, context); },
       .check = [config](const auto&) { check_dataset(*config); },
       .file_endings = {".h5", ".hdf5"}}};
}

}  // namespace

study::System make_system() {
  auto config = std::make_shared<Config>();
  study::System system;
  system.name = "aqce";
  system.summary = "quantum circuits that prepare a given state or picture";
  declare(system.options, *config);
  system.stages = {encode_stage(config), compile_stage(config), evaluate_stage(config),
                   report_stage(config)};
  system.verbs = verbs_of(config);
  return system;
}

}  // namespace sengen::aqce
