// SPDX-License-Identifier: Apache-2.0
#include "wake.hpp"

#include <algorithm>
#include <cmath>

#include <sengen/linalg/oscillation.hpp>
#include <sengen/linalg/series.hpp>

namespace sengen::flow_modes {

namespace {

// Lift below this is the noise of a steady wake, not shedding.
constexpr double kLeastLift = 1e-3;
// Of a period behind a rising crossing: far enough for it to count, not as far as the next.
constexpr double kConfirmingPart = 0.25;

std::optional<linalg::Oscillation> shedding(const ForceSeries& forces) {
  if (forces.lift.size() < 4) return std::nullopt;
  const auto oscillation = linalg::find_oscillation(forces.lift, forces.step);
  if (!oscillation || oscillation->amplitude < kLeastLift) return std::nullopt;
  return oscillation;
}

}  // namespace

Scales::Scales(const Config& config)
    : diameter(static_cast<double>(config.domain.cells_per_diameter)),
      velocity(config.flow.velocity),
      viscosity(velocity * diameter / config.flow.reynolds),
      tau(3 * viscosity + 0.5),
      step(velocity / diameter),
      force(2 / (velocity * velocity * diameter)),
      mach(velocity * std::sqrt(3.0)) {}

std::int64_t Scales::cells(double length) const { return std::llround(length * diameter); }

std::int64_t Scales::steps(double time) const { return std::llround(time / step); }

std::ptrdiff_t ForceSeries::place(double time) const {
  return std::min<std::ptrdiff_t>(std::ssize(drag), std::llround(time / step));
}

ForceSeries ForceSeries::after(double time) const {
  const std::ptrdiff_t first = place(time);
  return {step, {drag.begin() + first, drag.end()}, {lift.begin() + first, lift.end()}};
}

ForceSeries ForceSeries::before(double time) const {
  const std::ptrdiff_t end = place(time);
  return {step, {drag.begin(), drag.begin() + end}, {lift.begin(), lift.begin() + end}};
}

std::optional<double> shedding_period(const ForceSeries& forces) {
  const double length = static_cast<double>(forces.lift.size()) * forces.step;
  const auto oscillation = shedding(forces.after(length / 2));
  if (!oscillation) return std::nullopt;
  return oscillation->period;
}

WakeFigures evaluate(const ForceSeries& forces, std::int64_t most) {
  WakeFigures figures;
  if (forces.lift.empty()) return figures;
  const auto oscillation = shedding(forces);
  if (oscillation && most > 0 && oscillation->periods > most) {
    const double end =
        oscillation->begin + (static_cast<double>(most) + kConfirmingPart) * oscillation->period;
    return evaluate(forces.before(end));
  }
  if (oscillation) {
    figures.drag_mean =
        linalg::mean_between(forces.drag, forces.step, oscillation->begin, oscillation->end);
    figures.lift_amplitude = oscillation->amplitude;
    figures.strouhal = 1 / oscillation->period;
    figures.period_scatter = oscillation->period_scatter / oscillation->period;
    figures.periods = oscillation->periods;
  } else {
    figures.drag_mean = linalg::mean_of(forces.drag);
    const auto [low, high] = std::minmax_element(forces.lift.begin(), forces.lift.end());
    figures.lift_amplitude = (*high - *low) / 2;
  }
  return figures;
}

}  // namespace sengen::flow_modes
