// SPDX-License-Identifier: Apache-2.0
// The stage flight and the verb trajectory.
#include <algorithm>

#include <fmt/format.h>

#include <sengen/core/error.hpp>
#include <sengen/io/csv.hpp>

#include "flight.hpp"
#include "mission_problem.hpp"
#include "stages.hpp"
#include "vector_file.hpp"
#include "verbs.hpp"

namespace sengen::gtopx {

namespace {

using astrodynamics::Instance;

// Half of the map's width, days.
constexpr double kWindow = 30;

// The objective about the vector, launch day against the first flight time, all else as it is.
void write_window(const Instance& instance, std::vector<double> x, std::int64_t points,
                  const std::filesystem::path& path) {
  const MissionProblem problem(instance, View::kCost);
  const auto& variables = info_of(instance).variables;
  const auto leg = static_cast<std::size_t>(
      std::find_if(variables.begin(), variables.end(),
                   [](const auto& variable) { return variable.name == "T1"; }) -
      variables.begin());
  const double day = x[0], days = x[leg];
  std::vector<double> rows;
  for (std::int64_t i = 0; i < points; ++i) {
    for (std::int64_t k = 0; k < points; ++k) {
      const auto shift = [&](std::int64_t n) {
        return kWindow * (2.0 * static_cast<double>(n) / static_cast<double>(points - 1) - 1);
      };
      x[0] = day + shift(k);
      x[leg] = std::max(1.0, days + shift(i));
      rows.insert(rows.end(), x.begin(), x.end());
    }
  }
  std::vector<double> values(static_cast<std::size_t>(points * points));
  problem.evaluate(rows, values);
  io::CsvTable table{.columns = {"t0", "T1", "f1"}, .rows = {}};
  for (std::size_t i = 0; i < values.size(); ++i) {
    table.rows.push_back({rows[i * x.size()], rows[i * x.size() + leg], values[i]});
  }
  io::write_csv(path, table);
}

std::vector<double> row_of(const Config& config, const Instance& instance) {
  const auto vectors = load_vectors(config.trajectory.file, instance, Outside::kEvaluate);
  const auto row = static_cast<std::size_t>(config.trajectory.row);
  if (row > vectors.table.rows.size()) {
    throw Error(ErrorKind::kUsage,
                fmt::format("flight.row: {} has {} rows, asked for row {}", config.trajectory.file,
                            vectors.table.rows.size(), row));
  }
  return vectors.table.rows[row - 1];
}

}  // namespace

void write_best_flight(const Config& config, study::Context& context) {
  if (!context.comm().is_root()) return;
  const Instance instance = instance_of(config.problem);
  const auto solutions = load_solutions(
      context.file(has_front(config.problem) ? kFrontFile : kSolutionFile), instance);
  const auto best = std::min_element(
      solutions.begin(), solutions.end(),
      [](const Solution& a, const Solution& b) { return a.values[0] < b.values[0]; });
  write_flight(instance, best->x, config.trajectory.samples, context);
  write_window(instance, best->x, config.trajectory.windows, context.file(kWindowFile));
}

void check_trajectory(const Config& config) {
  const Instance instance = instance_of(config.problem);
  astrodynamics::trajectory_of(instance, row_of(config, instance));
}

void fly_file(const Config& config, study::Context& context) {
  if (!context.comm().is_root()) return;
  const Instance instance = instance_of(config.problem);
  write_flight(instance, row_of(config, instance), config.trajectory.samples, context);
}

}  // namespace sengen::gtopx
