// SPDX-License-Identifier: Apache-2.0
// CRC-32C: the cyclic redundancy check with Castagnoli's polynomial 0x1EDC6F41, bits reflected, as
// in RFC 3720 (iSCSI), appendix B.4. For the records of TensorBoard's files; what we hash ourselves
// is hashed by XXH3 (hash.hpp), which is faster and longer.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace sengen {

std::uint32_t crc32c(std::span<const std::byte> bytes) noexcept;

}  // namespace sengen
