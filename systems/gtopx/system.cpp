// SPDX-License-Identifier: Apache-2.0
// gtopx: its options, stages and verbs.
#include <memory>

#include <sengen/study/system.hpp>

#include "config.hpp"
#include "flight.hpp"
#include "stages.hpp"
#include "verbs.hpp"

namespace sengen::gtopx {

namespace {

using study::Context;
using study::Stage;

// Whether the problem that a study names has a front; false for one that it does not know, which
// the checks refuse.
bool wants_front(const Config& config) {
  return !config.problem.instance.empty() && has_front(config.problem);
}

Stage optimise_stage(const std::shared_ptr<Config>& config) {
  return {.name = "optimise",
          .summary = "searches for the best vector",
          .tables = {"problem", "optimise"},
          .outputs = {kSolutionFile, kSolutionsFile, kHistoryFile, kProfilerFile},
          .uses_seed = true,
          .run = [config](Context& context) { optimise(*config, context); },
          .inputs =
              [config] {
                std::vector<std::filesystem::path> files;
                if (!config->optimise.from.empty()) files.emplace_back(config->optimise.from);
                return files;
              },
          .wanted = [config] { return !wants_front(*config); },
          .check = [config](const auto&) { check_optimise(*config); }};
}

Stage front_stage(const std::shared_ptr<Config>& config) {
  return {.name = "front",
          .summary = "searches for the front of two objectives",
          .tables = {"problem", "front"},
          .outputs = {kFrontFile},
          .uses_seed = true,
          .run = [config](Context& context) { find_front(*config, context); },
          .wanted = [config] { return wants_front(*config); },
          .check = [config](const auto&) { check_front(*config); }};
}

Stage flight_stage(const std::shared_ptr<Config>& config) {
  return {.name = "flight",
          .summary = "flies the best vector: events, path, launch window",
          .after = {"optimise", "front"},
          .tables = {"problem", "trajectory"},
          .outputs = {kEventsFile, kPathFile, kPathArrayFile, kWindowFile},
          .run = [config](Context& context) { write_best_flight(*config, context); }};
}

Stage report_stage(const std::shared_ptr<Config>& config) {
  return {.name = "report",
          .summary = "draws flight, window and search on one page",
          .after = {"optimise", "front", "flight"},
          .outputs = {kReportFile},
          .run = [config](Context& context) { make_report(*config, context); }};
}

std::vector<study::Verb> verbs_of(const std::shared_ptr<Config>& config) {
  return {{.name = "list",
           .summary = "the problems: variables, objectives, constraints, best known values",
           .action = [](Context& context) { list_instances(context); }},
          {.name = "eval",
           .summary = "objectives and constraints: eval INSTANCE FILE.csv -o OUT.csv",
           .tables = {"problem", "eval"},
           .action = [config](Context& context) { evaluate_file(*config, context); },
           .check = [config](const auto&) { check_eval(*config); },
           .file_endings = {".csv"},
           .prints_without_file = true},
          {.name = "optimise",
           .summary = "everything: optimise INSTANCE -o DIR, or a study",
           .tables = {"problem"},
           .last_stage = "*"},
          {.name = "front",
           .summary = "the same for two objectives: front cassini1-mo -o DIR",
           .tables = {"problem"},
           .last_stage = "*",
           .check = [config](const auto&) { check_front(*config); }},
          {.name = "run", .summary = "the same", .tables = {"problem"}, .last_stage = "*"},
          {.name = "report",
           .summary = "up to the report",
           .tables = {"problem"},
           .last_stage = "report"},
          {.name = "polish",
           .summary = "vectors moved to the nearest minimum: polish INSTANCE FILE.csv -o OUT.csv",
           .tables = {"problem", "polish"},
           .action = [config](Context& context) { polish_file(*config, context); },
           .check = [config](const auto&) { check_polish(*config); },
           .file_endings = {".csv"},
           .uses_ranks = false},
          {.name = "trajectory",
           .summary = "events and path of a vector: trajectory INSTANCE FILE.csv -o DIR",
           .tables = {"problem", "flight", "trajectory"},
           .action = [config](Context& context) { fly_file(*config, context); },
           .check = [config](const auto&) { check_trajectory(*config); },
           .makes_folder = true,
           .uses_ranks = false}};
}

}  // namespace

study::System make_system() {
  auto config = std::make_shared<Config>();
  study::System system;
  system.name = "gtopx";
  system.summary = "space missions of the GTOPX benchmark and optimisers that solve them";
  declare(system.options, *config);
  system.stages = {optimise_stage(config), front_stage(config), flight_stage(config),
                   report_stage(config)};
  system.verbs = verbs_of(config);
  return system;
}

}  // namespace sengen::gtopx
