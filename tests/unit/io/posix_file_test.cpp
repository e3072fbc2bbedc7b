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
  expect_refused(ErrorKind::kInput, {folder.string() + " cannot be read: Is a directory"},
                 [&] { InputFile{folder}; });
  expect_refused(ErrorKind::kInput, {"/dev/null cannot be read: it is no file"},
                 [&] { InputFile{"/dev/null"}; });
  write_text(folder / "data", "0123456789");
  const InputFile file(folder / "data");
  std::filesystem::resize_file(folder / "data", 7);
  expect_refused(ErrorKind::kInput, {"data cannot be read: it ends at byte 7, expected 9"},
                 [&] { read(file, 5, 4); });
}

// Otherwise a checkpoint would be given up because of a limit of the process.
TEST_F(PosixFileTest, TellsALimitOfTheProcessFromABadFile) {
  write_text(folder / "data", "0123456789");
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  const rlimit none = {0, limit.rlim_max};
  setrlimit(RLIMIT_NOFILE, &none);
  expect_refused(ErrorKind::kResource, {"data cannot be read: Too many open files"},
                 [&] { InputFile{folder / "data"}; });
  setrlimit(RLIMIT_NOFILE, &limit);
}

TEST_F(PosixFileTest, HashesAnyPart) {
  std::string text((1 << 20) + 100, 'a');
  for (std::size_t i = 0; i < text.size(); ++i) text[i] = static_cast<char>(i / 3);
  write_text(folder / "data", text);
  const InputFile file(folder / "data");
  for (const auto& [begin, end] :
       {std::pair(0U, 0U), {0U, 5U}, {7U, (1U << 20) + 7}, {3U, (1U << 20) + 100}}) {
    Hasher hasher;
    hash_part(file, begin, end, hasher);
    EXPECT_EQ(hasher.digits(), hash_text(text.substr(begin, end - begin)));
  }
}

}  // namespace
}  // namespace sengen::io
