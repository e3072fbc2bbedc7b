// SPDX-License-Identifier: Apache-2.0
// sengen: dispatches a system's verb or a verb of the program itself, and owns the one catch. Exit
// codes are those of sengen::ErrorKind.
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <unistd.h>

#include <sengen/core/error.hpp>
#include <sengen/core/stop.hpp>
#include <sengen/parallel/communicator.hpp>

#include "run_system.hpp"
#include "verbs.hpp"

namespace {

using sengen::Error;
using sengen::ErrorKind;
using sengen::parallel::Communicator;
using sengen::parallel::Environment;

void print(const Error& error, const Communicator& comm) {
  const std::string rank = comm.size() > 1 ? fmt::format("[rank {}] ", comm.rank()) : "";
  std::string place;
  if (error.kind() == ErrorKind::kInternal) {
    place = fmt::format(" ({}:{})", error.where().file_name(), error.where().line());
  }
  fmt::print(stderr, "{}sengen: {}: {}{}\n", rank, to_string(error.kind()), error.what(), place);
}

// Before work starts all ranks fail alike: the root speaks and everybody leaves in order. Later a
// rank may fail alone and must take the others with it.
int fail(const Error& error, const Communicator& comm, bool working) {
  const bool together = !working || error.kind() == ErrorKind::kStopped;
  if (together || comm.size() == 1) {
    if (comm.is_root()) print(error, comm);
    return static_cast<int>(error.kind());
  }
  // When the root failed too, it speaks for all and ends the job during this pause: by SIGTERM,
  // which is no wish to stop any more.
  std::signal(SIGTERM, SIG_DFL);
  if (!comm.is_root()) std::this_thread::sleep_for(std::chrono::seconds(1));
  print(error, comm);
  Environment::abort(static_cast<int>(error.kind()));
}

int run(const std::vector<std::string>& words) {
  bool working = false;
  const Communicator comm = Communicator::world();
  try {
    if (const auto code = sengen::cli::run_program_verb(words, comm, working)) return *code;
    return sengen::cli::run_system(words, comm, working);
  } catch (const std::exception& exception) {
    return fail(sengen::as_error(exception), comm, working);
  }
}

// A thread that waits for the others spins for a moment and then sleeps. The runtime's own moment
// is so long that one core shared with another process slows a solver hundredfold; this one costs
// a few percent where the cores are ours. The runtime reads it when it is loaded, hence the second
// start. Whoever sets OMP_WAIT_POLICY or GOMP_SPINCOUNT decides himself.
void limit_spinning(char** argv) {
  if (std::getenv("GOMP_SPINCOUNT") != nullptr || std::getenv("OMP_WAIT_POLICY") != nullptr) return;
  setenv("GOMP_SPINCOUNT", "2000", 1);
  execv("/proc/self/exe", argv);  // when it fails the program just goes on
}

}  // namespace

int main(int argc, char** argv) {
  limit_spinning(argv);
  // A full disk or quota is an error of write(), not a signal.
  std::signal(SIGXFSZ, SIG_IGN);
  std::signal(SIGPIPE, SIG_IGN);
  sengen::install_stop_signals();
  try {
    const Environment environment(argc, argv);
    return run({argv + 1, argv + argc});
  } catch (const std::exception& exception) {
    return fail(sengen::as_error(exception), Communicator::self(), false);
  }
}
