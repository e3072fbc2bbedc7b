// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <csignal>
#include <cstdio>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sengen/core/error.hpp>
#include <sengen/core/log.hpp>
#include <sengen/core/stop.hpp>

namespace sengen {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

// What calls write into a log of this verbosity and rank.
template <typename Call>
std::string logged(Verbosity verbosity, int rank, Call&& call) {
  std::FILE* file = std::tmpfile();
  {
    const Log log(file, verbosity, rank);
    call(log);
  }
  std::string text(static_cast<std::size_t>(std::ftell(file)), ' ');
  std::rewind(file);
  EXPECT_EQ(std::fread(text.data(), 1, text.size(), file), text.size());
  std::fclose(file);
  return text;
}

TEST(Log, SpeaksByVerbosity) {
  const auto say = [](const Log& log) {
    log.info("step {}", 3);
    log.detail("more");
  };
  EXPECT_EQ(logged(Verbosity::kQuiet, 0, say), "");
  EXPECT_EQ(logged(Verbosity::kNormal, 0, say), "step 3\n");
  EXPECT_EQ(logged(Verbosity::kVerbose, 0, say), "step 3\nmore\n");
}

TEST(Log, LetsOtherRanksOnlyWarn) {
  const auto say = [](const Log& log) {
    log.info("hidden");
    log.warn("tau is {}", 0.501);
  };
  EXPECT_EQ(logged(Verbosity::kNormal, 2, say), "[rank 2] warning: tau is 0.501\n");
}

TEST(Progress, WritesFewLinesIntoAFile) {
  const std::string text = logged(Verbosity::kNormal, 0, [](const Log& log) {
    Progress progress(log, "simulate", 1000000);
    for (int i = 0; i <= 1000000; ++i) progress.update(i);
  });
  EXPECT_LT(std::count(text.begin(), text.end(), '\n'), 5);
  EXPECT_EQ(text.find('\r'), std::string::npos);
}

TEST(Error, CarriesKindMessageHintAndPlace) {
  const Error error(ErrorKind::kInput, "data.h5: truncated", "copy it again");
  EXPECT_EQ(static_cast<int>(error.kind()), 3);
  EXPECT_THAT(error.what(), StartsWith("data.h5: truncated"));
  EXPECT_THAT(error.what(), HasSubstr("hint: copy it again"));
  EXPECT_THAT(error.where().file_name(), HasSubstr("log_test.cpp"));
}

TEST(Stop, IsRequestedByTheTimeLimit) {
  clear_stop_request();
  EXPECT_FALSE(stop_requested());
  set_time_limit(1e-9);
  EXPECT_TRUE(stop_requested());
  EXPECT_THAT(stop_reason(), HasSubstr("--max-time"));
  set_time_limit(0);
  EXPECT_FALSE(stop_requested());
}

TEST(Stop, IsRequestedBySignals) {
  install_stop_signals();
  EXPECT_EQ(std::raise(SIGUSR1), 0);
  EXPECT_TRUE(stop_requested());
  EXPECT_STREQ(stop_reason(), "SIGUSR1");
  clear_stop_request();
}

}  // namespace
}  // namespace sengen
