// SPDX-License-Identifier: Apache-2.0
// DType: the element types of safetensors, under the names of that format. What each of them means
// in memory is the business of who reads: here they have a name and a size.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <type_traits>

namespace sengen::io {

enum class DType {
  kBool,
  kF4,  // F4 and F6: of the OCP's microscaling formats, packed, several elements in a byte
  kF6E2M3,
  kF6E3M2,
  kU8,
  kI8,
  kF8E5M2,
  kF8E4M3,
  kF8E8M0,
  kF8E4M3Fnuz,
  kF8E5M2Fnuz,
  kI16,
  kU16,
  kF16,
  kBf16,
  kI32,
  kU32,
  kF32,
  kC64,  // complex, two F32
  kF64,
  kI64,
  kU64,
};

// "F32", "F8_E4M3", ...
const char* to_string(DType type) noexcept;
// Nothing for a name that the format does not have.
std::optional<DType> dtype_named(std::string_view name) noexcept;
// Of one element.
int bits_of(DType type) noexcept;

// The type of a number of C++: float, double, std::int64_t, std::uint8_t.
template <typename T>
constexpr DType dtype_of() noexcept {
  if constexpr (std::is_same_v<T, float>) return DType::kF32;
  if constexpr (std::is_same_v<T, double>) return DType::kF64;
  if constexpr (std::is_same_v<T, std::int64_t>) return DType::kI64;
  if constexpr (std::is_same_v<T, std::uint8_t>) return DType::kU8;
}

}  // namespace sengen::io
