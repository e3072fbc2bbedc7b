// SPDX-License-Identifier: Apache-2.0
// Options of the system flow-modes. Lengths are in body diameters D, times in D/U, velocities in
// the free-stream velocity U, unless the name says cells or lattice units.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <sengen/core/options.hpp>

#include "learning_config.hpp"

namespace sengen::flow_modes {

struct FlowConfig {
  double reynolds = 100;
  double velocity = 0.1;  // lattice units
  double lambda = 3.0 / 16.0;
  std::string precision = "float";
  std::string start = "potential";
  double kick = 0.1;
};

struct DomainConfig {
  std::int64_t cells_per_diameter = 20;
  double length = 28;
  double height = 18;
  double body_x = 9;
  std::string sides = "free-stream";
  double inlet_sponge = 1.5;
  double outlet_sponge = 3;
  std::string mask;
};

struct SnapshotConfig {
  double transient = 80;
  std::int64_t per_period = 24;
  std::int64_t periods = 40;
  double interval = 0;
  double x_min = -0.8;
  double length = 9.6;
  double height = 4.8;
  std::int64_t reduce = 1;
  std::vector<double> probe_x = {3.0};
  std::vector<double> probe_y = {0.5};
  double restart_seconds = 60;
};

struct DataConfig {
  std::string file;
};

struct PodConfig {
  std::int64_t modes = 20;
  std::int64_t block_megabytes = 512;
};

struct ReportConfig {
  std::int64_t frames = 48;
  std::int64_t modes = 6;
};

struct ImportConfig {
  std::string source;
  double time_step = 0;
  std::vector<double> spacing = {1};
  std::vector<double> origin;
  std::string axes = "tyxc";
  std::vector<std::string> components;
  std::string weights;
  std::string unit = "1";
  std::string length_unit = "1";
  std::string time_unit = "1";
};

struct Config {
  FlowConfig flow;
  DomainConfig domain;
  SnapshotConfig snapshots;
  DataConfig data;
  PodConfig pod;
  LearningConfig learning;
  ReportConfig report;
  ImportConfig import;
};

// Declares every key; config must outlive options.
void declare(Options& options, Config& config);

}  // namespace sengen::flow_modes
