// SPDX-License-Identifier: Apache-2.0
#include <sengen/solvers/lattice_boltzmann/setup.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <span>

#include <unistd.h>

#include <fmt/format.h>

#include <sengen/core/error.hpp>
#include <sengen/parallel/communicator.hpp>
#include <sengen/solvers/lattice_boltzmann/geometry.hpp>
#include <sengen/solvers/lattice_boltzmann/populations.hpp>

namespace sengen::lattice_boltzmann {

namespace {

struct NamedSide {
  const char* name;
  const Side& side;
  Index cells;
};

std::array<NamedSide, 4> sides_of(const FlowSetup& s) {
  return {{{"left", s.left, s.ny},
           {"right", s.right, s.ny},
           {"bottom", s.bottom, s.nx},
           {"top", s.top, s.nx}}};
}

[[noreturn]] void refuse(const std::string& message, const std::string& hint) {
  throw Error(ErrorKind::kUsage, message, hint);
}

bool is_regularised(const Side& side) {
  return side.kind == SideKind::kVelocity || side.kind == SideKind::kPressure;
}

double largest_speed(const FlowSetup& setup) {
  double speed = setup.speed;
  for (const auto& [name, side, cells] : sides_of(setup)) {
    speed = std::max(speed, std::hypot(side.u, side.v));
    for (const double value : side.profile) speed = std::max(speed, std::abs(value));
  }
  return speed;
}

void validate_numbers(const FlowSetup& setup) {
  const double tau = relaxation_time(setup);
  if (!(tau > 0.5005) || !std::isfinite(tau)) {
    refuse(
        fmt::format("relaxation time {:.6g} (viscosity {:.6g}) is too near 1/2: it must be above "
                    "0.5005",
                    tau, setup.viscosity),
        "use more cells per length, a higher velocity (Mach below 0.3) or a lower Reynolds number");
  }
  const double mach = mach_number(setup);
  if (!(mach <= 0.3)) {
    refuse(fmt::format("Mach number {:.4g} is above 0.3", mach),
           "lower the lattice velocity; errors grow with the square of the Mach number");
  }
  if (!(setup.magic > 0 && setup.magic <= 1)) {
    refuse(fmt::format("magic number {} of TRT is outside (0, 1]", setup.magic), "use 3/16 or 1/4");
  }
  const auto& sponge = setup.sponge;
  for (const double width : {sponge.left, sponge.right, sponge.bottom, sponge.top}) {
    if (!(width >= 0)) refuse(fmt::format("sponge thickness {} is negative", width), "");
  }
  if (!(sponge.viscosity >= 0 && sponge.viscosity <= 2)) {
    refuse(fmt::format("sponge viscosity {} is outside [0, 2]", sponge.viscosity), "");
  }
  if (!std::isfinite(setup.force_x) || !std::isfinite(setup.force_y)) {
    refuse("body force is not finite", "");
  }
}

void validate_sides(const FlowSetup& setup) {
  const auto periodic = [](const Side& side) { return side.kind == SideKind::kPeriodic; };
  if (periodic(setup.left) != periodic(setup.right) ||
      periodic(setup.bottom) != periodic(setup.top)) {
    refuse("one of two opposite sides is periodic and the other is not", "make both periodic");
  }
  if ((is_regularised(setup.left) || is_regularised(setup.right)) &&
      (is_regularised(setup.bottom) || is_regularised(setup.top))) {
    refuse("velocity or pressure sides meet in a corner",
           "use slip, wall, periodic or free-stream sides next to them");
  }
  for (const auto& [name, side, cells] : sides_of(setup)) {
    if (!side.profile.empty() && static_cast<Index>(side.profile.size()) != cells) {
      refuse(fmt::format("{} side: profile has {} values, expected {}", name, side.profile.size(),
                         cells),
             "one value a cell");
    }
    const bool vertical = side.profile.empty() && (&side == &setup.left || &side == &setup.right);
    const double normal = vertical ? side.u : side.v;
    if (side.kind == SideKind::kNoSlip && normal != 0) {
      refuse(fmt::format("{} wall moves through itself with speed {}", name, normal),
             "walls may move along themselves only");
    }
  }
}

// Solids keep this distance to open and mirror sides, whose passes read their neighbours.
constexpr Index kClearance = 3;

void validate_solids(const FlowSetup& setup) {
  const std::array<bool, 4> clear{
      setup.left.kind != SideKind::kPeriodic && setup.left.kind != SideKind::kNoSlip,
      setup.right.kind != SideKind::kPeriodic && setup.right.kind != SideKind::kNoSlip,
      setup.bottom.kind != SideKind::kPeriodic && setup.bottom.kind != SideKind::kNoSlip,
      setup.top.kind != SideKind::kPeriodic && setup.top.kind != SideKind::kNoSlip};
  const auto near = [&](double x, double y) {
    return (clear[0] && x < kClearance) ||
           (clear[1] && x > static_cast<double>(setup.nx - 1 - kClearance)) ||
           (clear[2] && y < kClearance) ||
           (clear[3] && y > static_cast<double>(setup.ny - 1 - kClearance));
  };
  if (setup.circle) {
    const auto& [x, y, diameter] = *setup.circle;
    if (!(diameter >= 2)) {
      refuse(fmt::format("cylinder diameter {:.4g} cells is below 2", diameter), "use finer cells");
    }
    const double radius = diameter / 2;
    const bool outside = x - radius < 0 || y - radius < 0 ||
                         x + radius > static_cast<double>(setup.nx - 1) ||
                         y + radius > static_cast<double>(setup.ny - 1);
    if (outside || near(x - radius, y - radius) || near(x + radius, y + radius)) {
      refuse(
          fmt::format("cylinder at ({:.6g}, {:.6g}) with diameter {:.6g} does not lie inside the "
                      "domain of {} x {} cells, {} cells off open sides",
                      x, y, diameter, setup.nx, setup.ny, kClearance),
          "move it or enlarge the domain");
    }
  }
  if (setup.mask.empty()) return;
  if (static_cast<Index>(setup.mask.size()) != setup.nx * setup.ny) {
    refuse(
        fmt::format("mask has {} cells, expected {} x {}", setup.mask.size(), setup.ny, setup.nx),
        "");
  }
  for (Index k = 0; k < setup.nx * setup.ny; ++k) {
    const Index x = k % setup.nx;
    const Index y = k / setup.nx;
    if (setup.mask[static_cast<std::size_t>(k)] != 0 &&
        near(static_cast<double>(x), static_cast<double>(y))) {
      refuse(fmt::format("solid cell ({}, {}) lies within {} cells of an open or slip side", x, y,
                         kClearance),
             "move the body or enlarge the domain");
    }
  }
}

std::string digest(std::span<const std::byte> bytes) {
  std::uint64_t hash = 14695981039346656037U;  // FNV-1a
  for (const std::byte byte : bytes)
    hash = (hash ^ std::to_integer<unsigned>(byte)) * 1099511628211U;
  return fmt::format("{:016x}", hash);
}

}  // namespace

double relaxation_time(const FlowSetup& setup) { return 3 * setup.viscosity + 0.5; }

double mach_number(const FlowSetup& setup) {
  return largest_speed(setup) / std::sqrt(kSoundSpeedSquared);
}

double memory_bytes(const FlowSetup& setup, Precision precision, int ranks) {
  const Index rows = setup.ny + 2 * ranks;
  return precision == Precision::kFloat ? Populations<float>::bytes(setup.nx, rows)
                                        : Populations<double>::bytes(setup.nx, rows);
}

void validate(const FlowSetup& setup, Precision precision, int ranks) {
  if (setup.nx < 4 || setup.ny < 2) {
    refuse(fmt::format("domain of {} x {} cells is below 4 x 2", setup.nx, setup.ny), "");
  }
  if (setup.ny < 2 * Index{ranks}) {
    refuse(fmt::format("{} rows of cells are fewer than 2 for each of {} ranks", setup.ny, ranks),
           "use fewer ranks");
  }
  validate_numbers(setup);
  validate_sides(setup);
  validate_solids(setup);
  for (const Probe& probe : setup.probes) {
    if (probe.x < 0 || probe.x >= setup.nx || probe.y < 0 || probe.y >= setup.ny) {
      refuse(fmt::format("probe ({}, {}) is outside the domain of {} x {} cells", probe.x, probe.y,
                         setup.nx, setup.ny),
             "");
    }
    if (is_solid(setup, probe.x, probe.y)) {
      refuse(fmt::format("probe ({}, {}) is inside the body", probe.x, probe.y), "");
    }
  }
  // Ranks on one machine share its memory.
  const double here =
      memory_bytes(setup, precision, ranks) / ranks * std::min(ranks, parallel::local_ranks());
  const double there =
      static_cast<double>(sysconf(_SC_PHYS_PAGES)) * static_cast<double>(sysconf(_SC_PAGESIZE));
  if (here > 0.95 * there) {
    throw Error(ErrorKind::kResource,
                fmt::format("populations need {:.3g} GB on this machine, which has {:.3g} GB",
                            here * 1e-9, there * 1e-9),
                "use fewer cells, float or more machines");
  }
}

std::vector<std::pair<std::string, SetupValue>> fingerprint(const FlowSetup& setup) {
  std::vector<std::pair<std::string, SetupValue>> list{
      {"nx", std::int64_t{setup.nx}}, {"ny", std::int64_t{setup.ny}},
      {"viscosity", setup.viscosity}, {"magic", setup.magic},
      {"force_x", setup.force_x},     {"force_y", setup.force_y}};
  for (const auto& [name, side, cells] : sides_of(setup)) {
    const std::string prefix = fmt::format("{}_", name);
    list.emplace_back(prefix + "kind", std::int64_t{static_cast<int>(side.kind)});
    list.emplace_back(prefix + "u", side.u);
    list.emplace_back(prefix + "v", side.v);
    list.emplace_back(prefix + "profile", digest(std::as_bytes(std::span(side.profile))));
  }
  const Circle circle = setup.circle.value_or(Circle{});
  list.emplace_back("circle_x", circle.x);
  list.emplace_back("circle_y", circle.y);
  list.emplace_back("circle_diameter", circle.diameter);
  list.emplace_back("mask", digest(std::as_bytes(std::span(setup.mask))));
  list.emplace_back("sponge_left", setup.sponge.left);
  list.emplace_back("sponge_right", setup.sponge.right);
  list.emplace_back("sponge_bottom", setup.sponge.bottom);
  list.emplace_back("sponge_top", setup.sponge.top);
  list.emplace_back("sponge_viscosity", setup.sponge.viscosity);
  list.emplace_back("measure_force", std::int64_t{setup.measure_force});
  std::vector<std::int64_t> probes;
  for (const Probe& probe : setup.probes) probes.insert(probes.end(), {probe.x, probe.y});
  list.emplace_back("probes", digest(std::as_bytes(std::span(probes))));
  return list;
}

InitialState uniform_state(double u, double v) {
  return [u, v](double, double) { return Macroscopic{1, u, v}; };
}

InitialState with_vortex(InitialState start, const Circle& circle, double speed) {
  return [start = std::move(start), circle, speed](double x, double y) {
    Macroscopic m = start(x, y);
    const double dx = x - circle.x;
    const double dy = y - circle.y;
    const double width = circle.diameter / 2;
    if (dx * dx + dy * dy <= width * width) return m;
    // Gaussian stream function one and a half diameters downstream.
    const double kx = (dx - 1.5 * circle.diameter) / width;
    const double ky = dy / width;
    const double strength = speed * std::exp(0.5 * (1 - kx * kx - ky * ky));
    m.u -= strength * ky;
    m.v += strength * kx;
    return m;
  };
}

InitialState potential_flow(const Circle& circle, double u, double kick) {
  const auto flow = [circle, u](double x, double y) {
    const double dx = x - circle.x;
    const double dy = y - circle.y;
    const double square = dx * dx + dy * dy;
    const double radius_square = circle.diameter * circle.diameter / 4;
    if (square <= radius_square) return Macroscopic{};
    const double ratio = radius_square / (square * square);
    Macroscopic m{1, u * (1 - ratio * (dx * dx - dy * dy)), -2 * u * ratio * dx * dy};
    m.rho = 1 + 0.5 / kSoundSpeedSquared * (u * u - m.u * m.u - m.v * m.v);
    return m;
  };
  return with_vortex(flow, circle, kick * u);
}

}  // namespace sengen::lattice_boltzmann
