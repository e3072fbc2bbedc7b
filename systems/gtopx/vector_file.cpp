// SPDX-License-Identifier: Apache-2.0
#include "vector_file.hpp"

#include <cmath>
#include <span>

#include <fmt/format.h>

#include <sengen/core/error.hpp>
#include <sengen/io/atomic_file.hpp>
#include <sengen/io/file_bytes.hpp>
#include <sengen/solvers/astrodynamics/spk.hpp>

namespace sengen::gtopx {

namespace {

using astrodynamics::Instance;
using astrodynamics::InstanceInfo;
using astrodynamics::Variable;

constexpr const char* kMark = "# sengen gtopx solutions ";
constexpr int kVersion = 1;
constexpr const char* kInstanceMark = "# instance ";
// Of a variable's range, or of a value: digits that were rounded away.
constexpr double kRounding = 1e-6;

std::vector<std::string> names_of(const Instance& instance) {
  std::vector<std::string> names = value_names(instance);
  for (const Variable& variable : info_of(instance).variables) names.push_back(variable.name);
  return names;
}

std::string text_of(const std::filesystem::path& path) {
  const auto bytes = io::read_bytes(path);
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::string line_of(const std::string& text, std::size_t number) {
  std::size_t begin = 0;
  for (std::size_t i = 0; i < number && begin < text.size(); ++i) {
    begin = std::min(text.find('\n', begin), text.size() - 1) + 1;
  }
  std::string line = text.substr(begin, text.find('\n', begin) - begin);
  if (!line.empty() && line.back() == '\r') line.pop_back();
  return line;
}

bool is_solution_file(const std::string& text) { return text.starts_with(kMark); }

[[noreturn]] void refuse(const std::string& where, const std::string& what,
                         const std::string& hint = {}) {
  throw Error(ErrorKind::kInput, fmt::format("{}: {}", where, what), hint);
}

bool agrees(double kept, double computed) {
  return std::abs(kept - computed) <= kRounding * std::max(1.0, std::abs(computed));
}

// The hint of what a number would have to be.
std::string bounds_of(const Variable& variable) {
  return fmt::format("{} to {}{}", variable.lower, variable.upper,
                     variable.unit.empty() ? "" : " " + variable.unit);
}

// What is wrong with a number, or nothing.
std::string fault_of(const Variable& variable, double value, bool& is_outside) {
  if (!std::isfinite(value)) return fmt::format("{} is {}", variable.name, value);
  if (variable.is_integer) {
    if (value != std::floor(value)) {
      return fmt::format("{} is {}, expected a whole number", variable.name, value);
    }
    if (value == 9)
      return fmt::format("{} is 9: Pluto has no mass in these problems", variable.name);
  }
  const double slack = variable.is_integer ? 0 : kRounding * (variable.upper - variable.lower);
  is_outside = !(value >= variable.lower - slack && value <= variable.upper + slack);
  if (!is_outside) return {};
  return fmt::format("{} is {}, outside {}", variable.name, value, bounds_of(variable));
}

}  // namespace

std::string signature_of(const Instance& instance) {
  std::string name = info_of(instance).name;
  if (instance.mission == astrodynamics::Mission::kTandem) {
    name += fmt::format(":{}", instance.tandem_sequence);
  }
  if (instance.intended) name += " intended";
  if (instance.revolutions > 0) name += fmt::format(" revolutions {}", instance.revolutions);
  if (instance.ephemeris) name += " ephemeris " + instance.ephemeris->file_name();
  return name + (instance.precision == astrodynamics::LambertPrecision::kDouble ? " double"
                                                                                : " legacy-float");
}

std::vector<std::string> value_names(const Instance& instance) {
  const InstanceInfo& info = info_of(instance);
  std::vector<std::string> names;
  for (std::size_t i = 0; i < info.objectives.size(); ++i)
    names.push_back(fmt::format("f{}", i + 1));
  for (std::size_t i = 0; i < info.constraints.size(); ++i) {
    names.push_back(fmt::format("g{}", i + 1));
  }
  return names;
}

std::vector<double> values_of(const Instance& instance, std::span<const double> x) {
  const InstanceInfo& info = info_of(instance);
  const auto result = evaluate(instance, x);
  std::vector<double> values(result.objectives.begin(),
                             result.objectives.begin() + std::ssize(info.objectives));
  values.insert(values.end(), result.constraints.begin(),
                result.constraints.begin() + std::ssize(info.constraints));
  return values;
}

void save_solutions(const std::filesystem::path& path, const Instance& instance,
                    const std::vector<Solution>& solutions) {
  io::CsvTable table{.columns = names_of(instance), .rows = {}};
  for (const Solution& solution : solutions) {
    table.rows.push_back(solution.values);
    table.rows.back().insert(table.rows.back().end(), solution.x.begin(), solution.x.end());
  }
  io::write_text_atomic(path, fmt::format("{}{}\n{}{}\n{}", kMark, kVersion, kInstanceMark,
                                          signature_of(instance), io::format_csv(table)));
}

std::vector<Solution> load_solutions(const std::filesystem::path& path, const Instance& instance) {
  const std::string text = text_of(path);
  const std::string name = path.string();
  if (!is_solution_file(text)) {
    refuse(name + ":1", "this is no file of solutions",
           fmt::format("its first line would be '{}{}'", kMark, kVersion));
  }
  const std::string version = line_of(text, 0).substr(std::string(kMark).size());
  if (version != std::to_string(kVersion)) {
    refuse(name + ":1", fmt::format("version '{}', expected {}", version, kVersion));
  }
  if (line_of(text, 1) != kInstanceMark + signature_of(instance)) {
    refuse(name + ":2",
           fmt::format("'{}', expected '{}{}'", line_of(text, 1), kInstanceMark,
                       signature_of(instance)),
           "solutions of another problem, or computed in another way");
  }
  const auto table = io::parse_csv(std::as_bytes(std::span(text)), name);
  if (table.columns != names_of(instance))
    refuse(name, "the columns are not those of the instance");
  const std::size_t values = value_names(instance).size();
  std::vector<Solution> solutions;
  for (std::size_t i = 0; i < table.rows.size(); ++i) {
    const auto cut = table.rows[i].begin() + static_cast<std::ptrdiff_t>(values);
    Solution solution{.values = {table.rows[i].begin(), cut}, .x = {cut, table.rows[i].end()}};
    const auto computed = values_of(instance, solution.x);
    for (std::size_t k = 0; k < values; ++k) {
      if (agrees(solution.values[k], computed[k])) continue;
      refuse(fmt::format("{}:{}", name, table.lines[i]),
             fmt::format("{} is {:.17g}, its vector gives {:.17g}", table.columns[k],
                         solution.values[k], computed[k]),
             "the file is damaged, or was changed by hand");
    }
    solution.values = computed;
    solutions.push_back(std::move(solution));
  }
  return solutions;
}

VectorFile load_vectors(const std::filesystem::path& path, const Instance& instance,
                        Outside outside) {
  const InstanceInfo& info = info_of(instance);
  const std::string text = text_of(path), name = path.string();
  VectorFile file;
  file.table = io::parse_csv(std::as_bytes(std::span(text)), name, io::CsvNames::kOptional);
  auto& [columns, rows, lines] = file.table;
  if (is_solution_file(text) && columns == names_of(instance)) {
    const auto values = static_cast<std::ptrdiff_t>(value_names(instance).size());
    columns.erase(columns.begin(), columns.begin() + values);
    for (auto& row : rows) row.erase(row.begin(), row.begin() + values);
  }
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::string where = fmt::format("{}:{}", name, lines[i]);
    if (rows[i].size() != info.variables.size()) {
      refuse(where, fmt::format("{} numbers, {} takes {}", rows[i].size(), info.name,
                                info.variables.size()));
    }
    for (std::size_t k = 0; k < rows[i].size(); ++k) {
      bool is_outside = false;
      const std::string fault = fault_of(info.variables[k], rows[i][k], is_outside);
      if (fault.empty()) continue;
      if (is_outside && outside == Outside::kEvaluate) {
        file.warnings.push_back(fmt::format("{}: {}", where, fault));
        continue;
      }
      refuse(where, fault, is_outside ? "--outside evaluate computes it all the same" : "");
    }
  }
  return file;
}

}  // namespace sengen::gtopx
