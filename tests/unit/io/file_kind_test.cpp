// SPDX-License-Identifier: Apache-2.0
#include <sengen/io/file_kind.hpp>

#include <string>
#include <utility>

#include "io_test.hpp"

namespace sengen::io {
namespace {

using FileKindTest = ScratchTest;

TEST_F(FileKindTest, IsWhatTheFirstBytesSay) {
  using namespace std::string_literals;
  const auto path = folder / "file.h5";  // whatever its name says
  for (const auto& [bytes, kind] : {std::pair(""s, FileKind::kEmpty),
                                    {"\x89HDF\r\n\x1a\n\0\0"s, FileKind::kHdf5},
                                    {"\x93NUMPY\x01\0"s, FileKind::kNpy},
                                    {"\x89PNG\r\n\x1a\n\0"s, FileKind::kPng},
                                    {"PK\x03\x04\0"s, FileKind::kZip},
                                    {"<?xml version=\"1.0\"?>"s, FileKind::kXml},
                                    {"\n <Xdmf Version=\"2.0\">"s, FileKind::kXml},
                                    {"<!DOCTYPE HTML>"s, FileKind::kHtml},
                                    {"a,b\n1,2\n"s, FileKind::kText},
                                    {"{}"s, FileKind::kText},
                                    {"P"s, FileKind::kText},
                                    {"P5\n2 2\n255\n"s, FileKind::kPnm},
                                    {"P2#c\n"s, FileKind::kPnm},
                                    {"P1 2"s, FileKind::kText},
                                    {"P52 "s, FileKind::kText},
                                    {"\x01\0\x02"s, FileKind::kUnknown}}) {
    write_text(path, bytes);
    EXPECT_EQ(file_kind(path), kind) << to_string(kind);
  }
}

TEST_F(FileKindTest, SaysWhyAFileCannotBeRead) {
  expect_refused(ErrorKind::kInput, {"absent", "No such file"},
                 [&] { file_kind(folder / "absent"); });
  expect_refused(ErrorKind::kInput, {"Is a directory"}, [&] { file_kind(folder); });
  const std::string mark = "\x89HDF\r\n\x1a\n";
  for (std::size_t length = 2; length < mark.size(); ++length) {
    write_text(folder / "cut", mark.substr(0, length));
    expect_refused(ErrorKind::kInput, {"cut off", std::to_string(length) + " bytes"},
                   [&] { file_kind(folder / "cut"); });
  }
}

}  // namespace
}  // namespace sengen::io
