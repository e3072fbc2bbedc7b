// SPDX-License-Identifier: Apache-2.0
// Coarse cylinder flows in seconds; bench/validation has the fine ones in large domains. References
// for an unbounded stream: Wu & Shu 2009 (Cd 2.091, 1.565, bubble 1.86, 4.62 radii at Re 20, 40);
// at Re 100 Cd 1.32-1.38, Cl 0.30-0.345, St 0.161-0.169. The bounds here are wider by what
// blockage, Mach number and ten cells a diameter cost.
#include <algorithm>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include <sengen/core/parallel_for.hpp>
#include <sengen/solvers/lattice_boltzmann/solver.hpp>

namespace sengen::lattice_boltzmann {
namespace {

const parallel::Communicator kSelf = parallel::Communicator::self();
constexpr double kSpeed = 0.1;

// Disc of d cells in length x height diameters, `ahead` diameters behind the inlet.
FlowSetup wake(double reynolds, double d, double length, double height, double ahead) {
  FlowSetup setup;
  setup.nx = std::lround(length * d);
  setup.ny = std::lround(height * d);
  setup.viscosity = kSpeed * d / reynolds;
  setup.circle = Circle{ahead * d - 0.5, height * d / 2 - 0.5, d};
  setup.left = {SideKind::kVelocity, kSpeed, 0, {}};
  setup.right = {SideKind::kPressure, kSpeed, 0, {}};
  setup.bottom = setup.top = {SideKind::kFreeStream, kSpeed, 0, {}};
  setup.sponge = {1.5 * d, 3 * d, 0, 0, 0.1};
  setup.measure_force = true;
  return setup;
}

double coefficient(double force, double d) { return 2 * force / (kSpeed * kSpeed * d); }

// Length of the reversed flow on the axis behind the disc, in radii.
double bubble_radii(Solver& solver) {
  const Circle circle = *solver.setup().circle;
  const auto axis = static_cast<Index>(std::floor(circle.y));
  const Fields f = solver.fields({0, axis, solver.setup().nx, 2, 1});
  const auto speed = [&](Index x) {  // the axis lies between two rows
    return f.u[static_cast<std::size_t>(x)] + f.u[static_cast<std::size_t>(f.nx + x)];
  };
  const auto behind = static_cast<Index>(std::ceil(circle.x + circle.diameter / 2)) + 1;
  for (Index x = behind; x < f.nx; ++x) {
    if (speed(x) <= 0) continue;
    const double zero = static_cast<double>(x) - speed(x) / (speed(x) - speed(x - 1));
    return (zero - circle.x) / (circle.diameter / 2) - 1;
  }
  return 0;
}

TEST(Cylinder, SteadyDragAndBubbleAtReynolds20And40) {
  constexpr double kDiameter = 10;
  struct Reference {
    double reynolds, drag, bubble;
  };
  for (const auto& [reynolds, drag, bubble] : {Reference{20, 2.091, 1.86}, {40, 1.565, 4.62}}) {
    const FlowSetup setup = wake(reynolds, kDiameter, 26, 20, 9);
    auto solver =
        make_solver(kSelf, setup, Precision::kFloat, potential_flow(*setup.circle, kSpeed, 0));
    solver->advance(6000);
    const Force force = solver->forces().back();
    EXPECT_NEAR(coefficient(force.x, kDiameter) / drag, 1.05, 0.05) << reynolds;
    EXPECT_NEAR(coefficient(force.y, kDiameter), 0, 1e-2) << reynolds;
    EXPECT_NEAR(bubble_radii(*solver) / bubble, 1, 0.08) << reynolds;
  }
}

TEST(Cylinder, ShedsVorticesAtReynolds100) {
  constexpr double kDiameter = 10;
  const FlowSetup setup = wake(100, kDiameter, 25, 18, 8);
  auto solver =
      make_solver(kSelf, setup, Precision::kFloat, potential_flow(*setup.circle, kSpeed, 0.3));
  solver->advance(12000);
  const std::vector<Force>& forces = solver->forces();
  // Rising zero crossings of the lift after the start has passed.
  std::vector<double> crossings;
  double drag = 0, largest = 0;
  constexpr std::size_t kFirst = 7000;
  for (std::size_t n = kFirst; n < forces.size(); ++n) {
    drag += coefficient(forces[n].x, kDiameter);
    largest = std::max(largest, std::abs(coefficient(forces[n].y, kDiameter)));
    if (forces[n - 1].y <= 0 && forces[n].y > 0) {
      crossings.push_back(static_cast<double>(n) - forces[n].y / (forces[n].y - forces[n - 1].y));
    }
  }
  ASSERT_GE(crossings.size(), 6U);
  const double period =
      (crossings.back() - crossings.front()) / static_cast<double>(crossings.size() - 1);
  EXPECT_NEAR(kDiameter / (kSpeed * period), 0.168, 0.006);
  EXPECT_NEAR(drag / static_cast<double>(forces.size() - kFirst), 1.42, 0.06);
  EXPECT_NEAR(largest, 0.33, 0.05);
}

}  // namespace
}  // namespace sengen::lattice_boltzmann
