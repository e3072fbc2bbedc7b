// SPDX-License-Identifier: Apache-2.0
#include <sengen/study/system.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sengen::study {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(System, KnowsTheTablesOfAVerb) {
  System system;
  system.stages = {{.name = "simulate", .summary = "", .tables = {"flow"}},
                   {.name = "other", .summary = "", .tables = {"other"}},
                   {.name = "pod", .summary = "", .after = {"simulate"}, .tables = {"data", "pod"}},
                   {.name = "report", .summary = "", .after = {"pod"}, .tables = {"report"}}};
  const auto tables_up_to = [&](const std::string& last, std::vector<std::string> own) {
    return system.tables_of(
        {.name = "verb", .summary = "", .tables = std::move(own), .last_stage = last});
  };
  EXPECT_THAT(tables_up_to("simulate", {}), ElementsAre("flow"));
  EXPECT_THAT(tables_up_to("pod", {"data"}), ElementsAre("data", "flow", "pod"));
  EXPECT_THAT(tables_up_to("*", {}), ElementsAre("flow", "other", "data", "pod", "report"));
  EXPECT_THAT(tables_up_to("", {"import"}), ElementsAre("import"));
  EXPECT_THAT(tables_up_to("", {}), IsEmpty());
}

}  // namespace
}  // namespace sengen::study
