// SPDX-License-Identifier: Apache-2.0
#include <sengen/io/dtype.hpp>

#include <algorithm>
#include <array>

namespace sengen::io {

namespace {

struct Row {
  DType type;
  const char* name;
  int bits;
};

// In the order of the enumeration.
constexpr std::array<Row, 22> kTable = {{{DType::kBool, "BOOL", 8},
                                         {DType::kF4, "F4", 4},
                                         {DType::kF6E2M3, "F6_E2M3", 6},
                                         {DType::kF6E3M2, "F6_E3M2", 6},
                                         {DType::kU8, "U8", 8},
                                         {DType::kI8, "I8", 8},
                                         {DType::kF8E5M2, "F8_E5M2", 8},
                                         {DType::kF8E4M3, "F8_E4M3", 8},
                                         {DType::kF8E8M0, "F8_E8M0", 8},
                                         {DType::kF8E4M3Fnuz, "F8_E4M3FNUZ", 8},
                                         {DType::kF8E5M2Fnuz, "F8_E5M2FNUZ", 8},
                                         {DType::kI16, "I16", 16},
                                         {DType::kU16, "U16", 16},
                                         {DType::kF16, "F16", 16},
                                         {DType::kBf16, "BF16", 16},
                                         {DType::kI32, "I32", 32},
                                         {DType::kU32, "U32", 32},
                                         {DType::kF32, "F32", 32},
                                         {DType::kC64, "C64", 64},
                                         {DType::kF64, "F64", 64},
                                         {DType::kI64, "I64", 64},
                                         {DType::kU64, "U64", 64}}};

constexpr bool is_in_order() {
  for (std::size_t i = 0; i < kTable.size(); ++i) {
    if (static_cast<std::size_t>(kTable[i].type) != i) return false;
  }
  return true;
}
static_assert(is_in_order());

const Row& row_of(DType type) noexcept { return kTable[static_cast<std::size_t>(type)]; }

}  // namespace

const char* to_string(DType type) noexcept { return row_of(type).name; }

std::optional<DType> dtype_named(std::string_view name) noexcept {
  const auto found =
      std::find_if(kTable.begin(), kTable.end(), [&](const Row& row) { return row.name == name; });
  if (found == kTable.end()) return std::nullopt;
  return found->type;
}

int bits_of(DType type) noexcept { return row_of(type).bits; }

}  // namespace sengen::io
