// SPDX-License-Identifier: Apache-2.0
// What may work but should be known before a run.
#include <cmath>

#include <fmt/format.h>

#include <sengen/solvers/lattice_boltzmann/geometry.hpp>

namespace sengen::lattice_boltzmann {

namespace {

// Transverse sound between slip walls, f = c_s / (2 H), is excited by shedding near St = 0.17.
void warn_of_resonance(const FlowSetup& setup, const SolidExtent& body,
                       std::vector<std::string>& result) {
  const bool walls =
      setup.bottom.kind == SideKind::kFreeSlip && setup.top.kind == SideKind::kFreeSlip;
  const double mach = mach_number(setup);
  if (!walls || mach <= 0) return;
  const double resonance = 1 / (2 * 0.17 * mach);
  const double height = static_cast<double>(setup.ny) / body.height;
  if (std::abs(height / resonance - 1) < 0.2) {
    result.push_back(
        fmt::format("height {:.3g} D between slip sides is near the sideways sound resonance at "
                    "{:.3g} D: use free-stream sides or a sponge",
                    height, resonance));
  }
}

void warn_of_sponge(const FlowSetup& setup, const SolidExtent& body,
                    std::vector<std::string>& result) {
  const auto nx = static_cast<double>(setup.nx);
  const auto ny = static_cast<double>(setup.ny);
  const Sponge& sponge = setup.sponge;
  if (sponge.left > static_cast<double>(body.left) ||
      nx - sponge.right < static_cast<double>(body.right) ||
      sponge.bottom > static_cast<double>(body.bottom) ||
      ny - sponge.top < static_cast<double>(body.top)) {
    result.emplace_back(
        "a sponge reaches the body: the viscosity there is above that of the flow, and the "
        "Reynolds number below it");
  }
}

}  // namespace

std::vector<std::string> warnings(const FlowSetup& setup) {
  std::vector<std::string> result;
  const double tau = relaxation_time(setup);
  if (tau < 0.51) {
    result.push_back(fmt::format("relaxation time {:.5g} is below 0.51: the run may diverge", tau));
  }
  const double mach = mach_number(setup);
  if (mach > 0.2) {
    result.push_back(
        fmt::format("Mach number {:.3g} is above 0.2: forces carry errors of percents", mach));
  }
  if (const auto body = solid_extent(setup)) {
    warn_of_resonance(setup, *body, result);
    warn_of_sponge(setup, *body, result);
  }
  return result;
}

}  // namespace sengen::lattice_boltzmann
