// SPDX-License-Identifier: Apache-2.0
#include <sengen/core/stop.hpp>

#include <csignal>
#include <string>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

namespace sengen {
namespace {

// Ends with 0 when it was asked to stop and nothing else happened.
template <typename Action>
int status_of_child(const Action& action) {
  const pid_t child = fork();
  if (child == 0) {
    install_stop_signals();
    action();
    _exit(stop_requested() ? 0 : 1);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

TEST(Stop, IsAWishAtFirst) {
  for (const int signal : {SIGINT, SIGTERM, SIGUSR1, SIGUSR2}) {
    EXPECT_EQ(status_of_child([&] { std::raise(signal); }), 0);
  }
}

TEST(Stop, EndsTheProgramWhenAskedForTwice) {
  for (const int signal : {SIGINT, SIGTERM, SIGUSR1}) {
    const auto twice = [&] {
      std::raise(SIGTERM);
      usleep(600'000);
      std::raise(signal);
    };
    EXPECT_EQ(status_of_child(twice), -signal);
  }
}

// timeout(1) sends its signal to the process and to the group of the process.
TEST(Stop, TakesAnEchoForTheSameWish) {
  EXPECT_EQ(status_of_child([] {
              for (int i = 0; i < 3; ++i) std::raise(SIGTERM);
            }),
            0);
}

TEST(Stop, HasALimitOfTime) {
  set_time_limit(1e-9);
  EXPECT_TRUE(stop_requested());
  EXPECT_EQ(std::string(stop_reason()), "time limit (--max-time)");
  set_time_limit(0);
  EXPECT_FALSE(stop_requested());
}

}  // namespace
}  // namespace sengen
