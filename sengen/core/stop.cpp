// SPDX-License-Identifier: Apache-2.0
#include <sengen/core/stop.hpp>

#include <chrono>
#include <csignal>

namespace sengen {

namespace {

using Clock = std::chrono::steady_clock;

constexpr int kRequestedByProgram = -1;
volatile std::sig_atomic_t received_signal = 0;
bool has_limit = false;
Clock::time_point limit;

extern "C" void on_stop_signal(int signal) {
  if (signal == SIGINT && received_signal == SIGINT) std::signal(SIGINT, SIG_DFL);
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

void clear_stop_request() noexcept { received_signal = 0; }

}  // namespace sengen
