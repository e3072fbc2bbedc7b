// SPDX-License-Identifier: Apache-2.0
#include <sengen/core/crc32c.hpp>

#include <algorithm>
#include <array>
#include <numeric>
#include <string_view>
#include <utility>

#include <gtest/gtest.h>

namespace sengen {
namespace {

template <typename Range>
std::uint32_t crc_of(const Range& values) {
  return crc32c(std::as_bytes(std::span(values)));
}

// RFC 3720, appendix B.4. It prints the four bytes in the order in which they travel.
TEST(Crc32c, IsThePublishedOne) {
  std::array<std::uint8_t, 32> values{};
  EXPECT_EQ(crc_of(values), 0x8a9136aaU);
  values.fill(0xff);
  EXPECT_EQ(crc_of(values), 0x62a8ab43U);
  std::iota(values.begin(), values.end(), std::uint8_t{0});
  EXPECT_EQ(crc_of(values), 0x46dd794eU);
  std::reverse(values.begin(), values.end());
  EXPECT_EQ(crc_of(values), 0x113fdb5cU);
  std::array<std::uint8_t, 48> read_command{};
  for (const auto& [at, value] : {std::pair(0, 0x01),
                                  {1, 0xc0},
                                  {16, 0x14},
                                  {22, 0x04},
                                  {27, 0x14},
                                  {31, 0x18},
                                  {32, 0x28},
                                  {40, 0x02}}) {
    read_command[static_cast<std::size_t>(at)] = static_cast<std::uint8_t>(value);
  }
  EXPECT_EQ(crc_of(read_command), 0xd9963a56U);
}

// The check value of "CRC-32/ISCSI" in the catalogue of Greg Cook.
TEST(Crc32c, HasItsCheckValue) { EXPECT_EQ(crc_of(std::string_view("123456789")), 0xe3069283U); }

TEST(Crc32c, OfNothingIsZero) { EXPECT_EQ(crc32c({}), 0U); }

}  // namespace
}  // namespace sengen
