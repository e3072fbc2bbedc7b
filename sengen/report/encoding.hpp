// SPDX-License-Identifier: Apache-2.0
// How numbers and text stand in a page: base64 (RFC 4648), escaped HTML, numbers for readers, and
// fields quantised between two values. Codes of a quantised field count from 0 (low) to
// kMissing - 1 (high); kMissing is a cell without a value.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sengen::report {

std::string base64(std::span<const std::byte> bytes);

// Little endian, as plotly.js and page.js read it.
template <typename T>
std::string base64_of(const std::vector<T>& values) {
  return base64(std::as_bytes(std::span(values)));
}

// & < > " ' as entities: for text and for attributes in quotes, and for labels of plotly.js.
std::string escape_html(std::string_view text);

// A number for readers, 4 significant digits: "1.364", "0.0002", "1.23 × 10⁸", "960"; "not a
// number".
std::string format_value(double value);

template <typename Code>
inline constexpr Code kMissing = std::numeric_limits<Code>::max();

// Code: std::uint8_t or std::uint16_t; low < high. Values outside are clamped, NaN and infinity are
// missing. The error is at most (high - low) / (2 (kMissing - 1)).
template <typename Code>
std::vector<Code> quantise(std::span<const float> values, double low, double high) {
  constexpr double kTop = kMissing<Code> - 1;
  std::vector<Code> codes(values.size());
  std::transform(values.begin(), values.end(), codes.begin(), [&](float value) {
    if (!std::isfinite(value)) return kMissing<Code>;
    const double level = std::round((value - low) / (high - low) * kTop);
    return static_cast<Code>(std::clamp(level, 0.0, kTop));
  });
  return codes;
}

}  // namespace sengen::report
