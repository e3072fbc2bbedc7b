// SPDX-License-Identifier: Apache-2.0
#include <sengen/train/schedule.hpp>

#include <algorithm>
#include <cmath>
#include <numbers>

#include <fmt/format.h>

#include <sengen/core/error.hpp>
#include <sengen/core/options.hpp>

namespace sengen::train {

double Schedule::at(std::int64_t update) const {
  if (update < warmup) {
    return rate * static_cast<double>(update + 1) / static_cast<double>(warmup);
  }
  if (kind == ScheduleKind::kConstant) return rate;
  const double span = static_cast<double>(std::max<std::int64_t>(1, updates - warmup));
  const double part = std::min(1.0, static_cast<double>(update - warmup) / span);
  return final_rate + (rate - final_rate) * (1 + std::cos(std::numbers::pi * part)) / 2;
}

const std::vector<std::string>& schedule_names() {
  static const std::vector<std::string> names = {"constant", "cosine"};
  return names;
}

ScheduleKind schedule_named(const std::string& name) {
  const std::vector<std::string>& names = schedule_names();
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) {
    throw Error(ErrorKind::kUsage, fmt::format("unknown schedule '{}'", name),
                suggestion(name, names));
  }
  return static_cast<ScheduleKind>(found - names.begin());
}

}  // namespace sengen::train
