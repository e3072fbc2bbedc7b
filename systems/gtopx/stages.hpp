// SPDX-License-Identifier: Apache-2.0
// The stages of gtopx and the files through which they speak:
//   optimise -> solutions.csv, solution.csv (the best alone), history.csv, history.dat (of one
//               objective)
//   front    -> front.csv (of two objectives)
//   flight   -> events.csv, path.csv, path.h5, window.csv, of the best vector
//   report   -> report.html
// All are collective over the context's ranks.
#pragma once

#include <sengen/study/context.hpp>

#include "config.hpp"

namespace sengen::gtopx {

inline constexpr const char* kSolutionFile = "solution.csv";
inline constexpr const char* kSolutionsFile = "solutions.csv";
inline constexpr const char* kHistoryFile = "history.csv";
inline constexpr const char* kProfilerFile = "history.dat";
inline constexpr const char* kFrontFile = "front.csv";
inline constexpr const char* kWindowFile = "window.csv";
inline constexpr const char* kReportFile = "report.html";

// Whether the problem has two objectives: a front in place of a best vector.
bool has_front(const ProblemConfig& problem);

void check_optimise(const Config& config);
void optimise(const Config& config, study::Context& context);
void check_front(const Config& config);
void find_front(const Config& config, study::Context& context);
// Of the best vector; of a front's, that with the least first objective.
void write_best_flight(const Config& config, study::Context& context);
void make_report(const Config& config, study::Context& context);

}  // namespace sengen::gtopx
