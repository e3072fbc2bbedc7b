// SPDX-License-Identifier: Apache-2.0
#include <sengen/solvers/lattice_boltzmann/geometry.hpp>

#include <algorithm>
#include <cmath>

#include <sengen/core/parallel_for.hpp>

namespace sengen::lattice_boltzmann {

namespace {

bool inside_circle(const Circle& circle, Index x, Index y) {
  const double dx = static_cast<double>(x) - circle.x;
  const double dy = static_cast<double>(y) - circle.y;
  return dx * dx + dy * dy <= circle.diameter * circle.diameter / 4;
}

// Fraction of the way from (x, y) along the link at which it enters the disc.
double wall_fraction(const Circle& circle, Index x, Index y, int direction) {
  const auto i = static_cast<std::size_t>(direction);
  const double dx = static_cast<double>(x) - circle.x;
  const double dy = static_cast<double>(y) - circle.y;
  const double a = kCx[i] * kCx[i] + kCy[i] * kCy[i];
  const double b = kCx[i] * dx + kCy[i] * dy;
  const double c = dx * dx + dy * dy - circle.diameter * circle.diameter / 4;
  // c / (root - b) is the smaller root of a t^2 + 2 b t + c, free of cancellation as b < 0.
  return std::clamp(c / (std::sqrt(b * b - a * c) - b), 0.0, 1.0);
}

}  // namespace

bool is_solid(const FlowSetup& setup, Index x, Index y) {
  if (setup.left.kind == SideKind::kPeriodic) x = (x + setup.nx) % setup.nx;
  if (setup.bottom.kind == SideKind::kPeriodic) y = (y + setup.ny) % setup.ny;
  if (x < 0 || x >= setup.nx || y < 0 || y >= setup.ny) return false;
  if (!setup.mask.empty() && setup.mask[static_cast<std::size_t>(y * setup.nx + x)] != 0)
    return true;
  return setup.circle && inside_circle(*setup.circle, x, y);
}

std::optional<SolidExtent> solid_extent(const FlowSetup& setup) {
  if (setup.mask.empty()) {
    if (!setup.circle) return std::nullopt;
    const auto& [x, y, diameter] = *setup.circle;
    const auto low = [&](double centre) { return std::lround(std::ceil(centre - diameter / 2)); };
    const auto high = [&](double centre) { return std::lround(std::floor(centre + diameter / 2)); };
    return SolidExtent{low(x), high(x) + 1, low(y), high(y) + 1, diameter};
  }
  SolidExtent found{setup.nx, 0, setup.ny, 0, 0};
  for (Index y = 0; y < setup.ny; ++y) {
    bool any = false;
    for (Index x = 0; x < setup.nx; ++x) {
      if (!is_solid(setup, x, y)) continue;
      any = true;
      found.left = std::min(found.left, x);
      found.right = std::max(found.right, x + 1);
    }
    if (!any) continue;
    found.bottom = std::min(found.bottom, y);
    found.top = y + 1;
    found.height += 1;
  }
  if (found.height == 0) return std::nullopt;
  return found;
}

Geometry::Geometry(const FlowSetup& setup, Index first_row, Index rows)
    : setup_(setup),
      first_row_(first_row),
      rows_(rows),
      runs_(static_cast<std::size_t>(rows)),
      links_(static_cast<std::size_t>(rows)) {
  parallel_for(0, rows, [this](Index begin, Index end) {
    for (Index y = begin; y < end; ++y) {
      runs_[static_cast<std::size_t>(y)] = runs_of_row(y);
      links_[static_cast<std::size_t>(y)] = links_of_row(y);
    }
  });
  for (const auto& row : runs_) {
    for (const Run& run : row) fluid_cells_ += run.end - run.begin;
  }
}

std::vector<Run> Geometry::runs_of_row(Index y) const {
  std::vector<Run> runs;
  for (Index x = 0; x < setup_.nx; ++x) {
    if (solid(x, y)) continue;
    if (runs.empty() || runs.back().end != x) runs.push_back({x, x});
    runs.back().end = x + 1;
  }
  return runs;
}

bool Geometry::solid(Index x, Index y) const { return is_solid(setup_, x, first_row_ + y); }

std::vector<Link> Geometry::links_of_row(Index y) const {
  std::vector<Link> links;
  if (setup_.mask.empty()) {
    // The disc alone: most rows are far from it.
    if (!setup_.circle) return links;
    const double away = std::abs(static_cast<double>(first_row_ + y) - setup_.circle->y);
    if (away > setup_.circle->diameter / 2 + 1) return links;
  }
  for (Index x = 0; x < setup_.nx; ++x) {
    if (solid(x, y)) continue;
    for (int i = 1; i < kDirections; ++i) {
      const auto k = static_cast<std::size_t>(i);
      if (!solid(x + kCx[k], y + kCy[k])) continue;
      Link link{x, i, 0.5};
      const Index there_x = x + kCx[k];
      const Index there_y = first_row_ + y + kCy[k];
      const bool disc = setup_.circle && inside_circle(*setup_.circle, there_x, there_y);
      if (disc && !solid(x - kCx[k], y - kCy[k])) {
        link.wall = wall_fraction(*setup_.circle, x, first_row_ + y, i);
      }
      links.push_back(link);
    }
  }
  return links;
}

}  // namespace sengen::lattice_boltzmann
