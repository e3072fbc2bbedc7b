// SPDX-License-Identifier: Apache-2.0
#include <sengen/core/log.hpp>

#include <algorithm>
#include <utility>

#include <unistd.h>

namespace sengen {

namespace {

// "1:02:03" or "4:05".
std::string clock_text(double seconds) {
  const auto whole = static_cast<std::int64_t>(std::max(0.0, seconds));
  if (whole >= 3600) {
    return fmt::format("{}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60);
  }
  return fmt::format("{}:{:02}", whole / 60, whole % 60);
}

}  // namespace

Log::Log(std::FILE* stream, Verbosity verbosity, int rank)
    : stream_(stream),
      verbosity_(verbosity),
      rank_(rank),
      terminal_(stream != nullptr && isatty(fileno(stream)) != 0) {}

bool Log::speaks(Verbosity level) const noexcept {
  return stream_ != nullptr && rank_ == 0 && level <= verbosity_;
}

void Log::write(std::string_view prefix, std::string_view text) const {
  const std::string rank = rank_ == 0 ? "" : fmt::format("[rank {}] ", rank_);
  const std::string line = fmt::format("{}{}{}\n", rank, prefix, text);
  std::fwrite(line.data(), 1, line.size(), stream_);
  std::fflush(stream_);
}

Progress::Progress(const Log& log, std::string label, std::int64_t total, std::string unit,
                   std::int64_t already_done)
    : log_(log),
      label_(std::move(label)),
      unit_(std::move(unit)),
      total_(total),
      already_done_(already_done) {}

Progress::~Progress() {
  if (drawn_) std::fputc('\n', log_.stream_);
}

std::string Progress::line(std::int64_t done, std::string_view note, double seconds) const {
  const double fraction =
      total_ > 0 ? static_cast<double>(done) / static_cast<double>(total_) : 1.0;
  const double rate = seconds > 0 ? static_cast<double>(done - already_done_) / seconds : 0.0;
  const double left = rate > 0 ? static_cast<double>(total_ - done) / rate : 0.0;
  return fmt::format("{} {:3.0f} %  {}/{}  {:.3g} {}/s  {} left{}{}", label_, 100 * fraction, done,
                     total_, rate, unit_, clock_text(left), note.empty() ? "" : "  ", note);
}

void Progress::update(std::int64_t done, std::string_view note) {
  if (!log_.speaks(Verbosity::kNormal)) return;
  const auto now = Clock::now();
  const double since_last = std::chrono::duration<double>(now - last_).count();
  const double interval = log_.is_terminal() ? 0.1 : kSecondsPerLine;
  if (since_last < interval && !(done == total_ && drawn_)) return;
  last_ = now;
  const std::string text = line(done, note, std::chrono::duration<double>(now - start_).count());
  if (!log_.is_terminal()) {
    log_.write("", text);
    return;
  }
  constexpr int kWidth = 24;
  const auto filled = static_cast<int>(total_ > 0 ? kWidth * std::min(done, total_) / total_
                                                  : std::int64_t{kWidth});
  const std::string bar(static_cast<std::size_t>(filled), '#');
  const std::string drawing = fmt::format("\r[{:<{}}] {}\033[K", bar, kWidth, text);
  std::fwrite(drawing.data(), 1, drawing.size(), log_.stream_);
  std::fflush(log_.stream_);
  drawn_ = true;
}

}  // namespace sengen
