// SPDX-License-Identifier: Apache-2.0
#include <sengen/io/zip.hpp>

#include <algorithm>
#include <limits>
#include <string_view>

#include <fmt/format.h>
#define ZLIB_CONST
#include <zlib.h>

#include <sengen/core/error.hpp>

namespace sengen::io {

namespace {

constexpr std::uint32_t kLocalHeader = 0x04034b50;
constexpr std::uint32_t kDirectoryEntry = 0x02014b50;
constexpr std::uint32_t kDirectoryEnd = 0x06054b50;
constexpr std::uint32_t kDirectoryEnd64 = 0x06064b50;
constexpr std::uint32_t kEnd64Locator = 0x07064b50;
constexpr std::uint64_t kEndBytes = 22;
constexpr std::uint64_t kLocatorBytes = 20;
constexpr std::uint64_t kEntryBytes = 46;
constexpr std::uint64_t kLocalBytes = 30;
constexpr std::uint64_t kLargestComment = 65535;
constexpr std::uint64_t kMostMembers = 1 << 16;
// Deflate packs at most 1032 bytes into one.
constexpr std::uint64_t kLargestRatio = 1032;
constexpr std::uint64_t kIn64 = 0xffffffff;  // this field stands in the zip64 extra field

[[noreturn]] void refuse(const std::string& source, const std::string& what,
                         const std::string& hint = {}) {
  throw Error(ErrorKind::kInput, fmt::format("{}: {}", source, what), hint);
}

std::string shown(std::string_view name) { return fmt::format("{:?}", name.substr(0, 60)); }

// The bytes of an archive, read where somebody says, with every place checked.
class Bytes {
 public:
  Bytes(std::span<const std::byte> bytes, const std::string& source)
      : bytes_(bytes), source_(source) {}

  std::uint64_t size() const { return bytes_.size(); }
  // Little-endian.
  std::uint64_t number(std::uint64_t at, std::uint64_t count) const {
    const auto part = piece(at, count);
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < part.size(); ++i) {
      value |= static_cast<std::uint64_t>(part[i]) << (8 * i);
    }
    return value;
  }
  std::span<const std::byte> piece(std::uint64_t at, std::uint64_t count) const {
    if (at > size() || count > size() - at) {
      refuse(source_,
             fmt::format("the ZIP archive is damaged: {} bytes from byte {} on leave its "
                         "{} bytes",
                         count, at, size()),
             "the file is truncated: copy it again");
    }
    return bytes_.subspan(at, count);
  }
  std::string text(std::uint64_t at, std::uint64_t count) const {
    const auto part = piece(at, count);
    return {reinterpret_cast<const char*>(part.data()), part.size()};
  }

 private:
  std::span<const std::byte> bytes_;
  const std::string& source_;
};

// Where the central directory's end record begins.
std::uint64_t end_of_directory(const Bytes& file, const std::string& source) {
  if (file.size() < kEndBytes) refuse(source, "no ZIP archive: too short");
  const std::uint64_t last = file.size() - kEndBytes;
  const std::uint64_t first = last - std::min(last, kLargestComment);
  for (std::uint64_t at = last;; --at) {
    if (file.number(at, 4) == kDirectoryEnd &&
        at + kEndBytes + file.number(at + 20, 2) == file.size()) {
      return at;
    }
    if (at == first) break;
  }
  refuse(source, "no ZIP archive, or its end is missing", "the file is truncated: copy it again");
}

struct Directory {
  std::uint64_t entries = 0;
  std::uint64_t bytes = 0;
  std::uint64_t offset = 0;
};

Directory find_directory(const Bytes& file, const std::string& source) {
  const std::uint64_t end = end_of_directory(file, source);
  if (file.number(end + 4, 2) != 0 && file.number(end + 4, 2) != 0xffff) {
    refuse(source, "an archive of several files is not read");
  }
  Directory found{file.number(end + 10, 2), file.number(end + 12, 4), file.number(end + 16, 4)};
  if (end >= kLocatorBytes && file.number(end - kLocatorBytes, 4) == kEnd64Locator) {
    const std::uint64_t end64 = file.number(end - kLocatorBytes + 8, 8);
    if (file.number(end64, 4) != kDirectoryEnd64) {
      refuse(source, "the ZIP archive is damaged: no zip64 record where one is named");
    }
    found = {file.number(end64 + 32, 8), file.number(end64 + 40, 8), file.number(end64 + 48, 8)};
  }
  if (found.entries > kMostMembers) {
    refuse(source, fmt::format("{} members are too many", found.entries));
  }
  return found;
}

// Fields of 32 bits that are full have their value in the extra field of kind 1, in this order.
void read_extra64(const Bytes& file, std::uint64_t at, std::uint64_t end, ZipMember& member,
                  const std::string& source) {
  while (end - at >= 4) {
    const std::uint64_t kind = file.number(at, 2);
    const std::uint64_t length = file.number(at + 2, 2);
    at += 4;
    if (length > end - at) break;
    if (kind == 1) {
      std::uint64_t field = at;
      for (std::uint64_t* value : {&member.bytes, &member.packed_bytes, &member.header_offset}) {
        if (*value != kIn64) continue;
        if (field + 8 > at + length) {
          refuse(source, fmt::format("member {}: its zip64 sizes are missing", shown(member.name)));
        }
        *value = file.number(field, 8);
        field += 8;
      }
      return;
    }
    at += length;
  }
}

void check_member(const Bytes& file, const ZipMember& member, std::uint64_t flags,
                  const std::string& source) {
  const auto refuse_member = [&](const std::string& what) {
    refuse(source, fmt::format("member {}: {}", shown(member.name), what));
  };
  if ((flags & 1) != 0) refuse_member("is encrypted");
  if (member.method != 0 && member.method != 8) {
    refuse_member(
        fmt::format("is packed by method {}, expected stored (0) or deflated (8)", member.method));
  }
  if (member.header_offset > file.size() ||
      member.packed_bytes > file.size() - member.header_offset) {
    refuse_member(fmt::format("{} bytes from byte {} on leave the file of {}", member.packed_bytes,
                              member.header_offset, file.size()));
  }
  const bool stored = member.method == 0;
  if (stored ? member.bytes != member.packed_bytes
             : member.bytes / kLargestRatio > member.packed_bytes) {
    refuse_member(fmt::format("claims {} bytes out of {}", member.bytes, member.packed_bytes));
  }
}

}  // namespace

std::vector<ZipMember> parse_zip(std::span<const std::byte> bytes, const std::string& source) {
  const Bytes file(bytes, source);
  const Directory directory = find_directory(file, source);
  file.piece(directory.offset, directory.bytes);
  std::vector<ZipMember> members;
  std::uint64_t at = directory.offset;
  for (std::uint64_t i = 0; i < directory.entries; ++i) {
    if (file.number(at, 4) != kDirectoryEntry) {
      refuse(source, fmt::format("the ZIP archive is damaged: no entry {} at byte {}", i, at));
    }
    ZipMember member;
    const std::uint64_t flags = file.number(at + 8, 2);
    member.method = static_cast<int>(file.number(at + 10, 2));
    member.crc32 = static_cast<std::uint32_t>(file.number(at + 16, 4));
    member.packed_bytes = file.number(at + 20, 4);
    member.bytes = file.number(at + 24, 4);
    const std::uint64_t name_bytes = file.number(at + 28, 2);
    const std::uint64_t extra_bytes = file.number(at + 30, 2);
    const std::uint64_t comment_bytes = file.number(at + 32, 2);
    member.header_offset = file.number(at + 42, 4);
    member.name = file.text(at + kEntryBytes, name_bytes);
    const std::uint64_t extra = at + kEntryBytes + name_bytes;
    file.piece(extra, extra_bytes);
    read_extra64(file, extra, extra + extra_bytes, member, source);
    check_member(file, member, flags, source);
    members.push_back(std::move(member));
    at = extra + extra_bytes + comment_bytes;
  }
  return members;
}

namespace {

// Raw deflate; nothing when the stream is damaged or has another length.
bool inflate_all(std::span<const std::byte> packed, std::span<std::byte> target) {
  z_stream stream{};
  if (inflateInit2(&stream, -MAX_WBITS) != Z_OK) return false;
  constexpr std::size_t kMost = std::numeric_limits<uInt>::max() / 2;
  std::size_t read = 0;
  std::size_t written = 0;
  std::byte spare{};  // a member that is longer than it claims shows here; also for none at all
  int status = Z_OK;
  while (status == Z_OK) {
    const std::size_t in = std::min(kMost, packed.size() - read);
    const bool full = written == target.size();
    const std::size_t out = full ? 1 : std::min(kMost, target.size() - written);
    stream.next_in = reinterpret_cast<const Bytef*>(packed.data() + read);
    stream.avail_in = static_cast<uInt>(in);
    stream.next_out = reinterpret_cast<Bytef*>(full ? &spare : target.data() + written);
    stream.avail_out = static_cast<uInt>(out);
    status = inflate(&stream, Z_NO_FLUSH);
    read += in - stream.avail_in;
    if (full && stream.avail_out == 0) status = Z_DATA_ERROR;
    if (!full) written += out - stream.avail_out;
  }
  inflateEnd(&stream);
  return status == Z_STREAM_END && written == target.size() && read == packed.size();
}

std::uint32_t checksum(std::span<const std::byte> bytes) {
  return static_cast<std::uint32_t>(
      crc32_z(0, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}

}  // namespace

std::vector<std::byte> unpack_member(std::span<const std::byte> bytes, const ZipMember& member,
                                     const std::string& source) {
  const Bytes file(bytes, source);
  const std::uint64_t at = member.header_offset;
  if (file.number(at, 4) != kLocalHeader) {
    refuse(source, fmt::format("member {}: no header at byte {}", shown(member.name), at));
  }
  const std::uint64_t data = at + kLocalBytes + file.number(at + 26, 2) + file.number(at + 28, 2);
  const auto packed = file.piece(data, member.packed_bytes);
  std::vector<std::byte> unpacked;
  if (member.method == 0) {
    unpacked.assign(packed.begin(), packed.end());
  } else {
    unpacked.resize(member.bytes);
    if (!inflate_all(packed, unpacked)) {
      refuse(source, fmt::format("member {}: cannot be unpacked to its {} bytes",
                                 shown(member.name), member.bytes));
    }
  }
  if (checksum(unpacked) != member.crc32) {
    refuse(source, fmt::format("member {}: wrong checksum", shown(member.name)),
           "the file is damaged: copy it again");
  }
  return unpacked;
}

}  // namespace sengen::io
