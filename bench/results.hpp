// SPDX-License-Identifier: Apache-2.0
// Results of a bench in the form of summary.json: the cases in the place of stages, each with date,
// version, machine, ranks, threads and wall time, and the figures with unit, reference and source.
// A case that is measured again replaces its own figures; those of the others stay.
#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <string>
#include <utility>

#include <sengen/core/build_info.hpp>
#include <sengen/parallel/communicator.hpp>
#include <sengen/study/summary.hpp>

namespace sengen::bench {

class Results {
 public:
  // path: empty to keep nothing. The clock of the first case starts.
  Results(std::string bench, std::filesystem::path path, const parallel::Communicator& comm)
      : bench_(std::move(bench)), path_(std::move(path)), comm_(comm) {}

  // A figure of the present case.
  void add(const std::string& name, study::Metric metric) { metrics_[name] = std::move(metric); }

  // Ends the present case: its figures go into the file. The next one starts. kInput when what the
  // file holds is damaged, kResource when it cannot be written.
  void finish(const std::string& case_name) {
    const std::chrono::duration<double> taken = Clock::now() - start_;
    if (comm_.is_root() && !path_.empty()) {
      study::Summary all = study::Summary::load_file(path_);
      all.drop_stage(case_name);
      all.system = bench_;
      all.version = build_info().version;
      all.stages[case_name] = study::StageRun::here(taken.count(), comm_.size(), all.version);
      for (auto& [name, metric] : metrics_) {
        metric.stage = case_name;
        all.metrics[name] = metric;
      }
      all.save_file(path_);
    }
    metrics_.clear();
    start_ = Clock::now();
  }

 private:
  using Clock = std::chrono::steady_clock;

  std::string bench_;
  std::filesystem::path path_;
  parallel::Communicator comm_;
  std::map<std::string, study::Metric> metrics_;
  Clock::time_point start_ = Clock::now();
};

}  // namespace sengen::bench
