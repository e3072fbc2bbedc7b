// SPDX-License-Identifier: Apache-2.0
#include <sengen/io/record_spool.hpp>

#include <array>

#include <gtest/gtest.h>

#include <sengen/core/error.hpp>

namespace sengen::io {
namespace {

using Record = std::array<double, 3>;

void append(RecordSpool& spool, double value) {
  const Record record = {value, 2 * value, 3 * value};
  spool.append(std::as_bytes(std::span(record)));
}

double first_value(const RecordSpool& spool, std::int64_t index) {
  Record record{};
  spool.read(index, std::as_writable_bytes(std::span(record)));
  return record[0];
}

class RecordSpoolTest : public ::testing::Test {
 protected:
  void SetUp() override { std::filesystem::remove(path); }
  std::filesystem::path path = std::filesystem::path(::testing::TempDir()) / "spool.raw";
};

TEST_F(RecordSpoolTest, GoesOnAfterTheRecordsThatCount) {
  {
    RecordSpool spool(path, sizeof(Record), 0);
    for (int i = 0; i < 5; ++i) append(spool, i);
    spool.sync();
  }
  RecordSpool spool(path, sizeof(Record), 3);
  EXPECT_EQ(spool.records(), 3);
  append(spool, 10);
  EXPECT_EQ(first_value(spool, 2), 2);
  EXPECT_EQ(first_value(spool, 3), 10);
  EXPECT_EQ(std::filesystem::file_size(path), 4 * sizeof(Record));
}

TEST_F(RecordSpoolTest, RefusesAFileThatLostRecords) {
  {
    RecordSpool spool(path, sizeof(Record), 0);
    append(spool, 1);
  }
  std::filesystem::resize_file(path, sizeof(Record) - 1);
  try {
    RecordSpool spool(path, sizeof(Record), 1);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kInput);
  }
}

TEST_F(RecordSpoolTest, NamesAFolderThatIsNotThere) {
  try {
    RecordSpool spool(path / "absent" / "spool.raw", sizeof(Record), 0);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kResource);
  }
}

}  // namespace
}  // namespace sengen::io
