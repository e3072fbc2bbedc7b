// SPDX-License-Identifier: Apache-2.0
// flow-modes: the table of its stages and verbs.
#include <memory>

#include <sengen/study/system.hpp>

#include "stages.hpp"

namespace sengen::flow_modes {

namespace {

using study::Context;
using study::Stage;

Stage simulate_stage(const std::shared_ptr<Config>& config) {
  return {.name = "simulate",
          .summary = "computes the flow with the lattice Boltzmann solver and records it",
          .tables = {"flow", "domain", "snapshots"},
          .outputs = {kDataFile, kDataXdmf, kForcesFile, kProbesFile},
          .version = 2,
          .run = [config](Context& context) { simulate(*config, context); },
          .inputs =
              [config] {
                return config->domain.mask.empty()
                           ? std::vector<std::filesystem::path>{}
                           : std::vector<std::filesystem::path>{config->domain.mask};
              },
          .wanted = [config] { return config->data.file.empty(); },
          .check = [config] { check_simulation(*config, parallel::Communicator::world().size()); }};
}

Stage pod_stage(const std::shared_ptr<Config>& config) {
  return {.name = "pod",
          .summary = "decomposes the fluctuations into orthogonal modes",
          .after = {"simulate"},
          .tables = {"data", "pod"},
          .outputs = {kPodFile, kPodXdmf, kPodTable, kCoefficientsFile},
          .version = 2,
          .run = [config](Context& context) { decompose(*config, context); },
          .inputs =
              [config] {
                return config->data.file.empty()
                           ? std::vector<std::filesystem::path>{}
                           : std::vector<std::filesystem::path>{config->data.file};
              },
          .check = [config] { check_data(*config); }};
}

Stage report_stage(const std::shared_ptr<Config>& config) {
  return {.name = "report",
          .summary = "draws fields, modes, spectra, energy and forces on one page",
          .after = {"simulate", "pod"},
          .tables = {"report"},
          .outputs = {kReportFile},
          .run = [config](Context& context) { make_report(*config, context); }};
}

}  // namespace

study::System make_system() {
  auto config = std::make_shared<Config>();
  study::System system;
  system.name = "flow-modes";
  system.summary = "modes, spectra and forces of an unsteady flow";
  declare(system.options, *config);
  system.stages = {simulate_stage(config), pod_stage(config), report_stage(config)};
  system.verbs = {
      {.name = "run",
       .summary = "everything: simulate, decompose, report",
       .tables = {"data"},
       .last_stage = "*"},
      {.name = "simulate", .summary = "only the solver", .tables = {}, .last_stage = "simulate"},
      {.name = "pod",
       .summary = "up to the modes; DATA.h5 in place of the solver",
       .tables = {"data", "pod"},
       .last_stage = "pod"},
      {.name = "report", .summary = "up to the report", .tables = {"data"}, .last_stage = "report"},
      {.name = "import",
       .summary = "makes DATA (NPY, HDF5) a file of snapshots: import DATA --dt 0.1 -o data.h5",
       .tables = {"import"},
       .action = [config](Context& context) { import_data(*config, context); },
       .uses_ranks = false},
  };
  return system;
}

}  // namespace sengen::flow_modes
