// SPDX-License-Identifier: Apache-2.0
// The stages of flow-modes and the files through which they speak:
//   simulate -> data.h5, data.xdmf, forces.csv, probes.csv
//   split    -> split.csv
//   pod      -> pod.h5, pod.xdmf, pod.csv, coefficients.csv
//   report   -> report.html
// All are collective over the context's ranks.
#pragma once

#include <filesystem>

#include <sengen/study/context.hpp>

#include "config.hpp"

namespace sengen::flow_modes {

inline constexpr const char* kDataFile = "data.h5";
inline constexpr const char* kDataXdmf = "data.xdmf";
inline constexpr const char* kForcesFile = "forces.csv";
inline constexpr const char* kProbesFile = "probes.csv";
inline constexpr const char* kSplitFile = "split.csv";
inline constexpr const char* kPodFile = "pod.h5";
inline constexpr const char* kPodXdmf = "pod.xdmf";
inline constexpr const char* kPodTable = "pod.csv";
inline constexpr const char* kCoefficientsFile = "coefficients.csv";
inline constexpr const char* kReportFile = "report.html";

// Refuses a study that cannot work on so many ranks before anything is computed (kUsage, kInput).
void check_simulation(const Config& config, int ranks);
// Computes the wake and records it.
void simulate(const Config& config, study::Context& context);

// The snapshots of this study: the user's own or the solver's.
std::filesystem::path data_path(const Config& config, const study::Context& context);
// Refuses the user's own snapshots when they cannot be decomposed (kInput).
void check_data(const Config& config);
// Which snapshots teach, and which judge.
void split_snapshots(const Config& config, study::Context& context);
bool is_split(const Config& config);
// POD of the snapshots: of those that teach where some are held out, else of all.
void decompose(const Config& config, study::Context& context);
// The page with the pictures.
void make_report(const Config& config, study::Context& context);

// Refuses an array that cannot be imported as the options have it, as far as its shape, its order
// of axes and the weights tell (kUsage, kInput); its numbers are looked at while they are imported.
void check_import(const Config& config);
// The verb import: an array of the user's own becomes a file of snapshots. Not collective.
void import_data(const Config& config, study::Context& context);

}  // namespace sengen::flow_modes
