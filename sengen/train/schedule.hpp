// SPDX-License-Identifier: Apache-2.0
// Learning rate against update u = 0, 1, ...: a straight rise over `warmup` updates, rate (u + 1) /
// warmup, then constant, or a cosine from `rate` down to `final_rate` at `updates`.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace sengen::train {

enum class ScheduleKind { kConstant, kCosine };

struct Schedule {
  ScheduleKind kind = ScheduleKind::kConstant;
  double rate = 1e-3;
  double final_rate = 0;
  std::int64_t warmup = 0;
  std::int64_t updates = 1;

  double at(std::int64_t update) const;
};

// "constant", "cosine": what options may say; kUsage for other words.
const std::vector<std::string>& schedule_names();
ScheduleKind schedule_named(const std::string& name);

}  // namespace sengen::train
