// SPDX-License-Identifier: Apache-2.0
#include "flag_values.hpp"

#include <charconv>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include <sengen/core/error.hpp>

namespace sengen::cli {

namespace {

template <typename T>
std::optional<T> whole(std::string_view text) {
  T value{};
  const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
  if (result.ec != std::errc{} || result.ptr != text.data() + text.size()) return std::nullopt;
  return value;
}

// A number and its unit, seconds without one.
std::optional<double> with_unit(std::string_view text) {
  double unit = 1;
  if (!text.empty() && std::string_view("smh").find(text.back()) != std::string_view::npos) {
    unit = text.back() == 'h' ? 3600 : text.back() == 'm' ? 60 : 1;
    text.remove_suffix(1);
  }
  const auto number = whole<double>(text);
  return number ? std::optional(*number * unit) : std::nullopt;
}

// "h:mm:ss" or "mm:ss": whole numbers, below 60 after the first colon.
std::optional<double> with_colons(std::string_view text) {
  double seconds = 0;
  int parts = 0;
  for (bool more = true; more; ++parts) {
    const auto colon = text.find(':');
    const auto number = whole<std::uint32_t>(text.substr(0, colon));
    if (!number || (parts > 0 && *number >= 60)) return std::nullopt;
    seconds = 60 * seconds + *number;
    more = colon != std::string_view::npos;
    if (more) text.remove_prefix(colon + 1);
  }
  return parts <= 3 ? std::optional(seconds) : std::nullopt;
}

}  // namespace

template <typename T>
T parse_integer(const std::string& flag, const std::string& text, T lowest, T highest) {
  const auto value = whole<T>(text);
  if (value && *value >= lowest && *value <= highest) return *value;
  throw Error(ErrorKind::kUsage, fmt::format("{}: expected an integer from {} to {}, found '{}'",
                                             flag, lowest, highest, text));
}
template int parse_integer(const std::string&, const std::string&, int, int);
template std::uint64_t parse_integer(const std::string&, const std::string&, std::uint64_t,
                                     std::uint64_t);

double parse_duration(const std::string& text) {
  const bool clock = text.find(':') != std::string::npos;
  const auto seconds = clock ? with_colons(text) : with_unit(text);
  if (seconds && *seconds > 0 && std::isfinite(*seconds)) return *seconds;
  throw Error(ErrorKind::kUsage, fmt::format("--max-time: '{}' is no duration above 0", text),
              "examples: 90 (seconds), 15m, 2h, 1:30:00 (hours, minutes and seconds below 60)");
}

}  // namespace sengen::cli
