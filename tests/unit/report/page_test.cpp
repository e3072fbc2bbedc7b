// SPDX-License-Identifier: Apache-2.0
#include <sengen/report/page.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <limits>

#include <sengen/core/error.hpp>
#include <sengen/report/chart.hpp>

namespace sengen::report {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Page, EscapesWhatUsersWrite) {
  Page page("<script>alert(1)</script>", "a & b");
  page.add_section("<img src=x>");
  page.add_text("1 < 2\n\nsecond\n\n\n");
  page.add_table({"t<", {"c<"}, {{"v<"}}});
  page.add_figure({"{\"data\": \"</script><script>alert(2)\"}", "caption <i>"});
  const std::string html = page.html();
  EXPECT_THAT(html, Not(HasSubstr("<script>alert")));
  EXPECT_THAT(html, Not(HasSubstr("<img")));
  EXPECT_THAT(html, HasSubstr("\\u003c/script>\\u003cscript>alert(2)"));
  EXPECT_THAT(html, HasSubstr("<p>1 &lt; 2</p>\n<p>second</p>\n"));
  EXPECT_THAT(html, HasSubstr("caption &lt;i&gt;"));
  EXPECT_THAT(html, HasSubstr("<td>v&lt;</td>"));
}

TEST(Page, NumbersFiguresAndListsSections) {
  Page page("t");
  page.add_section("Forces");
  EXPECT_EQ(page.add_figure({"{}", "one"}), 1);
  EXPECT_EQ(page.add_figure({"{}", "two"}), 2);
  const std::string html = page.html();
  EXPECT_THAT(html, HasSubstr("<a href=\"#section-1\">Forces</a>"));
  EXPECT_THAT(html, HasSubstr("<h2 id=\"section-1\">Forces</h2>"));
  EXPECT_THAT(html, HasSubstr("id=\"figure-2-plot\""));
  EXPECT_THAT(html, HasSubstr("<b>Figure 2.</b> two"));
  EXPECT_THAT(html, HasSubstr("<noscript>"));
  EXPECT_THAT(html, HasSubstr("plotly.js v"));
}

TEST(Page, MarksValuesOutsideOfTheirBand) {
  study::Summary summary;
  summary.metrics["drag"] = {.value = 1.41, .reference = std::pair{1.32, 1.38}, .source = "lit."};
  summary.metrics["strouhal"] = {.value = 0.165, .reference = std::pair{0.16, 0.169}};
  summary.metrics["length"] = {.value = 1.05, .unit = "D", .reference = std::pair{1.0, 1.0}};
  summary.metrics["steady"] = {.value = 0, .reference = std::pair{0.135, 0.135}};
  summary.metrics["broken"] = {.value = std::numeric_limits<double>::quiet_NaN(),
                               .reference = std::pair{0.0, 1.0}};
  Page page("t");
  page.add_metrics(summary);
  const std::string html = page.html();
  EXPECT_THAT(html, HasSubstr("<td>drag</td><td class=\"number outside\">1.41</td>"));
  EXPECT_THAT(html, HasSubstr("<td>strouhal</td><td class=\"number\">0.165</td>"));
  EXPECT_THAT(html, HasSubstr("<td>inside</td>"));
  EXPECT_THAT(html, HasSubstr("<td>+5.0 %</td>"));
  EXPECT_THAT(html, HasSubstr("<td>steady</td><td class=\"number outside\">0</td>"));
  EXPECT_THAT(html, HasSubstr("<td class=\"outside\">-100.0 %</td>"));
  EXPECT_THAT(html, HasSubstr("<td class=\"number outside\">not a number</td>"));
}

TEST(Page, ShowsTheFiguresAskedForInTheirOrder) {
  study::Summary summary;
  for (const char* name : {"alpha", "beta", "gamma"}) summary.metrics[name] = {.value = 1};
  Page page("t");
  page.add_metrics(summary, {"gamma", "absent", "alpha"});
  const std::string html = page.html();
  EXPECT_LT(html.find("<td>gamma</td>"), html.find("<td>alpha</td>"));
  EXPECT_NE(html.find("<td>alpha</td>"), std::string::npos);
  EXPECT_EQ(html.find("<td>beta</td>"), std::string::npos);
  EXPECT_EQ(html.find("<td>absent</td>"), std::string::npos);
}

TEST(Page, TellsWhereItsNumbersAreFrom) {
  study::Manifest manifest;
  manifest.version = "0.1.0 (abc)";
  manifest.command = "sengen flow-modes run \"a<b.toml\"";
  manifest.host = "node7";
  study::Summary summary;
  summary.stages["simulate"] = {25.25, 2, 4};
  Page page("t");
  page.add_provenance(manifest, summary, "[flow]\nreynolds = 100\n");
  const std::string html = page.html();
  EXPECT_THAT(html, HasSubstr("<dd>sengen 0.1.0 (abc)</dd>"));
  EXPECT_THAT(html, HasSubstr("run &quot;a&lt;b.toml&quot;"));
  EXPECT_THAT(html, HasSubstr("<td>simulate</td><td class=\"number\">25.25</td>"));
  EXPECT_THAT(html, HasSubstr("<pre>[flow]\nreynolds = 100\n</pre>"));
}

TEST(Page, RefusesRowsThatDoNotFitTheTable) {
  Page page("t");
  EXPECT_THROW(page.add_table({"c", {"a", "b"}, {{"1"}}}), Error);
}

TEST(Page, RefusesToBecomeTooLargeAndKeepsTheOldFile) {
  const auto path = std::filesystem::path(testing::TempDir()) / "sengen_page_test.html";
  std::ofstream(path) << "old";
  Page page("t");
  page.add_text(std::string(Page::kMaxBytes, 'x'));
  try {
    page.save(path);
    FAIL() << "it was saved";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kResource);
    EXPECT_THAT(error.message(), HasSubstr("at most 15 MB"));
  }
  EXPECT_EQ(std::filesystem::file_size(path), 3U);
  std::filesystem::remove(path);
}

}  // namespace
}  // namespace sengen::report
