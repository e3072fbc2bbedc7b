// SPDX-License-Identifier: Apache-2.0
// How a SlabSolver notices that its flow diverges, and says where it began and why.
#include <algorithm>
#include <cmath>
#include <limits>
#include <span>

#include <fmt/format.h>

#include <sengen/core/error.hpp>
#include <sengen/core/parallel_for.hpp>
#include <sengen/solvers/lattice_boltzmann/slab_solver.hpp>

namespace sengen::lattice_boltzmann {

namespace {

constexpr double kLargestDeviation = 0.4;  // of the density from 1

std::string place(const FlowSetup& setup, Index x, Index y) {
  const auto& from = setup.origin ? setup.origin : setup.circle;
  if (!from) return fmt::format("cell ({}, {})", x, y);
  return fmt::format("cell ({}, {}), {:.2f} D {} and {:.2f} D {} the body's centre", x, y,
                     std::abs(static_cast<double>(x) - from->x) / from->diameter,
                     static_cast<double>(x) < from->x ? "before" : "behind",
                     std::abs(static_cast<double>(y) - from->y) / from->diameter,
                     static_cast<double>(y) < from->y ? "below" : "above");
}

// The likeliest, by what is known to go wrong at such a place.
const char* cause(const FlowSetup& setup, Index x) {
  const auto& body = setup.origin ? setup.origin : setup.circle;
  const double near = body ? 1.5 * body->diameter : 16;
  const auto from_left = static_cast<double>(x);
  const auto from_right = static_cast<double>(setup.nx - 1 - x);
  if (setup.left.kind == SideKind::kVelocity && setup.sponge.left <= 0 && from_left < near) {
    return "the inlet has no sponge: one of one or two diameters calms it";
  }
  if (setup.right.kind == SideKind::kPressure && setup.sponge.right <= 0 && from_right < near) {
    return "the outlet has no sponge: one of some diameters takes the vortices in";
  }
  if (relaxation_time(setup) < 0.52) {
    return "the relaxation time is near 1/2: more cells or a lower Reynolds number, magic 1/4, a "
           "thicker sponge";
  }
  if (mach_number(setup) > 0.2) return "the Mach number is high: lower the lattice velocity";
  return "the flow is not resolved: more cells, a thicker sponge or a smoother start";
}

}  // namespace

double fastest_believable(const FlowSetup& setup) {
  constexpr double kEndOfMethod = 0.6;
  const double stream = mach_number(setup) * std::sqrt(kSoundSpeedSquared);
  return stream > 0 ? std::clamp(4 * stream, 0.3, kEndOfMethod) : kEndOfMethod;
}

// First cell of a row whose state is beyond what this method can mean, NaN included; -1: none.
template <typename Real>
Index SlabSolver<Real>::first_bad_cell(Index y) const {
  const auto speed = static_cast<Real>(fastest_);
  const auto deviation = static_cast<Real>(kLargestDeviation);
  std::array<const Real*, kDirections> g{};
  for (int i = 0; i < kDirections; ++i) {
    g[static_cast<std::size_t>(i)] = populations_.incoming(i, y, 0);
  }
  const auto bad = [&](Index x) {
    const Real drho =
        g[0][x] + g[1][x] + g[2][x] + g[3][x] + g[4][x] + g[5][x] + g[6][x] + g[7][x] + g[8][x];
    const Real jx = g[1][x] - g[2][x] + g[5][x] - g[6][x] + g[7][x] - g[8][x];
    const Real jy = g[3][x] - g[4][x] + g[5][x] - g[6][x] - g[7][x] + g[8][x];
    const Real limit = speed * (1 + drho);
    // Written so that NaN is bad, and without jumps so that the compiler makes vectors of it.
    return !(drho * drho <= deviation * deviation) | !(jx * jx + jy * jy <= limit * limit);
  };
  for (const Run& run : geometry_.runs(y)) {
    int any = 0;
    for (Index x = run.begin; x < run.end; ++x) any |= bad(x);
    for (Index x = run.begin; any != 0 && x < run.end; ++x) {
      if (bad(x)) return x;
    }
  }
  return -1;
}

template <typename Real>
double SlabSolver<Real>::badness(const Macroscopic& m) const {
  const double worst =
      std::max(std::hypot(m.u, m.v) / fastest_, std::abs(m.rho - 1) / kLargestDeviation);
  return std::isfinite(m.u + m.v + m.rho) ? worst : -1;
}

// The worst cell of this slab now that is still finite.
template <typename Real>
void SlabSolver<Real>::find_suspect() {
  saw_bad_cell_ = false;
  std::vector<Suspect> worst_of_row(static_cast<std::size_t>(range_.size()));
  parallel_for(0, range_.size(), [&](Index begin, Index end) {
    for (Index y = begin; y < end; ++y) {
      const Index first = first_bad_cell(y);
      Suspect& worst = worst_of_row[static_cast<std::size_t>(y)];
      if (first < 0) continue;
      for (Index x = first; x < setup_.nx; ++x) {
        if (geometry_.solid(x, y)) continue;
        const Macroscopic m = state(x, y);
        const double how = badness(m);
        if (worst.step != 0 && how <= worst.badness) continue;
        worst = {step_, (range_.begin + y) * setup_.nx + x, how, m};
      }
    }
  });
  for (const Suspect& one : worst_of_row) {
    if (one.step != 0 && (!suspect_ || one.badness > suspect_->badness)) suspect_ = one;
  }
}

// The slab that saw it first speaks; of several the one that saw the worst.
template <typename Real>
void SlabSolver<Real>::agree_on_suspect() {
  constexpr auto kNone = std::numeric_limits<std::int64_t>::max();
  const auto first = comm_.allreduce(suspect_ ? suspect_->step : kNone, parallel::Reduction::kMin);
  if (first == kNone) return;
  const bool mine = suspect_ && suspect_->step == first;
  const double worst = comm_.allreduce(mine ? suspect_->badness : -2.0, parallel::Reduction::kMax);
  const bool is_it = mine && suspect_->badness == worst;
  Suspect all;
  all.step = first;
  all.cell = comm_.allreduce(is_it ? suspect_->cell : kNone, parallel::Reduction::kMin);
  std::array<double, 3> values{};
  if (is_it && suspect_->cell == all.cell) {
    values = {suspect_->state.rho, suspect_->state.u, suspect_->state.v};
  }
  comm_.allreduce(std::span(values));
  all.state = {values[0], values[1], values[2]};
  diverged(all);
}

template <typename Real>
void SlabSolver<Real>::diverged(const Suspect& suspect) const {
  const Index x = suspect.cell % setup_.nx;
  const Index y = suspect.cell / setup_.nx;
  throw Error(ErrorKind::kNumerics,
              fmt::format("the flow diverged: density {:.4g}, velocity ({:.4g}, {:.4g}) in {} at "
                          "step {} (relaxation time {:.5g}, Mach number {:.3g})",
                          suspect.state.rho, suspect.state.u, suspect.state.v, place(setup_, x, y),
                          suspect.step, relaxation_time(setup_), mach_number(setup_)),
              fmt::format("likely cause: {}", cause(setup_, x)));
}

template <typename Real>
void SlabSolver<Real>::check() {
  if (!suspect_) find_suspect();
  agree_on_suspect();
}

template Index SlabSolver<float>::first_bad_cell(Index) const;
template double SlabSolver<float>::badness(const Macroscopic&) const;
template void SlabSolver<float>::find_suspect();
template void SlabSolver<float>::agree_on_suspect();
template void SlabSolver<float>::diverged(const Suspect&) const;
template void SlabSolver<float>::check();
template Index SlabSolver<double>::first_bad_cell(Index) const;
template double SlabSolver<double>::badness(const Macroscopic&) const;
template void SlabSolver<double>::find_suspect();
template void SlabSolver<double>::agree_on_suspect();
template void SlabSolver<double>::diverged(const Suspect&) const;
template void SlabSolver<double>::check();

}  // namespace sengen::lattice_boltzmann
