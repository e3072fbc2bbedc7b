// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <chrono>
#include <fstream>
#include <sstream>

#include <fmt/format.h>

#include <sengen/core/error.hpp>
#include <sengen/core/stop.hpp>

#include <systems/gtopx/mission_front.hpp>

#include "cases.hpp"

namespace sengen::bench {

namespace {

using optimise::FrontArchive;
using Clock = std::chrono::steady_clock;

constexpr std::size_t kCapacity = 400;
constexpr double kEvaluations = 3e7;

// Objectives of the reference points, rows; their vectors are never looked at.
std::vector<double> load_reference(const std::filesystem::path& path) {
  std::ifstream file(path);
  if (!file) {
    throw Error(ErrorKind::kInput, fmt::format("cannot read {}", path.string()),
                "SENGEN_TEST_DATA names the folder with gtopx");
  }
  std::vector<double> rows;
  std::string line;
  std::getline(file, line);
  while (std::getline(file, line)) {
    std::istringstream cells(line);
    std::string cell;
    for (int i = 0; i < 2 && std::getline(cells, cell, ','); ++i) rows.push_back(std::stod(cell));
  }
  return rows;
}

// Points of ours that a reference point dominates by more than 1e-6 in both objectives.
int dominated_by(const std::vector<double>& reference, const FrontArchive& archive) {
  int count = 0;
  for (const auto& point : archive.points()) {
    const auto& f = point.objectives;
    bool any = false;
    for (std::size_t i = 0; i < reference.size(); i += 2) {
      const double first = (f[0] - reference[i]) / f[0], second = (f[1] - reference[i + 1]) / f[1];
      // No worse in either, better by more than the tolerance in one.
      any = any || (first >= 0 && second >= 0 && std::max(first, second) > 1e-6);
    }
    count += any ? 1 : 0;
  }
  return count;
}

// Reference points that a point of ours equals or dominates, to 1e-6.
std::size_t reached(const std::vector<double>& reference, const FrontArchive& archive) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < reference.size(); i += 2) {
    count += std::any_of(archive.points().begin(), archive.points().end(), [&](const auto& point) {
      return point.objectives[0] <= reference[i] * (1 + 1e-6) &&
             point.objectives[1] <= reference[i + 1] * (1 + 1e-6);
    });
  }
  return count;
}

void report(const std::string& name, const FrontArchive& archive,
            const std::vector<double>& reference, const std::vector<double>& corner,
            std::int64_t evaluations, double seconds, const Setting& setting, Results& results) {
  const double ours = optimise::hypervolume(archive.objectives(), corner);
  const double theirs = optimise::hypervolume(reference, corner);
  const int dominated = dominated_by(reference, archive);
  fmt::print(
      "{}: hypervolume {:.3f}, reference {:.3f}; {} points, {} dominated by the reference, {} of "
      "{} "
      "reference points reached; {} evaluations, {:.0f} s\n",
      name, ours, theirs, archive.size(), dominated, reached(reference, archive),
      reference.size() / 2, evaluations, seconds);
  std::fflush(stdout);
  results.add(name + "_hypervolume", {.value = ours,
                                      .reference = {{theirs, 1e9}},
                                      .source = fmt::format("{} evaluations", evaluations)});
  results.add(name + "_dominated", {.value = static_cast<double>(dominated),
                                    .reference = {{0, 0}},
                                    .source = "points that a reference point dominates by 1e-6"});
  results.add(name + "_seconds", {.value = seconds, .unit = "s"});
  if (setting.folder.empty()) return;
  std::ofstream file(setting.folder + "/" + name + ".csv");
  file << "f1_km_per_s,f2_days,x\n";
  for (const auto& point : archive.points()) {
    file << fmt::format("{:.17g},{:.17g},{:.17g}\n", point.objectives[0], point.objectives[1],
                        fmt::join(point.x, ","));
  }
}

// As the verb front searches it.
void measure(const std::string& name, const std::filesystem::path& file, const Setting& setting,
             Results& results) {
  const auto reference = load_reference(file);
  const auto begin = Clock::now();
  const auto instance = astrodynamics::instance_named(name);
  const gtopx::MissionProblem problem(instance, gtopx::View::kFront);
  const double budget = kEvaluations * setting.scale;
  const auto search =
      gtopx::front_search(problem, {.seed = setting.seed, .capacity = kCapacity}, budget);
  while (static_cast<double>(search->evaluations()) < budget && !stop_requested()) {
    search->round(parallel::Communicator::self());
  }
  if (stop_requested()) return;
  const std::chrono::duration<double> taken = Clock::now() - begin;
  report(name, search->archive(), reference, gtopx::corner_of(instance), search->evaluations(),
         taken.count(), setting, results);
}

}  // namespace

void cassini_front(const Setting& setting, Results& results) {
  measure("cassini1-mo", setting.data / "cassini1_mo_reference_front.csv", setting, results);
}

void cassini_sequences_front(const Setting& setting, Results& results) {
  measure("cassini1-mo-minlp", setting.data / "cassini1_mo_minlp_reference_points.csv", setting,
          results);
}

}  // namespace sengen::bench
