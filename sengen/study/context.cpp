// SPDX-License-Identifier: Apache-2.0
#include <sengen/study/context.hpp>

#include <fmt/format.h>

#include <sengen/core/error.hpp>
#include <sengen/core/stop.hpp>

namespace sengen::study {

Context::Context(parallel::Communicator communicator, Log log, std::filesystem::path directory,
                 std::uint64_t seed)
    : communicator_(std::move(communicator)),
      log_(std::move(log)),
      directory_(std::move(directory)),
      seed_(seed) {}

bool Context::should_stop() const { return communicator_.any(stop_requested()); }

void Context::stop(const std::string& what_was_saved) const {
  const std::string own = stop_reason();
  throw Error(ErrorKind::kStopped,
              fmt::format("stopped by {}; {}", own.empty() ? "another rank" : own, what_was_saved),
              "the same command goes on from there");
}

void Context::metric(const std::string& name, Metric value) {
  value.stage = stage_;
  metrics_[name] = std::move(value);
}

}  // namespace sengen::study
