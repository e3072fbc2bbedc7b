// SPDX-License-Identifier: Apache-2.0
// What a file is by what it begins with, which says more than its name: for messages about a file
// of the wrong kind, and for those who take any.
#pragma once

#include <filesystem>

namespace sengen::io {

enum class FileKind {
  kEmpty,
  kHdf5,
  kNpy,
  kPng,
  kPnm,
  kZip,
  kSafetensors,
  kXml,
  kHtml,
  kText,
  kUnknown
};

// kText: no zero byte in its beginning. kInput naming the reason when it cannot be read, or when it
// ends within the bytes that mark its kind.
FileKind file_kind(const std::filesystem::path& path);

// "an NPY array", "an empty file", ...
const char* to_string(FileKind kind) noexcept;

}  // namespace sengen::io
