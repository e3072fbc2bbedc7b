// SPDX-License-Identifier: Apache-2.0
// The values of the flags that every verb has, as numbers. kUsage naming flag, range and what was
// found.
#pragma once

#include <string>

namespace sengen::cli {

inline constexpr int kMostThreads = 4096;

// An integer from lowest to highest. T: int or std::uint64_t.
template <typename T>
T parse_integer(const std::string& flag, const std::string& text, T lowest, T highest);

// "90", "90s", "15m", "2h", "1:30" (minutes) or "1:30:00" in seconds, more than 0.
double parse_duration(const std::string& text);

}  // namespace sengen::cli
