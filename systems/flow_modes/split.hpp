// SPDX-License-Identifier: Apache-2.0
// Which snapshots teach, and which judge. Held-out phases: the phase of a periodic flow is the
// angle of its two leading POD coefficients; the period is cut into bins, and every so manyth bin
// teaches in no period. Besides, only the first part of the time teaches: forecasts begin after it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "learning_config.hpp"

namespace sengen::flow_modes {

enum class Part {
  kTrain,
  kValidation,  // teaching time and phases, but only decides when to stop
  kHeldOut,     // what errors are measured on
  kLater,       // after the teaching time, of phases that teach
};

struct Split {
  std::vector<Part> parts;     // of every snapshot
  std::vector<double> phases;  // in periods, growing; empty where none was asked for
  std::int64_t train_end = 0;  // the first snapshot after the teaching time

  std::vector<std::int64_t> snapshots(Part part) const;
  // What errors are measured on: the held-out snapshots, else those of validation, else the
  // teaching ones; and how to call them.
  std::vector<std::int64_t> judges() const;
  std::string judges_in_words() const;
  // Snapshots in a period; kInput where there are no phases.
  double snapshots_per_period() const;
};

// The phase in periods of every snapshot from its two leading coefficients and their singular
// values. kInput when the angle does not go around steadily.
std::vector<double> phases_of(std::span<const double> first, std::span<const double> second,
                              double sigma1, double sigma2);

// phases: of all snapshots for hold_out = "phases", else empty. kUsage when nothing is left that
// teaches or that judges.
Split make_split(const SplitConfig& config, std::int64_t snapshots, std::vector<double> phases,
                 std::uint64_t seed);

// CSV: snapshot, phase, part ("train", ...).
void save_split(const std::filesystem::path& path, const Split& split);
Split load_split(const std::filesystem::path& path);

}  // namespace sengen::flow_modes
