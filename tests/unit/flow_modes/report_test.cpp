// SPDX-License-Identifier: Apache-2.0
// What the report says of values that lie outside of what is published.
#include "systems/flow_modes/report_parts.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sengen::flow_modes {
namespace {

using testing::HasSubstr;
using testing::Not;

study::Summary demo() {
  study::Summary summary;
  summary.metrics["drag_coefficient_mean"] = {.value = 1.431, .reference = {{1.32, 1.38}}};
  summary.metrics["lift_coefficient_amplitude"] = {.value = 0.34, .reference = {{0.30, 0.345}}};
  summary.metrics["strouhal_number"] = {.value = 0.1703, .reference = {{0.161, 0.169}}};
  summary.metrics["blockage"] = {.value = 0.0556};
  summary.metrics["mach_number"] = {.value = 0.173};
  summary.metrics["shedding_periods"] = {.value = 40};
  return summary;
}

TEST(Explanation, NamesValuesCausesAndTheCommandToCompareWith) {
  const std::string text = explanation({}, demo());
  EXPECT_THAT(text, HasSubstr("mean drag coefficient 1.431, Strouhal number 0.1703"));
  EXPECT_THAT(text, Not(HasSubstr("lift")));
  EXPECT_THAT(text, HasSubstr("the body blocks 5.6 % of the domain's height"));
  EXPECT_THAT(text, HasSubstr("Mach number is 0.17"));
  EXPECT_THAT(text, HasSubstr("'./bootstrap bench validation re100'"));
  EXPECT_THAT(text, Not(HasSubstr("cells")));
  EXPECT_THAT(text, Not(HasSubstr("periods were")));
}

TEST(Explanation, IsEmptyWhereAllIsAsPublished) {
  study::Summary summary = demo();
  summary.metrics["drag_coefficient_mean"].value = 1.36;
  summary.metrics["strouhal_number"].value = 0.165;
  EXPECT_EQ(explanation({}, summary), "");
  EXPECT_EQ(explanation({}, {}), "");
}

TEST(Explanation, TellsOfAWakeThatDoesNotShed) {
  Config config;
  config.flow.reynolds = 60;
  config.domain.cells_per_diameter = 8;
  study::Summary summary = demo();
  summary.metrics["drag_coefficient_mean"].reference = {};
  summary.metrics["strouhal_number"] = {.value = 0, .reference = {{0.135, 0.135}}};
  summary.metrics["shedding_periods"].value = 0;
  const std::string text = explanation(config, summary);
  EXPECT_THAT(text, HasSubstr("Strouhal number 0"));
  EXPECT_THAT(text, HasSubstr("no vortices were shed"));
  EXPECT_THAT(text, HasSubstr("only 8 cells"));
  EXPECT_THAT(text, HasSubstr("--set domain.height=60"));
}

}  // namespace
}  // namespace sengen::flow_modes
