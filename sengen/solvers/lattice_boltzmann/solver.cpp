// SPDX-License-Identifier: Apache-2.0
#include <sengen/solvers/lattice_boltzmann/solver.hpp>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <span>

#include <fmt/format.h>

#include <sengen/core/error.hpp>
#include <sengen/core/exact_sum.hpp>
#include <sengen/core/parallel_for.hpp>
#include <sengen/solvers/lattice_boltzmann/slab_solver.hpp>

namespace sengen::lattice_boltzmann {

namespace {

FlowSetup validated(const FlowSetup& setup, Precision precision, int ranks) {
  validate(setup, precision, ranks);
  return setup;
}

template <typename Real>
constexpr Precision kPrecision =
    sizeof(Real) == sizeof(float) ? Precision::kFloat : Precision::kDouble;

// Depth in a layer of this thickness at the side, from 1 at the side to 0 at its end.
double depth(double distance, double thickness) {
  return thickness > 0 ? std::clamp(1 - distance / thickness, 0.0, 1.0) : 0.0;
}

}  // namespace

void validate(const Window& window, const FlowSetup& setup) {
  const auto& [x, y, nx, ny, factor] = window;
  if (nx < 1 || ny < 1 || factor < 1 || x < 0 || y < 0 || x + nx * factor > setup.nx ||
      y + ny * factor > setup.ny) {
    throw Error(
        ErrorKind::kUsage,
        fmt::format("window x [{}, {}) y [{}, {}) is not inside the domain of {} x {} cells", x,
                    x + nx * factor, y, y + ny * factor, setup.nx, setup.ny),
        "move or shrink the window");
  }
}

template <typename Real>
SlabSolver<Real>::SlabSolver(const parallel::Communicator& comm, const FlowSetup& setup,
                             const InitialState& start, bool with_stress)
    : comm_(comm),
      setup_(validated(setup, kPrecision<Real>, comm.size())),
      range_(parallel::block_range(setup_.ny, comm.size(), comm.rank())),
      geometry_(setup_, range_.begin, range_.size()),
      populations_(setup_.nx, range_.size()),
      boundaries_(comm_, setup_, geometry_),
      fastest_(fastest_believable(setup_)) {
  fluid_cells_ = comm_.allreduce(std::int64_t{geometry_.fluid_cells()});
  set_rates();
  set_state(start, with_stress);
}

template <typename Real>
double SlabSolver<Real>::viscosity(Index x, Index global_y) const {
  const Sponge& sponge = setup_.sponge;
  const double px = static_cast<double>(x);
  const double py = static_cast<double>(global_y);
  const double deepest = std::max(
      {depth(px, sponge.left), depth(static_cast<double>(setup_.nx - 1) - px, sponge.right),
       depth(py, sponge.bottom), depth(static_cast<double>(setup_.ny - 1) - py, sponge.top)});
  return setup_.viscosity + sponge.viscosity * deepest * deepest;
}

template <typename Real>
void SlabSolver<Real>::set_rates() {
  const auto make = [this](Index global_y) {
    Rates rates;
    for (Index x = 0; x < setup_.nx; ++x) {
      const double even = 3 * viscosity(x, global_y);  // 1/omega+ - 1/2
      rates.half_even.push_back(static_cast<Real>(0.5 / (even + 0.5)));
      rates.half_odd.push_back(static_cast<Real>(0.5 / (setup_.magic / even + 0.5)));
    }
    return rates;
  };
  constexpr auto kUnset = std::numeric_limits<std::size_t>::max();
  std::size_t ordinary = kUnset;
  for (Index y = range_.begin; y < range_.end; ++y) {
    const double py = static_cast<double>(y);
    const bool damped =
        py < setup_.sponge.bottom || static_cast<double>(setup_.ny - 1) - py < setup_.sponge.top;
    if (damped || ordinary == kUnset) {
      rates_.push_back(make(y));
      if (!damped) ordinary = rates_.size() - 1;
      rates_of_row_.push_back(rates_.size() - 1);
    } else {
      rates_of_row_.push_back(ordinary);
    }
  }
}

template <typename Real>
CellPopulations SlabSolver<Real>::start_of_cell(const InitialState& start, bool with_stress,
                                                Index x, Index global_y) const {
  const double px = static_cast<double>(x);
  const double py = static_cast<double>(global_y);
  const Macroscopic m = start(px, py);
  CellPopulations g =
      equilibrium({m.rho, m.u - 0.5 * setup_.force_x / m.rho, m.v - 0.5 * setup_.force_y / m.rho});
  if (!with_stress) return g;
  const Macroscopic east = start(px + 0.5, py), west = start(px - 0.5, py);
  const Macroscopic north = start(px, py + 0.5), south = start(px, py - 0.5);
  const double xx = east.u - west.u;
  const double yy = north.v - south.v;
  const double xy = (east.v - west.v) + (north.u - south.u);
  const double tau = 3 * viscosity(x, global_y) + 0.5;
  for (std::size_t i = 0; i < kDirections; ++i) {
    const double cx = kCx[i], cy = kCy[i];
    const double stress = (cx * cx - 1.0 / 3) * xx + (cy * cy - 1.0 / 3) * yy + cx * cy * xy;
    g[i] -= 3 * kWeight[i] * tau * m.rho * stress;
  }
  return g;
}

template <typename Real>
void SlabSolver<Real>::set_state(const InitialState& start, bool with_stress) {
  parallel_for(0, range_.size(), [&](Index begin, Index end) {
    for (Index y = begin; y < end; ++y) {
      for (const Run& run : geometry_.runs(y)) {
        for (Index x = run.begin; x < run.end; ++x) {
          const auto g = start_of_cell(start, with_stress, x, range_.begin + y);
          for (int i = 0; i < kDirections; ++i) {
            *populations_.incoming(i, y, x) = static_cast<Real>(g[static_cast<std::size_t>(i)]);
          }
        }
      }
    }
  });
}

template <typename Real>
void SlabSolver<Real>::collide_rows(Index begin, Index end) {
  RowTask<Real> task;
  task.force_x = static_cast<Real>(setup_.force_x);
  task.force_y = static_cast<Real>(setup_.force_y);
  for (Index y = begin; y < end; ++y) {
    if (looking_ && (range_.begin + y) % kLookedRows == 0 && first_bad_cell(y) >= 0) {
      saw_bad_cell_ = true;
    }
    for (int i = 0; i < kDirections; ++i) {
      const auto k = static_cast<std::size_t>(i);
      // What goes out along i takes the slot from which its opposite came in.
      task.in[k] = populations_.incoming(i, y, 0);
      task.out[k] = populations_.incoming(kOpposite[k], y, 0);
    }
    const Rates& rates = rates_[rates_of_row_[static_cast<std::size_t>(y)]];
    task.half_even = rates.half_even.data();
    task.half_odd = rates.half_odd.data();
    task.runs = geometry_.runs(y);
    collide_row(task);
  }
}

template <typename Real>
void SlabSolver<Real>::advance(std::int64_t steps) {
  for (std::int64_t n = 0; n < steps; ++n) {
    looking_ = setup_.check_interval > 0 && !suspect_ && step_ % kLookedSteps == 0;
    parallel_for(0, range_.size(), [this](Index begin, Index end) { collide_rows(begin, end); });
    populations_.swap_meaning();
    const ExactForce force = boundaries_.apply(populations_);
    ++step_;
    if (setup_.measure_force) new_forces_.insert(new_forces_.end(), {force.x, force.y});
    if (!setup_.probes.empty()) record();
    if (saw_bad_cell_) find_suspect();
    if (setup_.check_interval > 0 && step_ % setup_.check_interval == 0) agree_on_suspect();
  }
}

template <typename Real>
bool SlabSolver<Real>::owns(Index global_y) const {
  return global_y >= range_.begin && global_y < range_.end;
}

template <typename Real>
void SlabSolver<Real>::record() {
  for (const Probe& probe : setup_.probes) {
    Macroscopic m;
    if (owns(probe.y)) m = state(probe.x, probe.y - range_.begin);
    new_probes_.insert(new_probes_.end(), {m.u, m.v});
  }
}

template <typename Real>
CellPopulations SlabSolver<Real>::cell(Index x, Index y) const {
  CellPopulations g;
  for (int i = 0; i < kDirections; ++i) {
    g[static_cast<std::size_t>(i)] = static_cast<double>(*populations_.incoming(i, y, x));
  }
  return g;
}

template <typename Real>
Macroscopic SlabSolver<Real>::state(Index x, Index y) const {
  if (geometry_.solid(x, y)) return {0, 0, 0};
  return moments(cell(x, y), setup_.force_x, setup_.force_y);
}

template <typename Real>
Fields SlabSolver<Real>::fields(const Window& window) {
  validate(window, setup_);
  // Every row is summed box by box where it lives; the root adds rows in order, so that the sums
  // do not depend on the slabs. Four numbers a box: rho, u, v, fluid cells.
  const Index begin = std::max<Index>(window.y, range_.begin);
  const Index end = std::min<Index>(window.y + window.ny * window.factor, range_.end);
  const Index width = 4 * window.nx;
  std::vector<double> sums(static_cast<std::size_t>(std::max<Index>(end - begin, 0) * width), 0.0);
  parallel_for(begin, end, [&](Index first, Index last) {
    for (Index y = first; y < last; ++y) {
      double* row = sums.data() + (y - begin) * width;
      for (Index k = 0; k < window.nx * window.factor; ++k) {
        const Macroscopic m = state(window.x + k, y - range_.begin);
        if (m.rho == 0) continue;
        double* box = row + 4 * (k / window.factor);
        box[0] += m.rho;
        box[1] += m.u;
        box[2] += m.v;
        box[3] += 1;
      }
    }
  });
  const std::vector<std::byte> bytes = comm_.gather(std::as_bytes(std::span(sums)));
  if (!comm_.is_root()) return {};
  std::vector<double> rows(bytes.size() / sizeof(double));
  std::memcpy(rows.data(), bytes.data(), bytes.size());

  const auto cells = static_cast<std::size_t>(window.nx * window.ny);
  Fields fields{window.nx, window.ny, std::vector<double>(cells), std::vector<double>(cells),
                std::vector<double>(cells)};
  for (Index y = 0; y < window.ny; ++y) {
    for (Index x = 0; x < window.nx; ++x) {
      std::array<double, 4> total{};
      for (Index k = 0; k < window.factor; ++k) {
        const double* box = rows.data() + (y * window.factor + k) * width + 4 * x;
        for (std::size_t j = 0; j < 4; ++j) total[j] += box[j];
      }
      if (total[3] == 0) continue;
      const auto place = static_cast<std::size_t>(y * window.nx + x);
      fields.rho[place] = total[0] / total[3];
      fields.u[place] = total[1] / total[3];
      fields.v[place] = total[2] / total[3];
    }
  }
  return fields;
}

template <typename Real>
std::vector<std::uint8_t> SlabSolver<Real>::solid(const Window& window) const {
  validate(window, setup_);
  std::vector<std::uint8_t> mask(static_cast<std::size_t>(window.nx * window.ny), 1);
  for (Index y = 0; y < window.ny * window.factor; ++y) {
    for (Index x = 0; x < window.nx * window.factor; ++x) {
      if (is_solid(setup_, window.x + x, window.y + y)) continue;
      mask[static_cast<std::size_t>(y / window.factor * window.nx + x / window.factor)] = 0;
    }
  }
  return mask;
}

template <typename Real>
void SlabSolver<Real>::agree_on_series() {
  comm_.allreduce(std::span(new_forces_));
  for (std::size_t k = 0; k + 1 < new_forces_.size(); k += 2) {
    forces_.push_back({from_exact(new_forces_[k]), from_exact(new_forces_[k + 1])});
  }
  new_forces_.clear();
  // One rank's value plus zeros: exact whatever the order.
  comm_.allreduce(std::span(new_probes_));
  for (std::size_t k = 0; k + 1 < new_probes_.size(); k += 2) {
    probes_.push_back({new_probes_[k], new_probes_[k + 1]});
  }
  new_probes_.clear();
}

template <typename Real>
const std::vector<Force>& SlabSolver<Real>::forces() {
  agree_on_series();
  return forces_;
}

template <typename Real>
const std::vector<Velocity>& SlabSolver<Real>::probes() {
  agree_on_series();
  return probes_;
}

template <typename Real>
double SlabSolver<Real>::excess_mass() {
  std::int64_t sum = 0;
  for (Index y = 0; y < range_.size(); ++y) {
    double row = 0;
    for (const Run& run : geometry_.runs(y)) {
      for (Index x = run.begin; x < run.end; ++x) row += moments(cell(x, y), 0, 0).rho - 1;
    }
    sum += to_exact(row);
  }
  return from_exact(comm_.allreduce(sum));
}

std::unique_ptr<Solver> make_solver(const parallel::Communicator& comm, const FlowSetup& setup,
                                    Precision precision, const InitialState& start,
                                    bool with_stress) {
  if (precision == Precision::kFloat) {
    return std::make_unique<SlabSolver<float>>(comm, setup, start, with_stress);
  }
  return std::make_unique<SlabSolver<double>>(comm, setup, start, with_stress);
}

template class SlabSolver<float>;
template class SlabSolver<double>;

}  // namespace sengen::lattice_boltzmann
