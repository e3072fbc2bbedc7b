// SPDX-License-Identifier: Apache-2.0
// Results of a bench in the form of summary.json: the cases in the place of stages, each with date,
// version, machine, ranks, threads and wall time, and the figures with unit, reference and source.
// A case that is measured again replaces its own figures; those of the others stay. Long cases are
// made of parts, which are kept one by one: a bench that was stopped goes on with the next.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

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

  // The numbers of a part, its figures PART_0, PART_1, ...: those of the file where it has them
  // (and `again` is false), else those of body, which are kept at once. note: their source, the
  // settings among it: a part that was measured with others is measured anew. Empty numbers are not
  // kept.
  std::vector<double> part(const std::string& name, const std::string& note, bool again,
                           const std::function<std::vector<double>()>& body) {
    std::vector<double> values;
    if (!again && !path_.empty()) values = kept(name, note);
    if (!values.empty()) return values;
    const auto before = std::exchange(metrics_, {});
    const auto start = std::exchange(start_, Clock::now());
    values = body();
    for (std::size_t i = 0; i < values.size(); ++i) {
      add(name + "_" + std::to_string(i), {.value = values[i], .source = note});
    }
    if (!values.empty()) finish(name);
    metrics_ = before;
    start_ = start;
    return values;
  }

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

  std::vector<double> kept(const std::string& part, const std::string& note) const {
    const study::Summary all = study::Summary::load_file(path_);
    std::vector<double> values;
    for (auto metric = all.metrics.find(part + "_0");
         metric != all.metrics.end() && metric->second.source == note;
         metric = all.metrics.find(part + "_" + std::to_string(values.size()))) {
      values.push_back(metric->second.value);
    }
    return values;
  }

  std::string bench_;
  std::filesystem::path path_;
  parallel::Communicator comm_;
  std::map<std::string, study::Metric> metrics_;
  Clock::time_point start_ = Clock::now();
};

}  // namespace sengen::bench
