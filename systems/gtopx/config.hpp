// SPDX-License-Identifier: Apache-2.0
// What a user of gtopx can set.
#pragma once

#include <cstdint>
#include <string>

#include <sengen/core/options.hpp>
#include <sengen/solvers/astrodynamics/gtopx.hpp>

namespace sengen::gtopx {

// The problem, and how it is computed.
struct ProblemConfig {
  std::string instance;
  bool legacy_float = false;
  bool intended = false;
  bool no_limit = false;
  std::int64_t revolutions = 0;
  std::string ephemeris;  // SPK file; empty: mean elements
};

// What becomes of vectors outside the bounds.
struct EvalConfig {
  std::string file;
  std::string outside = "refuse";
};

struct OptimiseConfig {
  std::string method = "retry";
  double budget = 20e6;
  double target = -1e300;
  std::string from;
  std::int64_t lanes = 8;
  double run = 100000;
};

struct FrontConfig {
  double budget = 30e6;
  std::int64_t points = 200;
};

struct TrajectoryConfig {
  std::string file;
  std::int64_t row = 1;
  std::int64_t samples = 200;
  std::int64_t windows = 121;
};

struct PolishConfig {
  std::string file;
};

struct Config {
  ProblemConfig problem;
  EvalConfig eval;
  OptimiseConfig optimise;
  FrontConfig front;
  TrajectoryConfig trajectory;
  PolishConfig polish;
};

// Declares the tables; the configuration must outlive the options.
void declare(Options& options, Config& config);

// kUsage for a name that there is not and for switches that this problem has not.
astrodynamics::Instance instance_of(const ProblemConfig& problem);

}  // namespace sengen::gtopx
