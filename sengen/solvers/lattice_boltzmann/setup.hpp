// SPDX-License-Identifier: Apache-2.0
// FlowSetup: everything that defines a flow, in lattice units (cell = step = rest density = 1;
// pressure = rho/3). Cell (x, y) has its centre at (x, y); walls stand half a cell outside the
// outermost centres: at -1/2 and nx-1/2, ny-1/2. Physical units are the caller's business.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <sengen/solvers/lattice_boltzmann/lattice.hpp>

namespace sengen::lattice_boltzmann {

enum class SideKind {
  kPeriodic,    // joined to the opposite side
  kVelocity,    // velocity given: regularised, Latt & Chopard 2008
  kPressure,    // density 1 with the neighbour's tangential velocity, regularised
  kFreeSlip,    // mirror
  kNoSlip,      // half-way bounce-back; moves tangentially with (u, v)
  kFreeStream,  // what comes in is the equilibrium of (rho 1, u, v): absorbs most of sound
};

struct Side {
  SideKind kind = SideKind::kPeriodic;
  double u = 0;
  double v = 0;
  // kVelocity only: speed along the inward normal for every cell of the side, instead of (u, v).
  std::vector<double> profile;
};

// A solid disc; walls are interpolated (Bouzidi, Firdaouss & Lallemand 2001, linear).
struct Circle {
  double x = 0;
  double y = 0;
  double diameter = 0;
};

// Extra viscosity that grows with the square of the depth in layers along the sides: damps sound
// and calms inlets and outlets.
struct Sponge {
  double left = 0;  // thickness in cells, 0: none
  double right = 0;
  double bottom = 0;
  double top = 0;
  double viscosity = 0.1;  // added at the side itself
};

struct Probe {
  Index x = 0;
  Index y = 0;
};

enum class Precision { kFloat, kDouble };

struct FlowSetup {
  Index nx = 0;
  Index ny = 0;
  double viscosity = 0;     // (tau - 1/2) / 3
  double magic = 3.0 / 16;  // Lambda of TRT: 3/16 exact walls, 1/4 most stable
  double force_x = 0;       // body force per volume
  double force_y = 0;
  Side left, right, bottom, top;
  std::optional<Circle> circle;
  std::vector<std::uint8_t> mask;  // [ny][nx], 1 = solid with walls half-way; empty: none
  Sponge sponge;
  std::vector<Probe> probes;   // velocity recorded every step
  bool measure_force = false;  // force on all solids recorded every step
  double speed = 0;            // largest speed expected; 0: the largest of the sides
  // Steps after which ranks agree whether the flow diverged (each looks more often); 0: never.
  Index check_interval = 64;
  // Messages tell places from here, in diameters; absent: from the circle.
  std::optional<Circle> origin;
};

// The short name; inside tests GoogleTest forbids it.
using Setup = FlowSetup;

double relaxation_time(const FlowSetup& setup);  // tau = 3 viscosity + 1/2
double mach_number(const FlowSetup& setup);
// Bytes of populations on all ranks together.
double memory_bytes(const FlowSetup& setup, Precision precision, int ranks);

// Refuses what cannot work before anything is allocated: kUsage naming the quantity, its value and
// what is allowed; kResource when memory will not do.
void validate(const FlowSetup& setup, Precision precision, int ranks);
// What may work but should be known, one sentence each (warnings.cpp).
std::vector<std::string> warnings(const FlowSetup& setup);

// Every number that decides how a flow goes on, by name: restart files hold it.
using SetupValue = std::variant<double, std::int64_t, std::string>;
std::vector<std::pair<std::string, SetupValue>> fingerprint(const FlowSetup& setup);

// State at the start as a function of the cell centre; called by several threads at once.
using InitialState = std::function<Macroscopic(double x, double y)>;
InitialState uniform_state(double u, double v);
// Potential flow past the disc with Bernoulli's density: next to no sound. kick: speed, in units of
// u, of a vortex put behind the body so that shedding starts (0: symmetric).
InitialState potential_flow(const Circle& circle, double u, double kick);
// `start` with that vortex; speed: its largest, in lattice units.
InitialState with_vortex(InitialState start, const Circle& circle, double speed);

}  // namespace sengen::lattice_boltzmann
