// SPDX-License-Identifier: Apache-2.0
// Published figures of the wake of a cylinder in unbounded flow, to stand beside ours.
#pragma once

#include <optional>
#include <string>
#include <utility>

namespace sengen::flow_modes {

struct Reference {
  std::optional<std::pair<double, double>> range = {};
  std::string source = {};
};

struct Published {
  Reference drag = {};      // mean drag coefficient
  Reference lift = {};      // amplitude of the lift coefficient
  Reference strouhal = {};  // f D / U
};

// What is published for this Reynolds number; empty references where we know of nothing.
Published published_wake(double reynolds);

}  // namespace sengen::flow_modes
