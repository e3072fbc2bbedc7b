// SPDX-License-Identifier: Apache-2.0
// Solver: weakly compressible two-dimensional flow by the lattice Boltzmann method (D2Q9, two
// relaxation times) in slabs of rows over the ranks, threads over the rows of a slab. Fields,
// forces and probes are bitwise equal for any number of ranks and threads.
//   auto solver = make_solver(comm, setup, Precision::kFloat, potential_flow(circle, 0.1, 0.1));
//   solver->advance(1000);
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <vector>

#include <sengen/parallel/communicator.hpp>
#include <sengen/solvers/lattice_boltzmann/setup.hpp>

namespace sengen::lattice_boltzmann {

// A part of the domain, coarsened: cells [x, x + nx*factor) x [y, y + ny*factor) seen as ny x nx
// averages over factor x factor cells.
struct Window {
  Index x = 0;
  Index y = 0;
  Index nx = 0;
  Index ny = 0;
  Index factor = 1;
};

// Row-major [ny][nx] fields; 0 in solid cells. Averages are over the fluid cells of a box.
struct Fields {
  Index nx = 0;
  Index ny = 0;
  std::vector<double> rho, u, v;
};

struct Force {
  double x = 0;
  double y = 0;
};

struct Velocity {
  double u = 0;
  double v = 0;
};

class Solver {
 public:
  virtual ~Solver() = default;

  virtual const FlowSetup& setup() const = 0;
  // Steps done since the start of the flow, restarts included.
  virtual std::int64_t step() const = 0;
  // Fluid cells of the whole domain.
  virtual std::int64_t fluid_cells() const = 0;

  // Does so many steps. Collective. kNumerics when the flow diverges, alike on every rank.
  virtual void advance(std::int64_t steps) = 0;
  // Looks for divergence now. Collective. kNumerics naming cell, step and likely cause: the worst
  // cell that was still finite when a slab first saw one beyond all reason.
  virtual void check() = 0;

  // Density and velocity of a window on the root, empty elsewhere. Collective. kUsage when the
  // window is not inside the domain.
  virtual Fields fields(const Window& window) = 0;
  // 1 = solid cell, [ny][nx] of the window, 1 only where all cells of a box are; on every rank.
  virtual std::vector<std::uint8_t> solid(const Window& window) const = 0;
  // Force on all solids after every step since the start (setup.measure_force), on every rank.
  // Collective.
  virtual const std::vector<Force>& forces() = 0;
  // Velocity at every probe after every step, [step][probe], on every rank. Collective.
  virtual const std::vector<Velocity>& probes() = 0;
  // Sum of (density - 1) over the fluid cells, exact to 2^-41 a row. Collective.
  virtual double excess_mass() = 0;

  // Writes everything that decides how the flow goes on, independent of ranks and threads.
  // Collective. kResource when it cannot; the file appears complete or not at all. kNumerics when
  // the flow has diverged.
  virtual void save(const std::filesystem::path& path) = 0;
  // Goes on from a saved state, bit for bit. Collective. kInput when the file is damaged or belongs
  // to another setup, naming the first difference.
  virtual void load(const std::filesystem::path& path) = 0;
};

// kUsage when the window is empty or reaches out of the domain.
void validate(const Window& window, const FlowSetup& setup);

// with_stress: also set the non-equilibrium part, from differences of `start` over half a cell.
// comm must outlive the solver. Collective. Errors as validate(setup, ...).
std::unique_ptr<Solver> make_solver(const parallel::Communicator& comm, const FlowSetup& setup,
                                    Precision precision, const InitialState& start,
                                    bool with_stress = false);

}  // namespace sengen::lattice_boltzmann
