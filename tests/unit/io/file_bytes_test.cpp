// SPDX-License-Identifier: Apache-2.0
#include <sengen/io/file_bytes.hpp>

#include "io_test.hpp"

namespace sengen::io {
namespace {

using FileBytesTest = ScratchTest;

TEST_F(FileBytesTest, AreThoseOfTheFile) {
  const std::string text("a\0\r\n\xff", 5);
  write_text(folder / "data", text);
  const auto bytes = read_bytes(folder / "data");
  EXPECT_EQ(std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size()), text);
  write_text(folder / "empty", "");
  EXPECT_TRUE(read_bytes(folder / "empty").empty());
}

TEST_F(FileBytesTest, NameAFileThatCannotBeRead) {
  expect_refused(ErrorKind::kInput, {(folder / "absent").string(), "No such file"},
                 [&] { read_bytes(folder / "absent"); });
  expect_refused(ErrorKind::kInput, {folder.string(), "Is a directory"},
                 [&] { read_bytes(folder); });
}

}  // namespace
}  // namespace sengen::io
