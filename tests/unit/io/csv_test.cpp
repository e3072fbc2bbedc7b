// SPDX-License-Identifier: Apache-2.0
#include <sengen/io/csv.hpp>

#include <cmath>
#include <limits>

#include <rapidcheck.h>

#include "io_test.hpp"

namespace sengen::io {
namespace {

using CsvTest = ScratchTest;

CsvTable parse(const std::string& text) {
  return parse_csv(std::as_bytes(std::span(text)), "table.csv");
}

void refuses(const std::string& text, const std::vector<std::string>& parts) {
  SCOPED_TRACE(text);
  expect_refused(ErrorKind::kInput, parts, [&] { parse(text); });
}

TEST(Csv, ReadsNamesNumbersCommentsAndEitherLineEnd) {
  const CsvTable table = parse(
      "# made by hand\r\nt,\"u, mean\",\"a\"\"b\"\n\n1, +2e3 ,-.5\r\n"
      "# more\n\"4\",nan,-inf");
  EXPECT_EQ(table.columns, (std::vector<std::string>{"t", "u, mean", "a\"b"}));
  ASSERT_EQ(table.rows.size(), 2U);
  EXPECT_EQ(table.rows[0], (std::vector<double>{1, 2000, -0.5}));
  EXPECT_EQ(table.column("t"), (std::vector<double>{1, 4}));
  EXPECT_TRUE(std::isnan(table.rows[1][1]));
  EXPECT_EQ(table.rows[1][2], -std::numeric_limits<double>::infinity());
}

TEST(Csv, MayHaveNamesAndNoRows) { EXPECT_TRUE(parse("t,u").rows.empty()); }

TEST(Csv, NamesLineAndColumnOfWhatIsWrong) {
  refuses("", {"table.csv", "no line of column names"});
  refuses("# only a comment", {"no line of column names"});
  refuses("t,u\n1,2\n3\n", {"table.csv:3", "1 cells, expected 2"});
  refuses("t,u\n1,2,3\n", {"table.csv:2", "3 cells, expected 2"});
  refuses("# c\nt,u\n1,x\n", {"table.csv:3", "column 2 (u)", "'x' is no number"});
  refuses("t,u\n1,\n", {"table.csv:2", "column 2 (u)", "'' is no number"});
  refuses("t\n1e999\n", {"'1e999' is no number"});
  refuses("t\n1 2\n", {"'1 2' is no number"});
  for (const char* sign : {"+-1", "++1", "-+1", "+", "+ 1"}) {
    refuses(std::string("t\n") + sign + "\n", {"table.csv:2", "is no number"});
  }
  refuses("\"t\n1\n", {"table.csv:1", "goes on over the end of the line"});
  refuses("t\n\"1", {"table.csv:2", "a quote is not closed"});
  refuses("\"t\"u\n1\n", {"table.csv:1", "column 1: expected a comma or the end of the line"});
  refuses("t\r1\r", {"table.csv:1", "expected a comma or the end of the line"});
}

TEST(Csv, SuggestsTheNearestColumn) {
  try {
    parse("time,drag\n1,2\n").column("darg");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kInput);
    EXPECT_THAT(error.message(), ::testing::HasSubstr("no column 'darg'"));
    EXPECT_THAT(error.hint(), ::testing::HasSubstr("drag"));
  }
}

// A table cut anywhere is a shorter table, or it is refused: no other end.
TEST(Csv, IsReadOrRefusedAtEveryLength) {
  const std::string text = "# c\nt,\"u,v\"\r\n1.5,-2e-3\n\"4\",nan\n";
  int refused = 0;
  for (std::size_t length = 0; length < text.size(); ++length) {
    try {
      const CsvTable table = parse(text.substr(0, length));
      for (const auto& row : table.rows) EXPECT_EQ(row.size(), table.columns.size());
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kInput);
      ++refused;
    }
  }
  EXPECT_GT(refused, 10);
}

TEST_F(CsvTest, BringsEveryDoubleBackAsItWas) {
  const bool held = rc::check("write_csv, read_csv", [this](const std::vector<double>& values) {
    CsvTable table{{"a,b", "#\"quoted\""}, {}};
    for (const double value : values) table.rows.push_back({value, value / 3});
    write_csv(folder / "table.csv", table);
    const CsvTable back = read_csv(folder / "table.csv");
    RC_ASSERT(back.columns == table.columns);
    RC_ASSERT(back.rows == table.rows);
  });
  EXPECT_TRUE(held);
  const double tiny = std::numeric_limits<double>::denorm_min();
  const double huge = std::numeric_limits<double>::max();
  const double infinite = std::numeric_limits<double>::infinity();
  const CsvTable table{{"x"}, {{tiny}, {huge}, {-infinite}, {0.1}, {-0.0}, {std::nan("")}}};
  write_csv(folder / "table.csv", table);
  const auto back = read_csv(folder / "table.csv").column("x");
  for (std::size_t i = 0; i < 5; ++i) EXPECT_EQ(back[i], table.rows[i][0]);
  EXPECT_TRUE(std::signbit(back[4]));
  EXPECT_TRUE(std::isnan(back[5]));
}

TEST_F(CsvTest, SurvivesAFullDisk) {
  const auto path = folder / "table.csv";
  write_csv(path, {{"x"}, {{1}}});
  const std::string before = text_of(path);
  EXPECT_EQ(kind_on_full_disk(20, [&] { write_csv(path, {{"x"}, {{1.0 / 3}, {2.0 / 3}}}); }),
            kResourceCode);
  EXPECT_EQ(text_of(path), before);
  EXPECT_EQ(entries_of(folder), 1);
}

TEST_F(CsvTest, DoesWithoutNamesWhereItMay) {
  const std::string text = "1,2.5\n# a comment\n3,nan\n";
  const auto bytes = std::as_bytes(std::span(text));
  const CsvTable table = parse_csv(bytes, "x.csv", CsvNames::kOptional);
  EXPECT_TRUE(table.columns.empty());
  ASSERT_EQ(table.rows.size(), 2U);
  EXPECT_EQ(table.rows[0], (std::vector<double>{1, 2.5}));
  EXPECT_EQ(table.lines, (std::vector<int>{1, 3}));
  EXPECT_EQ(format_csv({{}, {{1, 2.5}, {3, 4}}}), "1,2.5\n3,4\n");
  const std::string named = "x1,2\n1,2\n";
  EXPECT_EQ(parse_csv(std::as_bytes(std::span(named)), "x.csv", CsvNames::kOptional).columns,
            (std::vector<std::string>{"x1", "2"}));
  const std::string ragged = "1,2\n3\n", word = "1,2\n3,b\n", nothing = "# only\n";
  for (const auto& [wrong, part] :
       {std::pair(ragged, "x.csv:2"), std::pair(word, "'b' is no number"),
        std::pair(nothing, "there is no row")}) {
    expect_refused(ErrorKind::kInput, {part}, [&wrong] {
      parse_csv(std::as_bytes(std::span(wrong)), "x.csv", CsvNames::kOptional);
    });
  }
}

TEST_F(CsvTest, NamesAFileThatIsNotThere) {
  expect_refused(ErrorKind::kInput, {(folder / "absent.csv").string()},
                 [&] { read_csv(folder / "absent.csv"); });
}

}  // namespace
}  // namespace sengen::io
