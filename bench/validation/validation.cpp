// SPDX-License-Identifier: Apache-2.0
// The lattice Boltzmann solver against published numbers, in domains large and grids fine enough
// for the comparison; minutes on two cores.
//   bench_validation [CASE...] [--threads 2] [-o FILE.json]     mpirun -n 2 bench_validation ...
// Cases: cavity, re20, re40, re100 (default: all). The table states blockage and Mach number; the
// exit code is 1 when a figure leaves its bounds.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <sengen/core/error.hpp>
#include <sengen/core/parallel_for.hpp>
#include <sengen/linalg/oscillation.hpp>
#include <sengen/parallel/communicator.hpp>
#include <sengen/solvers/lattice_boltzmann/solver.hpp>

#include "../results.hpp"

namespace {

using namespace sengen;
using namespace sengen::lattice_boltzmann;
using parallel::Communicator;

struct Figure {
  std::string name;
  double value;
  double low;  // bounds of the comparison
  double high;
  double reference;
  std::string source;
};

// A disc in a stream; lengths in diameters of d cells.
struct Wake {
  double reynolds;
  double d;
  double speed;
  double length;
  double height;
  double ahead;
  double duration;  // in diameters / speed

  FlowSetup setup() const {
    FlowSetup setup;
    setup.nx = std::lround(length * d);
    setup.ny = std::lround(height * d);
    setup.viscosity = speed * d / reynolds;
    setup.circle = Circle{ahead * d - 0.5, height * d / 2 - 0.5, d};
    setup.left = {SideKind::kVelocity, speed, 0, {}};
    setup.right = {SideKind::kPressure, speed, 0, {}};
    setup.bottom = setup.top = {SideKind::kFreeStream, speed, 0, {}};
    setup.sponge = {1.5 * d, 3 * d, 0, 0, 0.1};
    setup.measure_force = true;
    return setup;
  }
  std::string in_words() const {
    return fmt::format(
        "Re {:g}, D {:g} cells, {:g} x {:g} D, inlet {:g} D ahead, blockage {:.2f} %, "
        "Mach {:.3f}",
        reynolds, d, length, height, ahead, 100 / height, speed * std::sqrt(3.0));
  }
  std::int64_t steps() const { return static_cast<std::int64_t>(duration * d / speed); }
  double coefficient(double force) const { return 2 * force / (speed * speed * d); }
};

// Solver of a wake after its whole duration. Says how fast it was.
std::unique_ptr<Solver> run(const Communicator& comm, const Wake& wake, double kick) {
  if (comm.is_root()) fmt::print("{}\n", wake.in_words());
  const FlowSetup setup = wake.setup();
  auto solver =
      make_solver(comm, setup, Precision::kFloat, potential_flow(*setup.circle, wake.speed, kick));
  const auto start = std::chrono::steady_clock::now();
  solver->advance(wake.steps());
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
  if (comm.is_root()) {
    fmt::print("  {} steps of {} cells in {:.0f} s: {:.0f} MLUPS\n", wake.steps(),
               solver->fluid_cells(), taken.count(),
               1e-6 * static_cast<double>(wake.steps() * solver->fluid_cells()) / taken.count());
  }
  return solver;
}

// Reversed flow on the axis behind the disc, in radii from its rear; on the root.
double bubble_radii(Solver& solver) {
  const Circle circle = *solver.setup().circle;
  const auto row = static_cast<Index>(std::floor(circle.y));
  const Fields f = solver.fields({0, row, solver.setup().nx, 2, 1});
  const auto speed = [&](Index x) {  // the axis lies between two rows
    return f.u[static_cast<std::size_t>(x)] + f.u[static_cast<std::size_t>(f.nx + x)];
  };
  for (auto x = static_cast<Index>(circle.x + circle.diameter / 2) + 2; x < f.nx; ++x) {
    if (speed(x) <= 0) continue;
    const double zero = static_cast<double>(x) - speed(x) / (speed(x) - speed(x - 1));
    return (zero - circle.x) / (circle.diameter / 2) - 1;
  }
  return 0;
}

std::vector<Figure> steady(const Communicator& comm, double reynolds, double drag, double bubble) {
  const Wake wake{reynolds, 20, 0.05, 60, 60, 30, 150};
  auto solver = run(comm, wake, 0);
  const double measured = wake.coefficient(solver->forces().back().x);
  const std::size_t before = solver->forces().size() - static_cast<std::size_t>(10 * 20 / 0.05);
  const double change = measured / wake.coefficient(solver->forces()[before].x) - 1;
  const double length = bubble_radii(*solver);
  if (comm.is_root()) fmt::print("  drag changed by {:.1e} in the last 10 D/U\n", change);
  const std::string name = fmt::format("re{:g}_", reynolds);
  const std::string source = "Wu & Shu 2009, within 3 %";
  return {{name + "drag_coefficient", measured, 0.97 * drag, 1.03 * drag, drag, source},
          {name + "bubble_radii", length, 0.97 * bubble, 1.03 * bubble, bubble, source}};
}

std::vector<Figure> shedding(const Communicator& comm) {
  // Shedding is steady from 125 D/U on; the rest is 33 periods, where 30 are asked for.
  constexpr double kTransient = 125;
  const Wake wake{100, 20, 0.05, 60, 60, 25, 330};
  auto solver = run(comm, wake, 0.3);
  const double step = wake.speed / wake.d;
  std::vector<double> drag;
  std::vector<double> lift;
  const std::vector<Force>& forces = solver->forces();
  for (auto n = static_cast<std::size_t>(kTransient / step); n < forces.size(); ++n) {
    drag.push_back(wake.coefficient(forces[n].x));
    lift.push_back(wake.coefficient(forces[n].y));
  }
  const auto found = linalg::find_oscillation(lift, step);
  if (!found) throw Error(ErrorKind::kNumerics, "re100: no shedding");
  const double mean = linalg::mean_between(drag, step, found->begin, found->end);
  const auto periods = static_cast<double>(found->periods);
  if (comm.is_root()) {
    fmt::print("  {} periods, scatter of the period {:.1e}\n", found->periods,
               found->period_scatter / found->period);
  }
  const std::string source = "spread of the literature";
  return {
      {"re100_drag_coefficient", mean, 1.32, 1.38, 1.364, source + "; Wu & Shu 2009"},
      {"re100_lift_amplitude", found->amplitude, 0.30, 0.345, 0.344, source + "; Wu & Shu 2009"},
      {"re100_strouhal_number", 1 / found->period, 0.161, 0.169, 0.1647, source},
      {"re100_periods", periods, 30, 1000, 30, "at least 30 are averaged"}};
}

std::vector<Figure> cavity(const Communicator& comm) {
  constexpr Index kCells = 256;
  constexpr double kLid = 0.1;
  FlowSetup setup;
  setup.nx = setup.ny = kCells;
  setup.viscosity = kLid * kCells / 1000;
  setup.left.kind = setup.right.kind = setup.bottom.kind = SideKind::kNoSlip;
  setup.top = {SideKind::kNoSlip, kLid, 0, {}};
  if (comm.is_root()) {
    fmt::print("lid cavity, Re 1000, {} x {} cells, Mach {:.3f}\n", kCells, kCells,
               kLid * std::sqrt(3.0));
  }
  auto solver = make_solver(comm, setup, Precision::kFloat, uniform_state(0, 0));
  solver->advance(static_cast<std::int64_t>(120 * kCells / kLid));
  // Column of the middle: halfway between two columns of cells.
  const Fields f = solver->fields({kCells / 2 - 1, 0, 2, kCells, 1});
  double lowest = 0, height = 0;
  if (comm.is_root()) {
    std::vector<double> u;
    for (std::size_t k = 0; k < f.u.size(); k += 2) u.push_back((f.u[k] + f.u[k + 1]) / (2 * kLid));
    const auto row = static_cast<std::size_t>(std::min_element(u.begin(), u.end()) - u.begin());
    if (row == 0 || row + 1 >= u.size()) throw Error(ErrorKind::kNumerics, "cavity: no vortex");
    // Vertex of the parabola through three rows.
    const double slope = (u[row + 1] - u[row - 1]) / 2;
    const double bend = u[row + 1] - 2 * u[row] + u[row - 1];
    lowest = u[row] - slope * slope / (2 * bend);
    height = (static_cast<double>(row) + 0.5 - slope / bend) / kCells;
  }
  const std::string source = "Ghia, Ghia & Shin 1982";
  return {
      {"cavity_u_min", lowest, -0.38289 * 1.01, -0.38289 * 0.99, -0.38289, source + ", within 1 %"},
      {"cavity_y_of_u_min", height, 0.1719 - 0.005, 0.1719 + 0.005, 0.1719, source}};
}

// Whether all figures keep their bounds.
bool report(const std::vector<Figure>& figures) {
  bool good = true;
  fmt::print("{:<26} {:>10} {:>10} {:>22}  {}\n", "figure", "measured", "reference", "bounds",
             "source");
  for (const Figure& f : figures) {
    const bool inside = f.value >= f.low && f.value <= f.high;
    good = good && inside;
    fmt::print("{:<26} {:>10.5f} {:>10.5f} [{:>9.5f}, {:>9.5f}]{} {}\n", f.name, f.value,
               f.reference, f.low, f.high, inside ? " " : "!", f.source);
  }
  return good;
}

int validate_cases(const std::vector<std::string>& names, const std::string& output) {
  const Communicator comm = Communicator::world();
  bench::Results results("bench validation", output, comm);
  std::vector<Figure> figures;
  for (const std::string& name : names) {
    const std::vector<Figure> found = name == "cavity" ? cavity(comm)
                                      : name == "re20" ? steady(comm, 20, 2.091, 1.86)
                                      : name == "re40" ? steady(comm, 40, 1.565, 4.62)
                                                       : shedding(comm);
    for (const Figure& f : found) {
      results.add(f.name,
                  {.value = f.value,
                   .reference = {{f.reference, f.reference}},
                   .source = fmt::format("{}; bounds {:g} .. {:g}", f.source, f.low, f.high)});
    }
    results.finish(name);  // at once: the next may take minutes
    figures.insert(figures.end(), found.begin(), found.end());
  }
  return comm.is_root() && !report(figures) ? 1 : 0;
}

}  // namespace

int main(int argc, char** argv) {
  const parallel::Environment environment(argc, argv);
  std::vector<std::string> names{"cavity", "re20", "re40", "re100"};
  std::string output;
  int threads = available_cpus();
  CLI::App app("The lattice Boltzmann solver against published numbers");
  app.add_option("case", names, "cavity, re20, re40, re100")
      ->check(CLI::IsMember({"cavity", "re20", "re40", "re100"}));
  app.add_option("-t,--threads", threads, "threads of each rank");
  app.add_option("-o,--output", output, "file for the figures (JSON)");
  CLI11_PARSE(app, argc, argv);
  try {
    set_threads(threads);
    return validate_cases(names, output);
  } catch (const Error& error) {
    fmt::print(stderr, "{}\n", error.what());
    parallel::Environment::abort(static_cast<int>(error.kind()));
  }
}
