// SPDX-License-Identifier: Apache-2.0
#include <sengen/core/stop.hpp>

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <ctime>

namespace sengen {

namespace {

using Clock = std::chrono::steady_clock;

constexpr int kRequestedByProgram = -1;
volatile std::sig_atomic_t received_signal = 0;
bool has_limit = false;
Clock::time_point limit;

// When the first signal came; 0: none did. A handler may use what is free of locks.
std::atomic<std::int64_t> first_nanoseconds{0};
static_assert(std::atomic<std::int64_t>::is_always_lock_free);

// Some senders say the same twice at once: timeout(1) to the process and to its group, batch
// systems to a job and to its steps. That is one wish.
constexpr std::int64_t kOneWishNanoseconds = 500'000'000;

std::int64_t nanoseconds_now() noexcept {
  std::timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<std::int64_t>(now.tv_sec) * 1'000'000'000 + now.tv_nsec;
}

extern "C" void on_stop_signal(int signal) {
  std::int64_t first = 0;
  const std::int64_t now = nanoseconds_now();
  if (!first_nanoseconds.compare_exchange_strong(first, now) && now - first > kOneWishNanoseconds) {
    std::signal(signal, SIG_DFL);
    std::raise(signal);  // takes effect when this handler returns
    return;
  }
  received_signal = signal;
}

}  // namespace

void install_stop_signals() {
  for (const int signal : {SIGINT, SIGTERM, SIGUSR1, SIGUSR2}) std::signal(signal, on_stop_signal);
}

void set_time_limit(double seconds) {
  has_limit = seconds > 0;
  if (has_limit) {
    limit = Clock::now() +
            std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
  }
}

bool stop_requested() noexcept {
  return received_signal != 0 || (has_limit && Clock::now() >= limit);
}

const char* stop_reason() noexcept {
  switch (received_signal) {
    case SIGINT: return "SIGINT";
    case SIGTERM: return "SIGTERM";
    case SIGUSR1: return "SIGUSR1";
    case SIGUSR2: return "SIGUSR2";
    case kRequestedByProgram: return "request of the program";
    default: return stop_requested() ? "time limit (--max-time)" : "";
  }
}

void request_stop() noexcept { received_signal = kRequestedByProgram; }

void clear_stop_request() noexcept {
  received_signal = 0;
  first_nanoseconds = 0;
}

}  // namespace sengen
