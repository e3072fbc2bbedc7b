// SPDX-License-Identifier: Apache-2.0
#include "verbs.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <sengen/core/error.hpp>
#include <sengen/core/parallel_for.hpp>
#include <sengen/io/csv.hpp>

#include "vector_file.hpp"

namespace sengen::gtopx {

namespace {

using astrodynamics::Instance;
using astrodynamics::InstanceInfo;

Outside outside_of(const EvalConfig& eval) {
  return eval.outside == "refuse" ? Outside::kRefuse : Outside::kEvaluate;
}

// A failed evaluation, as it is told.
constexpr std::size_t kMostWarnings = 10;

void warn(const std::vector<std::string>& warnings, const Log& log) {
  for (std::size_t i = 0; i < std::min(warnings.size(), kMostWarnings); ++i) {
    log.warn("{}", warnings[i]);
  }
  if (warnings.size() > kMostWarnings) {
    log.warn("... and {} more", warnings.size() - kMostWarnings);
  }
}

}  // namespace

void list_instances(study::Context& context) {
  if (!context.comm().is_root()) return;
  fmt::print("{:<3} {:<18} {:>3} {:>4} {:>3} {:>3} {:>16}  {}\n", "no", "instance", "n", "int", "f",
             "g", "best known f1", "mission");
  for (const std::string& name : astrodynamics::instance_names()) {
    const InstanceInfo& info = info_of(astrodynamics::instance_named(name));
    const auto integers = std::count_if(info.variables.begin(), info.variables.end(),
                                        [](const auto& variable) { return variable.is_integer; });
    const bool is_tandem = info.name == "tandem";
    fmt::print("{:<3} {:<18} {:>3} {:>4} {:>3} {:>3} {:>16.10g}  {}\n",
               is_tandem ? "" : std::to_string(info.number),
               is_tandem ? "tandem:SEQUENCE" : info.name, info.variables.size(), integers,
               info.objectives.size(), info.constraints.size(), info.best_known, info.title);
  }
}

void check_eval(const Config& config) {
  load_vectors(config.eval.file, instance_of(config.problem), outside_of(config.eval));
}

void evaluate_file(const Config& config, study::Context& context) {
  if (!context.comm().is_root()) return;
  const Instance instance = instance_of(config.problem);
  const VectorFile vectors = load_vectors(config.eval.file, instance, outside_of(config.eval));
  warn(vectors.warnings, context.log());
  const auto& rows = vectors.table.rows;
  io::CsvTable values{.columns = {}, .rows = std::vector<std::vector<double>>(rows.size())};
  if (!vectors.table.columns.empty()) values.columns = value_names(instance);
  parallel_for(0, std::ssize(rows), [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
    for (auto i = static_cast<std::size_t>(begin); i < static_cast<std::size_t>(end); ++i) {
      values.rows[i] = values_of(instance, rows[i]);
    }
  });
  std::vector<std::string> failures;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (values.rows[i][0] < astrodynamics::kFailure) continue;
    failures.push_back(fmt::format("{}:{}: no trajectory: f is {}", config.eval.file,
                                   vectors.table.lines[i], astrodynamics::kFailure));
  }
  warn(failures, context.log());
  if (context.directory().empty()) {
    fmt::print("{}", io::format_csv(values));
  } else {
    io::write_csv(context.directory(), values);
  }
}

}  // namespace sengen::gtopx
