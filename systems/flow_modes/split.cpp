// SPDX-License-Identifier: Apache-2.0
#include "split.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>

#include <fmt/format.h>

#include <sengen/core/error.hpp>
#include <sengen/core/random.hpp>
#include <sengen/io/csv.hpp>

namespace sengen::flow_modes {

namespace {

constexpr std::uint64_t kValidationStream = 0x76616C6964617465;  // "validate"

// Snapshots of the teaching time are drawn for validation: those with the smallest random numbers.
void draw_validation(double share, std::uint64_t seed, Split& split) {
  const std::vector<std::int64_t> teaching = split.snapshots(Part::kTrain);
  const Random random(seed, kValidationStream);
  std::vector<std::pair<double, std::int64_t>> order;
  for (const std::int64_t t : teaching) {
    order.emplace_back(random.uniform(static_cast<std::uint64_t>(t)), t);
  }
  std::sort(order.begin(), order.end());
  const auto count =
      static_cast<std::size_t>(std::llround(share * static_cast<double>(teaching.size())));
  for (std::size_t n = 0; n < count; ++n) {
    split.parts[static_cast<std::size_t>(order[n].second)] = Part::kValidation;
  }
}

bool is_held_out(const SplitConfig& config, double phase) {
  const double within = phase - std::floor(phase);
  const auto bin = static_cast<std::int64_t>(within * static_cast<double>(config.bins));
  return bin % config.every == config.every - 1;
}

}  // namespace

std::vector<std::int64_t> Split::snapshots(Part part) const {
  std::vector<std::int64_t> list;
  for (std::size_t t = 0; t < parts.size(); ++t) {
    if (parts[t] == part) list.push_back(static_cast<std::int64_t>(t));
  }
  return list;
}

std::vector<std::int64_t> Split::judges() const {
  for (const Part part : {Part::kHeldOut, Part::kValidation}) {
    std::vector<std::int64_t> list = snapshots(part);
    if (!list.empty()) return list;
  }
  return snapshots(Part::kTrain);
}

std::string Split::judges_in_words() const {
  const auto some = [&](Part part) {
    return std::find(parts.begin(), parts.end(), part) != parts.end();
  };
  if (some(Part::kHeldOut)) return phases.empty() ? "the held-out time" : "held-out phases";
  return some(Part::kValidation) ? "the validation snapshots" : "the teaching snapshots themselves";
}

double Split::snapshots_per_period() const {
  if (phases.size() < 2) {
    throw Error(ErrorKind::kInput, "the period of these snapshots is unknown",
                "set split.hold_out = \"phases\"");
  }
  return static_cast<double>(phases.size() - 1) / (phases.back() - phases.front());
}

std::vector<double> phases_of(std::span<const double> first, std::span<const double> second,
                              double sigma1, double sigma2) {
  std::vector<double> phases(first.size());
  double turns = 0;
  for (std::size_t t = 0; t < first.size(); ++t) {
    const double angle = std::atan2(second[t] / sigma2, first[t] / sigma1) / (2 * std::numbers::pi);
    if (t > 0) turns -= std::round(turns + angle - phases[t - 1]);
    phases[t] = turns + angle;
  }
  if (phases.back() < phases.front()) {
    for (double& phase : phases) phase = -phase;
  }
  for (std::size_t t = 1; t < phases.size(); ++t) {
    if (phases[t] > phases[t - 1]) continue;
    throw Error(
        ErrorKind::kInput,
        fmt::format("the phase of the flow goes back at snapshot {}: it is not periodic", t),
        "set split.hold_out = \"last\", or leave out the transient");
  }
  const double origin = std::floor(phases.front());
  for (double& phase : phases) phase -= origin;
  return phases;
}

Split make_split(const SplitConfig& config, std::int64_t snapshots, std::vector<double> phases,
                 std::uint64_t seed) {
  Split split;
  split.phases = std::move(phases);
  const bool by_phase = config.hold_out == "phases";
  const bool in_time = config.hold_out != "none";
  split.train_end =
      in_time ? std::llround(config.train_fraction * static_cast<double>(snapshots)) : snapshots;
  for (std::int64_t t = 0; t < snapshots; ++t) {
    const bool early = t < split.train_end;
    if (by_phase && is_held_out(config, split.phases[static_cast<std::size_t>(t)])) {
      split.parts.push_back(Part::kHeldOut);
    } else if (early) {
      split.parts.push_back(Part::kTrain);
    } else {
      split.parts.push_back(by_phase ? Part::kLater : Part::kHeldOut);
    }
  }
  draw_validation(config.validation, seed, split);
  if (split.snapshots(Part::kTrain).empty() ||
      (in_time && split.snapshots(Part::kHeldOut).empty())) {
    throw Error(
        ErrorKind::kUsage,
        fmt::format("of {} snapshots {} teach and {} are held out", snapshots,
                    split.snapshots(Part::kTrain).size(), split.snapshots(Part::kHeldOut).size()),
        "see [split]: hold_out, bins, every, train_fraction, validation");
  }
  return split;
}

void save_split(const std::filesystem::path& path, const Split& split) {
  io::CsvTable table;
  table.columns = {"snapshot", "phase", "part", "teaching_time"};
  for (std::size_t t = 0; t < split.parts.size(); ++t) {
    table.rows.push_back(
        {static_cast<double>(t),
         split.phases.empty() ? std::numeric_limits<double>::quiet_NaN() : split.phases[t],
         static_cast<double>(split.parts[t]),
         static_cast<std::int64_t>(t) < split.train_end ? 1.0 : 0.0});
  }
  io::write_csv(path, table);
}

Split load_split(const std::filesystem::path& path) {
  const io::CsvTable table = io::read_csv(path);
  Split split;
  const std::vector<double> phases = table.column("phase");
  if (!phases.empty() && std::isfinite(phases.front())) split.phases = phases;
  for (const double part : table.column("part")) {
    if (part < 0 || part > static_cast<double>(Part::kLater)) {
      throw Error(ErrorKind::kInput, fmt::format("{}: {:g} is no part", path.string(), part));
    }
    split.parts.push_back(static_cast<Part>(static_cast<int>(part)));
  }
  const std::vector<double> teaching = table.column("teaching_time");
  split.train_end =
      static_cast<std::int64_t>(std::accumulate(teaching.begin(), teaching.end(), 0.0));
  return split;
}

}  // namespace sengen::flow_modes
