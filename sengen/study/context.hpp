// SPDX-License-Identifier: Apache-2.0
// Context: what a stage or verb is given besides its options: ranks, log, output directory, seed,
// the wish to stop, and the place for its figures.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>

#include <sengen/core/log.hpp>
#include <sengen/parallel/communicator.hpp>
#include <sengen/study/metric.hpp>

namespace sengen::study {

class Context {
 public:
  Context(parallel::Communicator communicator, Log log, std::filesystem::path directory,
          std::uint64_t seed);

  const parallel::Communicator& comm() const noexcept { return communicator_; }
  const Log& log() const noexcept { return log_; }
  std::uint64_t seed() const noexcept { return seed_; }

  // The output directory, and a file in it.
  const std::filesystem::path& directory() const noexcept { return directory_; }
  std::filesystem::path file(const std::string& name) const { return directory_ / name; }
  // A folder for what must survive a kill while the present stage runs (restart files, parts of its
  // output). It belongs to the stage's options, inputs and version: a change starts from nothing.
  // Removed when the stage has finished.
  const std::filesystem::path& scratch() const noexcept { return scratch_; }
  // Name of the present stage, and the hash of its options, inputs and version: what a checkpoint
  // of it belongs to.
  const std::string& stage() const noexcept { return stage_; }
  const std::string& key() const noexcept { return key_; }
  // The same without the stage's options: a hash of its version, of the user's files that it reads
  // and of the stages before it. For parts of a stage that depend on some of its options only.
  const std::string& inputs_key() const noexcept { return inputs_key_; }

  // True on all ranks as soon as one rank wants to stop. Collective.
  bool should_stop() const;
  // Ends the stage (kStopped, exit code 6); call it on all ranks after the restart file is safe.
  [[noreturn]] void stop(const std::string& what_was_saved) const;

  // Records a figure of the present stage. The root's value counts.
  void metric(const std::string& name, Metric value);
  const std::map<std::string, Metric>& metrics() const noexcept { return metrics_; }

 private:
  friend class Runner;
  parallel::Communicator communicator_;
  Log log_;
  std::filesystem::path directory_;
  std::filesystem::path scratch_;
  std::uint64_t seed_;
  std::string stage_;
  std::string key_;
  std::string inputs_key_;
  std::map<std::string, Metric> metrics_;
};

}  // namespace sengen::study
