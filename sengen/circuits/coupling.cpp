// SPDX-License-Identifier: Apache-2.0
#include <sengen/circuits/coupling.hpp>

#include <algorithm>
#include <numeric>
#include <sstream>

#include <fmt/format.h>

#include <sengen/core/error.hpp>

namespace sengen::circuits {

std::vector<Pair> all_pairs(int qubits) {
  std::vector<Pair> pairs;
  for (int high = 1; high < qubits; ++high) {
    for (int low = 0; low < high; ++low) pairs.push_back({low, high});
  }
  return pairs;
}

std::vector<Pair> line_pairs(int qubits) { return grid_pairs(1, qubits); }

std::vector<Pair> grid_pairs(int rows, int columns) {
  std::vector<Pair> pairs;
  for (int row = 0; row < rows; ++row) {
    for (int column = 0; column < columns; ++column) {
      const int here = row * columns + column;
      if (column + 1 < columns) pairs.push_back({here, here + 1});
      if (row + 1 < rows) pairs.push_back({here, here + columns});
    }
  }
  return pairs;
}

std::vector<Pair> parse_pairs(const std::string& text, int qubits, const std::string& source) {
  std::vector<Pair> pairs;
  std::istringstream lines(text);
  std::string line;
  for (int number = 1; std::getline(lines, line); ++number) {
    line = line.substr(0, line.find('#'));
    std::istringstream words(line);
    long long first = 0, second = 0;
    std::string rest;
    if (!(words >> first)) {
      words.clear();
      if (!(words >> rest)) continue;  // nothing but blanks
    } else if (words >> second && !(words >> rest) && first != second &&
               std::min(first, second) >= 0 && std::max(first, second) < qubits) {
      const auto [low, high] = std::minmax(first, second);
      pairs.push_back({static_cast<int>(low), static_cast<int>(high)});
      continue;
    }
    throw Error(ErrorKind::kInput,
                fmt::format("{}:{}: '{}' is no pair of different qubits from 0 to {}", source,
                            number, line, qubits - 1),
                "a line is two numbers, as in '0 1'; # begins a comment");
  }
  std::sort(pairs.begin(), pairs.end());
  pairs.erase(std::unique(pairs.begin(), pairs.end()), pairs.end());
  return pairs;
}

void check_connected(std::span<const Pair> pairs, int qubits, const std::string& source) {
  std::vector<int> group(static_cast<std::size_t>(qubits));
  std::iota(group.begin(), group.end(), 0);
  for (const Pair& pair : pairs) {
    const int from = group[static_cast<std::size_t>(pair.high)];
    const int to = group[static_cast<std::size_t>(pair.low)];
    std::replace(group.begin(), group.end(), from, to);
  }
  for (int qubit = 1; qubit < qubits; ++qubit) {
    if (group[static_cast<std::size_t>(qubit)] != group[0]) {
      throw Error(ErrorKind::kInput,
                  fmt::format("{}: no way of pairs leads from qubit 0 to qubit {}: gates cannot "
                              "join all {} qubits",
                              source, qubit, qubits));
    }
  }
}

}  // namespace sengen::circuits
