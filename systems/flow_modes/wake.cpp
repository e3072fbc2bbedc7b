// SPDX-License-Identifier: Apache-2.0
#include "wake.hpp"

#include <algorithm>
#include <cmath>

#include <sengen/linalg/oscillation.hpp>

namespace sengen::flow_modes {

namespace {

// Lift below this is the noise of a steady wake, not shedding.
constexpr double kLeastLift = 1e-3;

}  // namespace

Scales::Scales(const Config& config)
    : diameter(static_cast<double>(config.domain.cells_per_diameter)),
      velocity(config.flow.velocity),
      viscosity(velocity * diameter / config.flow.reynolds),
      tau(3 * viscosity + 0.5),
      step(velocity / diameter),
      force(2 / (velocity * velocity * diameter)),
      mach(velocity * std::sqrt(3.0)),
      blockage(1 / config.domain.height) {}

std::int64_t Scales::cells(double length) const { return std::llround(length * diameter); }

std::int64_t Scales::steps(double time) const { return std::llround(time / step); }

ForceSeries ForceSeries::after(double time) const {
  const auto first = std::min(drag.size(), static_cast<std::size_t>(std::llround(time / step)));
  const auto offset = static_cast<std::ptrdiff_t>(first);
  return {step, {drag.begin() + offset, drag.end()}, {lift.begin() + offset, lift.end()}};
}

std::optional<double> shedding_period(const ForceSeries& forces) {
  const double length = static_cast<double>(forces.lift.size()) * forces.step;
  const ForceSeries last = forces.after(length / 2);
  if (last.lift.size() < 4) return std::nullopt;
  const auto oscillation = linalg::find_oscillation(last.lift, last.step);
  if (!oscillation || oscillation->amplitude < kLeastLift) return std::nullopt;
  return oscillation->period;
}

WakeFigures evaluate(const ForceSeries& forces) {
  WakeFigures figures;
  if (forces.lift.size() < 4) return figures;
  const auto oscillation = linalg::find_oscillation(forces.lift, forces.step);
  if (oscillation && oscillation->amplitude >= kLeastLift) {
    figures.drag_mean =
        linalg::mean_between(forces.drag, forces.step, oscillation->begin, oscillation->end);
    figures.lift_amplitude = oscillation->amplitude;
    figures.strouhal = 1 / oscillation->period;
    figures.period_scatter = oscillation->period_scatter / oscillation->period;
    figures.periods = oscillation->periods;
  } else {
    const double end = forces.step * static_cast<double>(forces.drag.size() - 1);
    figures.drag_mean = linalg::mean_between(forces.drag, forces.step, 0, end);
    const auto [low, high] = std::minmax_element(forces.lift.begin(), forces.lift.end());
    figures.lift_amplitude = (*high - *low) / 2;
  }
  return figures;
}

}  // namespace sengen::flow_modes
