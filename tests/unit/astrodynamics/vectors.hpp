// SPDX-License-Identifier: Apache-2.0
// Vectors that problems of GTOPX are tested with: rows of $SENGEN_TEST_DATA/gtopx, none without it;
// random ones within the bounds; and such that no one should ask for.
#pragma once

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <sengen/core/random.hpp>
#include <sengen/solvers/astrodynamics/gtopx.hpp>

namespace sengen::astrodynamics {

inline std::vector<std::string> cells_of(const std::string& line) {
  std::vector<std::string> cells;
  std::istringstream stream(line);
  std::string cell;
  while (std::getline(stream, cell, ',')) cells.push_back(cell);
  return cells;
}

inline double number(const std::string& cell) { return std::strtod(cell.c_str(), nullptr); }

inline std::vector<std::vector<std::string>> rows_of(const std::string& name) {
  const char* data = std::getenv("SENGEN_TEST_DATA");
  if (data == nullptr) return {};
  std::ifstream file(std::filesystem::path(data) / "gtopx" / name);
  std::vector<std::vector<std::string>> rows;
  std::string line;
  std::getline(file, line);
  while (std::getline(file, line)) rows.push_back(cells_of(line));
  return rows;
}

inline std::vector<double> random_vector(const Instance& instance, std::uint64_t seed) {
  const Random random(seed);
  std::vector<double> x;
  for (const Variable& variable : info_of(instance).variables) {
    const double upper = variable.is_integer ? 9 : variable.upper;
    x.push_back(variable.lower + (upper - variable.lower) * random.uniform(x.size()));
  }
  return x;
}

// Some numbers far outside of their bounds, of no size, or none; others on a bound.
inline std::vector<double> hostile_vector(const Instance& instance, std::uint64_t seed) {
  const Random random(9);
  const auto& variables = info_of(instance).variables;
  auto x = random_vector(instance, seed);
  for (std::size_t i = 0; i < x.size(); ++i) {
    const auto at = (seed * 64 + i) * 2;
    const double kind = random.uniform(at);
    if (kind < 0.2) {
      x[i] = std::pow(10, 40 * random.uniform(at + 1) - 20) * (i % 2 == 0 ? 1 : -1);
    } else if (kind < 0.3) {
      x[i] = random.uniform(at + 1) < 0.5 ? variables[i].lower : variables[i].upper;
    } else if (kind > 0.98) {
      x[i] = std::nan("");
    }
  }
  return x;
}

}  // namespace sengen::astrodynamics
