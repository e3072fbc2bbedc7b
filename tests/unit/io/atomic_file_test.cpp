// SPDX-License-Identifier: Apache-2.0
#include <sengen/io/atomic_file.hpp>

#include <cerrno>

#include <sengen/parallel/communicator.hpp>

#include "io_test.hpp"

namespace sengen::io {
namespace {

using AtomicFileTest = ScratchTest;

TEST_F(AtomicFileTest, AppearsOnlyWhenCommitted) {
  const auto path = folder / "data";
  AtomicFile file(path);
  write_text(file.temporary(), "new");
  EXPECT_FALSE(std::filesystem::exists(path));
  file.commit();
  EXPECT_EQ(text_of(path), "new");
  EXPECT_EQ(entries_of(folder), 1);
}

TEST_F(AtomicFileTest, LeavesTheOldFileWhenItIsGivenUp) {
  const auto path = folder / "data";
  write_text(path, "old");
  {
    AtomicFile file(path);
    write_text(file.temporary(), "half");
  }
  EXPECT_EQ(text_of(path), "old");
  EXPECT_EQ(entries_of(folder), 1);
}

TEST_F(AtomicFileTest, NeedsNoFolderInItsName) {
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(folder);
  write_text_atomic("bare", "text");
  std::filesystem::current_path(before);
  EXPECT_EQ(text_of(folder / "bare"), "text");
}

TEST_F(AtomicFileTest, GivesEveryWriterANameOfItsOwn) {
  const AtomicFile first(folder / "data");
  const AtomicFile second(folder / "data");
  EXPECT_NE(first.temporary(), second.temporary());
  EXPECT_EQ(first.temporary().parent_path(), folder);  // a rename must stay on one disk
}

TEST_F(AtomicFileTest, NamesWhatCannotBeWritten) {
  expect_refused(ErrorKind::kResource, {(folder / "absent").string(), "No such file or directory"},
                 [&] { write_text_atomic(folder / "absent" / "data", "text"); });
  std::filesystem::create_directories(folder / "data" / "inside");
  expect_refused(ErrorKind::kResource, {(folder / "data").string() + " cannot be written"},
                 [&] { write_text_atomic(folder / "data", "text"); });
  EXPECT_EQ(entries_of(folder), 1);
  AtomicFile unwritten(folder / "unwritten");
  expect_refused(ErrorKind::kResource, {"unwritten", "No such file"}, [&] { unwritten.commit(); });
}

TEST_F(AtomicFileTest, SurvivesAFullDisk) {
  const auto path = folder / "data";
  write_text(path, "old");
  const std::string text(100, 'x');
  EXPECT_EQ(kind_on_full_disk(99, [&] { write_text_atomic(path, text); }), kResourceCode);
  EXPECT_EQ(text_of(path), "old");
  EXPECT_EQ(entries_of(folder), 1);
  EXPECT_EQ(kind_on_full_disk(100, [&] { write_text_atomic(path, text); }), 0);
  EXPECT_EQ(text_of(path), text);
}

TEST_F(AtomicFileTest, TellsAFullDiskHowToGoOn) {
  for (const auto& [reason, hint] : {std::pair(ENOSPC, true), {EDQUOT, true}, {EACCES, false}}) {
    try {
      fail_writing("file", reason);
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kResource);
      EXPECT_EQ(!error.hint().empty(), hint) << error.message();
    }
  }
}

TEST_F(AtomicFileTest, RemovesWhatKilledWritersOfThisHostLeft) {
  std::filesystem::create_directories(folder / "deep" / "er");
  const std::string here = parallel::host_name();
  const std::string left = "data.h5." + here + ".123.0.tmp";
  for (const auto& path : {folder / left, folder / "deep" / "er" / left}) write_text(path, "half");
  const auto foreign = folder / "data.h5.elsewhere.123.0.tmp";
  const auto own = folder / "notes.tmp";
  const auto final = folder / ("data." + here + ".h5");
  for (const auto& path : {foreign, own, final}) write_text(path, "kept");
  remove_temporaries(folder);
  EXPECT_FALSE(std::filesystem::exists(folder / left));
  EXPECT_FALSE(std::filesystem::exists(folder / "deep" / "er" / left));
  for (const auto& path : {foreign, own, final}) EXPECT_EQ(text_of(path), "kept") << path;
  remove_temporaries(folder / "absent");  // a run that has just begun has nothing to tidy
}

}  // namespace
}  // namespace sengen::io
