// SPDX-License-Identifier: Apache-2.0
// The wish to stop: set by SIGINT, SIGTERM, SIGUSR1, SIGUSR2 or a time limit, asked for between
// steps of long work. The handlers only set a flag; under MPI ranks agree on it by a reduction
// (study::Context::should_stop), never alone.
#pragma once

namespace sengen {

// Installs the handlers. A second signal, half a second or more after the first, ends the program
// at once: whoever asks twice does not want to wait for a restart file.
void install_stop_signals();
// Seconds from now after which the wish is set by itself; <= 0: no limit.
void set_time_limit(double seconds);
// This process's own view; ranks may differ for a moment.
bool stop_requested() noexcept;
// "SIGTERM", "time limit", ...; empty when nobody wants to stop.
const char* stop_reason() noexcept;
// For tests and for programs that embed the library.
void request_stop() noexcept;
void clear_stop_request() noexcept;

}  // namespace sengen
