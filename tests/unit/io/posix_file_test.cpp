// SPDX-License-Identifier: Apache-2.0
#include <sengen/io/posix_file.hpp>

#include <vector>

#include "io_test.hpp"

namespace sengen::io {
namespace {

using PosixFileTest = ScratchTest;

std::string read(const InputFile& file, std::uint64_t offset, std::size_t count) {
  std::string text(count, '?');
  file.read(offset, std::as_writable_bytes(std::span(text)));
  return text;
}

TEST_F(PosixFileTest, WritesOnePieceBehindTheOther) {
  const auto path = folder / "data";
  write_text(path, "something longer that was there");
  {
    OutputFile file(path);
    file.write("ab");
    file.write(std::string_view{});
    file.write("cde");
    file.sync();
  }
  EXPECT_EQ(text_of(path), "abcde");
  sync_path(path);
  sync_path(folder);
}

TEST_F(PosixFileTest, TakesNoNameThatIsTaken) {
  const auto path = folder / "data";
  OutputFile(path, OutputFile::Start::kNew).write("first");
  expect_refused(ErrorKind::kResource, {path.string(), "File exists"},
                 [&] { OutputFile(path, OutputFile::Start::kNew); });
  EXPECT_EQ(text_of(path), "first");
}

TEST_F(PosixFileTest, NamesWhatCannotBeWritten) {
  const auto path = folder / "absent" / "data";
  const std::string reason = path.string() + " cannot be written: No such file or directory";
  expect_refused(ErrorKind::kResource, {reason}, [&] { OutputFile{path}; });
  expect_refused(ErrorKind::kResource, {"shown cannot be written"},
                 [&] { OutputFile(path, OutputFile::Start::kEmpty, "shown"); });
  expect_refused(ErrorKind::kResource, {reason}, [&] { sync_path(path); });
  const std::string text(100, 'x');
  EXPECT_EQ(kind_on_full_disk(99, [&] { OutputFile(folder / "data").write(text); }), kResourceCode);
}

TEST_F(PosixFileTest, ReadsAnyPlace) {
  write_text(folder / "data", "0123456789");
  InputFile file(folder / "data");
  EXPECT_EQ(file.size(), 10U);
  EXPECT_EQ(read(file, 3, 4), "3456");
  InputFile moved = std::move(file);
  EXPECT_EQ(read(moved, 9, 1), "9");
  EXPECT_EQ(read(moved, 10, 0), "");
  write_text(folder / "other", "abc");
  moved = InputFile(folder / "other");
  EXPECT_EQ(read(moved, 0, 3), "abc");
  EXPECT_EQ(moved.size(), 3U);
  EXPECT_EQ(moved.path(), folder / "other");
}

TEST_F(PosixFileTest, NamesWhatCannotBeRead) {
  expect_refused(ErrorKind::kInput, {"absent cannot be read: No such file or directory"},
                 [&] { InputFile{folder / "absent"}; });
  expect_refused(ErrorKind::kInput, {folder.string() + " cannot be read: it is no file"},
                 [&] { InputFile{folder}; });
  write_text(folder / "data", "0123456789");
  const InputFile file(folder / "data");
  std::filesystem::resize_file(folder / "data", 7);
  expect_refused(ErrorKind::kInput, {"data cannot be read: it ends at byte 7, expected 9"},
                 [&] { read(file, 5, 4); });
}

}  // namespace
}  // namespace sengen::io
