// SPDX-License-Identifier: Apache-2.0
// ZIP archives as numpy.savez and zipfile write them (PKWARE's APPNOTE 6.3): members that are
// stored or deflated, zip64. The central directory decides what is there; the sizes that it claims
// are held against the bytes of the file before anything is allocated, and checksums are compared.
// Not read: encrypted members, other packings, archives of several files.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace sengen::io {

struct ZipMember {
  std::string name;
  std::uint64_t packed_bytes = 0;
  std::uint64_t bytes = 0;  // what it unpacks to
  std::uint32_t crc32 = 0;
  int method = 0;                   // 0: stored, 8: deflated
  std::uint64_t header_offset = 0;  // of its local header
};

// bytes: the whole archive; source: the name for messages. Members in the order of the directory,
// every one within the file and no larger than deflate can make it. kInput.
std::vector<ZipMember> parse_zip(std::span<const std::byte> bytes, const std::string& source);

// The unpacked bytes of one of them. kInput naming the member.
std::vector<std::byte> unpack_member(std::span<const std::byte> bytes, const ZipMember& member,
                                     const std::string& source);

}  // namespace sengen::io
