// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <fstream>
#include <map>
#include <sstream>

#include <fmt/format.h>

#include <sengen/core/error.hpp>
#include <sengen/core/stop.hpp>

#include "cases.hpp"

namespace sengen::bench {

namespace {

struct Row {
  std::string state;
  int gates = 0;
  double overlap = 0;
};

std::vector<Row> load_rows(const std::filesystem::path& path) {
  std::ifstream file(path);
  if (!file) {
    throw Error(ErrorKind::kInput, fmt::format("cannot read {}", path.string()),
                "SENGEN_TEST_DATA names the folder with quantum/aqce_prototype_baseline.csv");
  }
  std::vector<Row> rows;
  std::string line;
  std::getline(file, line);
  while (std::getline(file, line)) {
    std::istringstream cells(line);
    std::string state, qubits, gates, sweeps, overlap;
    for (auto* cell : {&state, &qubits, &gates, &sweeps, &overlap}) std::getline(cells, *cell, ',');
    // Runs of one state with other kicks are rows of one target.
    rows.push_back({fmt::format("{}-{}", state.substr(0, state.find("_pbc")), qubits),
                    std::stoi(gates), std::stod(overlap)});
  }
  return rows;
}

circuits::Targets target_named(const std::string& name, const std::filesystem::path& data) {
  const auto picture = data / "images/camera_256.pgm";
  const std::string qubits = name.substr(name.find('-') + 1);
  if (name.starts_with("heis")) return target_of("heisenberg:" + qubits);
  if (name.starts_with("xy")) return target_of("xy:" + qubits);
  if (name.starts_with("img")) return picture_tiles(picture, 1)[0];
  return picture_tiles(picture, 4)[std::stoul(name.substr(3, 2))];
}

// 1 - |F| of the best circuit for each number of gates: found anew, or made of the next smaller
// one.
std::vector<double> best_overlaps(const circuits::Targets& targets, const std::vector<int>& sizes,
                                  const Setting& setting) {
  std::vector<double> best;
  circuits::EncodeResult last;
  for (const int gates : sizes) {
    auto result = search(targets, gates, setting);
    if (last.overlap > 1 - 1e-13) {
      result = last;
    } else if (!last.circuit.gates.empty()) {
      auto longer = search(targets, gates, setting, 1, last.circuit);
      if (longer.overlap > result.overlap) result = std::move(longer);
    }
    if (stop_requested()) return {};
    best.push_back(1 - result.overlap);
    last = std::move(result);
  }
  return best;
}

// 1 - |F|^2 of 1 - |F|.
double missing(double rest) { return rest * (2 - rest); }

}  // namespace

void prototype_rows(const Setting& setting, Results& results) {
  // Below it an infidelity is rounding.
  constexpr double kFloor = 1e-10;
  const auto rows = load_rows(setting.data / "aqce_prototype_baseline.csv");
  std::map<std::string, std::vector<int>> sizes;
  for (const Row& row : rows) {
    auto& of_state = sizes[row.state];
    if (std::find(of_state.begin(), of_state.end(), row.gates) == of_state.end()) {
      of_state.push_back(row.gates);
    }
  }
  double logarithms = 0, tile_logarithms = 0;
  int counted = 0, tiles = 0, worse = 0;
  std::vector<double> ratios;
  fmt::print("{:<10} {:>5} {:>12} {:>12} {:>12} {:>9}\n", "state", "gates", "prototype |F|", "|F|",
             "1-|F|^2", "ratio");
  for (auto& [state, of_state] : sizes) {
    std::sort(of_state.begin(), of_state.end());
    const auto best = results.part(
        "prototype_" + state, setting.note("1 - |F|"), setting.again,
        [&] { return best_overlaps(target_named(state, setting.data), of_state, setting); });
    if (stop_requested()) return;
    for (const Row& row : rows) {
      if (row.state != state) continue;
      const auto place = std::find(of_state.begin(), of_state.end(), row.gates) - of_state.begin();
      const double rest = best.at(static_cast<std::size_t>(place));
      const double before = missing(1 - row.overlap);
      const double ratio = std::max(kFloor, missing(rest)) / before;
      const bool is_worse = 1 - rest < row.overlap - 5e-9;  // the table has eight digits
      worse += is_worse ? 1 : 0;
      fmt::print("{:<10} {:>5} {:>12.8f} {:>12.8f} {:>12.4e} {:>9.3f}{}\n", state, row.gates,
                 row.overlap, 1 - rest, missing(rest), ratio, is_worse ? " worse" : "");
      std::fflush(stdout);
      if (before < 1e-6 || before > 0.1) continue;
      logarithms += std::log(ratio);
      ratios.push_back(ratio);
      ++counted;
      if (!state.starts_with("seg")) continue;
      tile_logarithms += std::log(ratio);
      ++tiles;
    }
  }
  std::sort(ratios.begin(), ratios.end());
  results.add("infidelity_ratio",
              {.value = std::exp(logarithms / counted),
               .reference = {{0, 0.5}},
               .source = fmt::format("geometric mean over {} rows with prototype infidelity in "
                                     "1e-6 .. 0.1; ours at least 1e-10",
                                     counted)});
  results.add("infidelity_ratio_median", {.value = ratios[ratios.size() / 2]});
  results.add("infidelity_ratio_tiles", {.value = std::exp(tile_logarithms / tiles),
                                         .source = "geometric mean over the picture's tiles"});
  results.add("rows_worse", {.value = static_cast<double>(worse), .reference = {{0, 0}}});
}

}  // namespace sengen::bench
