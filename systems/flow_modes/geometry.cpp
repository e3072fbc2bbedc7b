// SPDX-License-Identifier: Apache-2.0
#include "geometry.hpp"

#include <cmath>

#include <fmt/format.h>

#include <sengen/core/error.hpp>
#include <sengen/solvers/lattice_boltzmann/geometry.hpp>

#include "body_mask.hpp"
#include "wake.hpp"

namespace sengen::flow_modes {

namespace lbm = lattice_boltzmann;

namespace {

std::int64_t domain_width(const Config& config) {
  return Scales(config).cells(config.domain.length);
}
std::int64_t domain_height(const Config& config) {
  return Scales(config).cells(config.domain.height);
}

// Probes are given in D from the body's centre.
std::vector<lbm::Probe> probes(const Config& config, const lbm::Setup& setup) {
  const auto& x = config.snapshots.probe_x;
  const auto& y = config.snapshots.probe_y;
  if (x.size() != y.size()) {
    throw Error(
        ErrorKind::kUsage,
        fmt::format("snapshots.probe_x names {} probes, snapshots.probe_y {}", x.size(), y.size()));
  }
  const BodyCentre centre = body_centre(config);
  const double diameter = Scales(config).diameter;
  std::vector<lbm::Probe> cells;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const lbm::Probe probe{std::llround(centre.x + x[i] * diameter),
                           std::llround(centre.y + y[i] * diameter)};
    const bool outside = probe.x < 0 || probe.x >= setup.nx || probe.y < 0 || probe.y >= setup.ny;
    if (outside || lbm::is_solid(setup, probe.x, probe.y)) {
      throw Error(ErrorKind::kUsage,
                  fmt::format("probe {} at ({}, {}) D lies {}", i + 1, x[i], y[i],
                              outside ? "outside the domain" : "inside the body"),
                  "probes count from the body's centre");
    }
    cells.push_back(probe);
  }
  return cells;
}

void check_body(const Config& config) {
  const DomainConfig& domain = config.domain;
  if (domain.body_x < 0.6 || domain.body_x + 0.6 > domain.length) {
    throw Error(ErrorKind::kUsage,
                fmt::format("the body at domain.body_x = {} D does not fit into the domain of "
                            "domain.length = {} D",
                            domain.body_x, domain.length));
  }
}

lbm::Sponge sponge_of(const Config& config) {
  lbm::Sponge sponge;
  const double diameter = Scales(config).diameter;
  sponge.left = config.domain.inlet_sponge * diameter;
  sponge.right = config.domain.outlet_sponge * diameter;
  return sponge;
}

lbm::Side side_of(const std::string& name, double velocity) {
  if (name == "free-stream")
    return {.kind = lbm::SideKind::kFreeStream, .u = velocity, .profile = {}};
  if (name == "slip") return {.kind = lbm::SideKind::kFreeSlip, .profile = {}};
  if (name == "wall") return {.kind = lbm::SideKind::kNoSlip, .profile = {}};
  return {.kind = lbm::SideKind::kPeriodic, .profile = {}};
}

}  // namespace

BodyCentre body_centre(const Config& config) {
  const double diameter = Scales(config).diameter;
  return {std::round(config.domain.body_x * diameter) - 0.5,
          static_cast<double>(domain_height(config)) / 2 - 0.5};
}

lbm::Window recorded_window(const Config& config) {
  const Scales scales(config);
  lbm::Window window;
  window.factor = config.snapshots.reduce;
  window.nx = scales.cells(config.snapshots.length) / window.factor;
  window.ny = scales.cells(config.snapshots.height) / window.factor;
  window.x = std::llround(body_centre(config).x + 0.5 + config.snapshots.x_min * scales.diameter);
  window.y = (domain_height(config) - window.ny * window.factor) / 2;
  return window;
}

lbm::Setup solver_setup(const Config& config) {
  check_body(config);
  const Scales scales(config);
  const double velocity = scales.velocity;
  const BodyCentre centre = body_centre(config);
  lbm::Setup setup;
  setup.nx = domain_width(config);
  setup.ny = domain_height(config);
  setup.viscosity = scales.viscosity;
  setup.magic = config.flow.lambda;
  setup.left = {.kind = lbm::SideKind::kVelocity, .u = velocity, .profile = {}};
  setup.right = {.kind = lbm::SideKind::kPressure, .profile = {}};
  setup.bottom = side_of(config.domain.sides, velocity);
  setup.top = setup.bottom;
  setup.sponge = sponge_of(config);
  if (config.domain.mask.empty()) {
    setup.circle = lbm::Circle{centre.x, centre.y, scales.diameter};
  } else {
    setup.mask =
        place_body(load_body_mask(config.domain.mask), setup.nx, setup.ny, centre.x, centre.y);
  }
  setup.origin = lbm::Circle{centre.x, centre.y, scales.diameter};
  setup.probes = probes(config, setup);
  setup.measure_force = true;
  return setup;
}

lbm::Precision precision_of(const Config& config) {
  return config.flow.precision == "double" ? lbm::Precision::kDouble : lbm::Precision::kFloat;
}

lbm::InitialState initial_state(const Config& config) {
  const double velocity = config.flow.velocity;
  const BodyCentre centre = body_centre(config);
  const lbm::Circle body{centre.x, centre.y, Scales(config).diameter};
  if (config.flow.start == "potential") {
    return lbm::potential_flow(body, velocity, config.flow.kick);
  }
  return lbm::with_vortex(lbm::uniform_state(velocity, 0), body, config.flow.kick * velocity);
}

double blockage(const lbm::Setup& setup) {
  const auto body = lbm::solid_extent(setup);
  return body ? body->height / static_cast<double>(setup.ny) : 0;
}

std::vector<std::string> warnings(const Config& config, const lbm::Setup& setup) {
  std::vector<std::string> result = lbm::warnings(setup);
  const auto body = lbm::solid_extent(setup);
  const auto diameter = config.domain.cells_per_diameter;
  if (!config.domain.mask.empty() && body && body->top - body->bottom != diameter) {
    result.push_back(fmt::format(
        "the body of {} is {} cells high and {} long, domain.cells_per_diameter is {}: Reynolds "
        "number, Cd, Cl and St count with D = {} cells",
        config.domain.mask, body->top - body->bottom, body->right - body->left, diameter,
        diameter));
  }
  return result;
}

std::vector<double> window_axis(std::int64_t first, std::int64_t count, std::int64_t factor,
                                double centre, double diameter) {
  std::vector<double> axis;
  for (std::int64_t i = 0; i < count; ++i) {
    const double middle =
        static_cast<double>(first + i * factor) + static_cast<double>(factor - 1) / 2;
    axis.push_back((middle - centre) / diameter);
  }
  return axis;
}

}  // namespace sengen::flow_modes
