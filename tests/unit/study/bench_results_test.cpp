// SPDX-License-Identifier: Apache-2.0
#include <bench/results.hpp>

#include <string>

#include <gtest/gtest.h>
#include <unistd.h>

namespace sengen::bench {
namespace {

TEST(BenchResults, MergeCasesInTheFormOfASummary) {
  const auto path = std::filesystem::path(::testing::TempDir()) /
                    ("sengen-bench-" + std::to_string(getpid()) + ".json");
  const auto measure = [&](const std::string& name, double value) {
    Results results("bench wakes", path, parallel::Communicator::self());
    results.add(name + "_drag", {.value = value, .reference = {{2.0, 2.0}}, .source = "a paper"});
    results.finish(name);
  };
  measure("re20", 1.5);
  measure("re40", 1.25);
  measure("re20", 2.5);
  const auto all = study::Summary::load_file(path);
  EXPECT_EQ(all.system, "bench wakes");
  EXPECT_FALSE(all.version.empty());
  EXPECT_EQ(all.metrics.size(), 2U);
  EXPECT_EQ(all.metrics.at("re20_drag").value, 2.5);
  EXPECT_EQ(all.metrics.at("re40_drag").stage, "re40");
  const study::StageRun run = all.stages.at("re40");
  EXPECT_GE(run.seconds, 0);
  EXPECT_GE(run.threads, 1);
  EXPECT_FALSE(run.finished.empty());
  EXPECT_FALSE(run.host.empty());
  EXPECT_FALSE(run.processor.empty());
  EXPECT_FALSE(run.version.empty());
  std::filesystem::remove(path);
}

}  // namespace
}  // namespace sengen::bench
