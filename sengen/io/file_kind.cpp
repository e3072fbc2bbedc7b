// SPDX-License-Identifier: Apache-2.0
#include <sengen/io/file_kind.hpp>

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <string>
#include <string_view>
#include <system_error>

#include <fmt/format.h>

#include <sengen/core/error.hpp>

namespace sengen::io {

namespace {

using namespace std::string_view_literals;

struct Mark {
  FileKind kind;
  std::string_view bytes;
};
constexpr std::array kMarks = {
    Mark{FileKind::kHdf5, "\x89HDF\r\n\x1a\n"sv}, Mark{FileKind::kNpy, "\x93NUMPY"sv},
    Mark{FileKind::kPng, "\x89PNG\r\n\x1a\n"sv}, Mark{FileKind::kZip, "PK\x03\x04"sv}};

constexpr std::size_t kBeginning = 512;

std::string beginning_of(const std::filesystem::path& path) {
  std::error_code ignored;
  const bool is_folder = std::filesystem::is_directory(path, ignored);
  std::ifstream file(path, std::ios::binary);
  if (!file || is_folder) {
    throw Error(ErrorKind::kInput, fmt::format("{} cannot be read: {}", path.string(),
                                               std::strerror(is_folder ? EISDIR : errno)));
  }
  std::string bytes(kBeginning, '\0');
  file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  bytes.resize(static_cast<std::size_t>(file.gcount()));
  return bytes;
}

// The length of a header below 2^32, and the header's first character.
bool is_safetensors(std::string_view bytes) {
  return bytes.size() >= 9 && bytes.substr(4, 5) == "\0\0\0\0{"sv;
}

// PGM and PPM; a blank or a comment follows the two letters.
bool is_pnm(std::string_view bytes) {
  return bytes.size() >= 3 && bytes[0] == 'P' &&
         "2356"sv.find(bytes[1]) != std::string_view::npos &&
         (bytes[2] == '#' || std::isspace(static_cast<unsigned char>(bytes[2])) != 0);
}

// Of text without blanks before it, in small letters.
bool begins_with(std::string_view text, std::string_view word) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.front())) != 0) {
    text.remove_prefix(1);
  }
  return text.size() >= word.size() &&
         std::equal(word.begin(), word.end(), text.begin(), [](char small, char c) {
           return small == std::tolower(static_cast<unsigned char>(c));
         });
}

}  // namespace

FileKind file_kind(const std::filesystem::path& path) {
  const std::string bytes = beginning_of(path);
  if (bytes.empty()) return FileKind::kEmpty;
  for (const Mark& mark : kMarks) {
    if (bytes.starts_with(mark.bytes)) return mark.kind;
    // From the second byte on it can hardly be anything else.
    if (bytes.size() > 1 && mark.bytes.starts_with(bytes)) {
      throw Error(ErrorKind::kInput,
                  fmt::format("{} is cut off: {} bytes of what began as {}", path.string(),
                              bytes.size(), to_string(mark.kind)));
    }
  }
  if (is_pnm(bytes)) return FileKind::kPnm;
  if (is_safetensors(bytes)) return FileKind::kSafetensors;
  if (bytes.find('\0') != std::string::npos) return FileKind::kUnknown;
  if (begins_with(bytes, "<!doctype html") || begins_with(bytes, "<html")) return FileKind::kHtml;
  if (begins_with(bytes, "<?xml") || begins_with(bytes, "<xdmf")) return FileKind::kXml;
  return FileKind::kText;
}

const char* to_string(FileKind kind) noexcept {
  switch (kind) {
    case FileKind::kEmpty: return "an empty file";
    case FileKind::kHdf5: return "an HDF5 file";
    case FileKind::kNpy: return "an NPY array";
    case FileKind::kPng: return "a PNG picture";
    case FileKind::kPnm: return "a PGM or PPM picture";
    case FileKind::kZip: return "a ZIP archive (NPZ?)";
    case FileKind::kSafetensors: return "a safetensors file";
    case FileKind::kXml: return "an XML file";
    case FileKind::kHtml: return "an HTML page";
    case FileKind::kText: return "a text";
    case FileKind::kUnknown: return "a file of an unknown kind";
  }
  return "a file";
}

}  // namespace sengen::io
