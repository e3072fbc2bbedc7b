// SPDX-License-Identifier: Apache-2.0
#include <sengen/io/json_lines.hpp>

#include <cmath>
#include <limits>

#include "io_test.hpp"

namespace sengen::io {
namespace {

class JsonLinesTest : public ScratchTest {
 protected:
  std::filesystem::path path() const { return folder / "metrics.jsonl"; }
  std::vector<JsonRecord> read(const std::string& text) const {
    write_text(path(), text);
    return read_json_lines(path());
  }
};

TEST_F(JsonLinesTest, BringRecordsBackInOrder) {
  const JsonRecord record = {{"step", std::int64_t{-7000000000}},
                             {"drag", 1.0 / 3},
                             {"name", std::string("a \"wake\"\n\xc3\xbc")},
                             {"lift", std::vector<double>{0.1, -2.5}}};
  {
    JsonLines lines(path());
    lines.append(record);
    lines.append({});
  }
  JsonLines(path()).append({{"step", std::int64_t{2}}});
  const auto records = read_json_lines(path());
  ASSERT_EQ(records.size(), 3U);
  EXPECT_EQ(records[0], record);
  EXPECT_TRUE(records[1].empty());
  EXPECT_EQ(records[2], (JsonRecord{{"step", std::int64_t{2}}}));
}

TEST_F(JsonLinesTest, WriteEachRecordAtOnce) {
  JsonLines lines(path());
  lines.append({{"a", 1.5}});
  EXPECT_EQ(text_of(path()), "{\"a\":1.5}\n");
}

TEST_F(JsonLinesTest, WriteNumbersThatAreNotFiniteAsNull) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double infinite = std::numeric_limits<double>::infinity();
  JsonLines(path()).append({{"a", nan}, {"b", std::vector<double>{1.5, -infinite}}});
  EXPECT_EQ(text_of(path()), "{\"a\":null,\"b\":[1.5,null]}\n");
  const auto records = read_json_lines(path());
  EXPECT_TRUE(std::isnan(std::get<double>(records[0][0].second)));
  EXPECT_TRUE(std::isnan(std::get<std::vector<double>>(records[0][1].second)[1]));
}

TEST_F(JsonLinesTest, TakeBytesThatAreNoText) {
  JsonLines(path()).append({{"file", std::string("a\xff")}});
  EXPECT_EQ(std::get<std::string>(read_json_lines(path())[0][0].second), "a\xef\xbf\xbd");
}

// Every length at which a kill may cut the last record, and the next run's record after it.
TEST_F(JsonLinesTest, LeaveOutATornRecordAndGoOn) {
  const std::string first = "{\"a\":1}\n";
  const std::string second = "{\"b\":[0.5,2]}\n";
  for (std::size_t length = 0; length < second.size(); ++length) {
    SCOPED_TRACE(length);
    write_text(path(), first + second.substr(0, length));
    JsonLines(path()).append({{"c", std::int64_t{3}}});
    const auto records = read_json_lines(path());
    const bool is_whole = length + 1 == second.size();  // only the line end is lost
    ASSERT_EQ(records.size(), is_whole ? 3U : 2U);
    EXPECT_EQ(records.back(), (JsonRecord{{"c", std::int64_t{3}}}));
  }
}

TEST_F(JsonLinesTest, NameTheLineThatIsNoRecord) {
  for (const char* line : {"5", "\"a\"", "[1,2]", "null", "{\"a\":{}}", "{\"a\":true}",
                           "{\"a\":[\"x\"]}", "{\"a\":[[1]]}"}) {
    SCOPED_TRACE(line);
    expect_refused(ErrorKind::kInput, {path().string() + ":2", "no record"},
                   [&] { read(std::string("{\"a\":1}\n") + line + "\n"); });
  }
}

TEST_F(JsonLinesTest, NameAFileThatCannotBeReadOrWritten) {
  expect_refused(ErrorKind::kInput, {path().string()}, [&] { read_json_lines(path()); });
  expect_refused(ErrorKind::kResource, {"absent", "No such file"},
                 [&] { JsonLines lines(folder / "absent" / "m.jsonl"); });
}

TEST_F(JsonLinesTest, SurviveAFullDisk) {
  JsonLines(path()).append({{"a", 1.5}});
  const auto append = [&] {
    JsonLines lines(path());
    lines.append({{"b", 2.5}});
  };
  EXPECT_EQ(kind_on_full_disk(12, append), kResourceCode);
  append();
  const auto records = read_json_lines(path());
  ASSERT_EQ(records.size(), 2U);
  EXPECT_EQ(records[1], (JsonRecord{{"b", 2.5}}));
}

}  // namespace
}  // namespace sengen::io
