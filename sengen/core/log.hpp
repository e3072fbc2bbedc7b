// SPDX-License-Identifier: Apache-2.0
// Messages and progress of a run. A Log writes lines to one stream that main chooses; ranks other
// than the root say nothing but warnings. Progress draws a bar on a terminal and writes one line
// every few seconds elsewhere (a Slurm log must not fill up).
#pragma once

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>

#include <fmt/format.h>

namespace sengen {

enum class Verbosity { kQuiet, kNormal, kVerbose };

class Log {
 public:
  // A log that says nothing: for tests and embedding.
  Log() = default;
  // stream: where lines go; not owned. rank: warnings of ranks above 0 carry it.
  Log(std::FILE* stream, Verbosity verbosity, int rank);

  // Root only, unless quiet.
  template <typename... Args>
  void info(fmt::format_string<Args...> format, Args&&... args) const {
    if (speaks(Verbosity::kNormal)) write("", fmt::format(format, std::forward<Args>(args)...));
  }
  // Root only, with --verbose.
  template <typename... Args>
  void detail(fmt::format_string<Args...> format, Args&&... args) const {
    if (speaks(Verbosity::kVerbose)) write("", fmt::format(format, std::forward<Args>(args)...));
  }
  // Every rank, always.
  template <typename... Args>
  void warn(fmt::format_string<Args...> format, Args&&... args) const {
    if (stream_ != nullptr) write("warning: ", fmt::format(format, std::forward<Args>(args)...));
  }

  bool speaks(Verbosity level) const noexcept;
  // True when a progress bar can be redrawn in place.
  bool is_terminal() const noexcept { return terminal_; }

 private:
  friend class Progress;
  void write(std::string_view prefix, std::string_view text) const;

  std::FILE* stream_ = nullptr;
  Verbosity verbosity_ = Verbosity::kQuiet;
  int rank_ = 0;
  bool terminal_ = false;
};

class Progress {
 public:
  // label: what is going on; total: steps to do; unit of the rate: "steps", "samples".
  Progress(const Log& log, std::string label, std::int64_t total, std::string unit = "steps",
           std::int64_t already_done = 0);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // done: steps done so far; note: a few words such as "loss 0.01". Cheap enough for every step.
  void update(std::int64_t done, std::string_view note = {});

  // Seconds between lines of a log that is no terminal.
  static constexpr double kSecondsPerLine = 5.0;

 private:
  using Clock = std::chrono::steady_clock;
  std::string line(std::int64_t done, std::string_view note, double seconds) const;

  const Log& log_;
  std::string label_;
  std::string unit_;
  std::int64_t total_;
  std::int64_t already_done_;
  Clock::time_point start_ = Clock::now();
  Clock::time_point last_ = start_;
  bool drawn_ = false;
};

}  // namespace sengen
