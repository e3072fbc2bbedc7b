// SPDX-License-Identifier: Apache-2.0
// The stage simulate: solver, snapshots, forces. Snapshots go to a spool while the solver runs and
// are packed into data.h5 at the end; a restart file holds the solver's state. Both survive a kill.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <memory>
#include <optional>
#include <span>

#include <fmt/format.h>

#include <sengen/core/error.hpp>
#include <sengen/io/csv.hpp>
#include <sengen/io/record_spool.hpp>
#include <sengen/io/snapshots.hpp>
#include <sengen/io/xdmf.hpp>
#include <sengen/solvers/lattice_boltzmann/solver.hpp>

#include "geometry.hpp"
#include "published.hpp"
#include "stages.hpp"
#include "wake.hpp"

namespace sengen::flow_modes {

namespace lbm = lattice_boltzmann;

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::int64_t kComponents = 2;
// Where no vortices are shed, snapshots are this far apart (D/U) unless the study says otherwise.
constexpr double kSteadyInterval = 0.25;
// Series in files are thinned to about so many entries a unit of time D/U.
constexpr double kEntriesPerTime = 40;
// Updates of cells between two looks at the wish to stop.
constexpr std::int64_t kUpdatesPerLook = 20'000'000;
constexpr const char* kRestartFile = "restart.h5";
constexpr const char* kSpoolFile = "snapshots.raw";

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

// One run of the solver from its start or a restart file to the last snapshot. Every member is
// collective unless it says root.
class Recording {
 public:
  Recording(const Config& config, study::Context& context)
      : config_(config),
        context_(context),
        scales_(config),
        window_(recorded_window(config)),
        setup_(solver_setup(config)),
        solver_(lbm::make_solver(
            context.comm(), setup_,
            config.flow.precision == "double" ? lbm::Precision::kDouble : lbm::Precision::kFloat,
            initial_state(config))) {}

  void run();
  // data.h5, data.xdmf, forces.csv, probes.csv.
  void write_files();
  void record_metrics();

 private:
  std::int64_t transient_steps() const { return scales_.steps(config_.snapshots.transient); }
  std::int64_t snapshot_count() const {
    return config_.snapshots.per_period * config_.snapshots.periods;
  }
  std::int64_t snapshot_step(std::int64_t k) const { return transient_steps() + k * stride_; }
  std::int64_t last_step() const;
  std::int64_t snapshots_before_now() const;
  bool is_double() const { return config_.flow.precision == "double"; }
  std::size_t record_bytes() const {
    return static_cast<std::size_t>(window_.nx * window_.ny * kComponents) *
           (is_double() ? sizeof(double) : sizeof(float));
  }

  void go_on_from_restart();
  void choose_stride();
  void advance_to(std::int64_t step, Progress& progress);
  void take_snapshot();
  template <typename Real>
  void append_to_spool(const lbm::Fields& fields);
  template <typename Real>
  void pack_snapshots(const io::SnapshotInfo& info);
  void save_restart();
  [[noreturn]] void stop_here();
  ForceSeries forces();
  io::SnapshotInfo describe();
  void write_forces();
  void write_probes();

  const Config& config_;
  study::Context& context_;
  Scales scales_;
  lbm::Window window_;
  lbm::Setup setup_;
  std::unique_ptr<lbm::Solver> solver_;
  std::unique_ptr<io::RecordSpool> spool_;  // root only
  std::int64_t stride_ = 0;                 // steps between snapshots, known after the transient
  bool sheds_ = false;                      // a period of the lift gave the stride
  std::int64_t steps_here_ = 0;             // done by this process, with the seconds they took
  double seconds_here_ = 0;
  Clock::time_point last_restart_ = Clock::now();
};

// A restart file is written before the snapshot of its own step is taken.
std::int64_t Recording::snapshots_before_now() const {
  if (stride_ == 0 || solver_->step() <= transient_steps()) return 0;
  return std::min(snapshot_count(), (solver_->step() - transient_steps() - 1) / stride_ + 1);
}

// Forces go on for as many whole periods as were asked for. They count from a rising crossing of
// the lift, which is up to a period after the first snapshot, to another that must be passed to
// count.
std::int64_t Recording::last_step() const {
  if (!sheds_) return snapshot_step(snapshot_count() - 1);
  const auto period = static_cast<double>(config_.snapshots.per_period * stride_);
  return snapshot_step(snapshot_count()) + std::llround(1.15 * period);
}

void Recording::go_on_from_restart() {
  const auto path = context_.scratch() / kRestartFile;
  const bool there = context_.comm().is_root() && std::filesystem::exists(path);
  if (context_.comm().any(there)) {
    solver_->load(path);
    context_.log().info("simulate: goes on from step {}", solver_->step());
  }
}

// From the period of the lift so far, so that a period holds the snapshots asked for.
void Recording::choose_stride() {
  const auto steps = [this](double time) { return std::max<std::int64_t>(1, scales_.steps(time)); };
  if (config_.snapshots.interval > 0) {
    stride_ = steps(config_.snapshots.interval);
    return;
  }
  ForceSeries so_far = forces();
  const auto transient = static_cast<std::size_t>(transient_steps());
  so_far.drag.resize(std::min(so_far.drag.size(), transient));
  so_far.lift.resize(std::min(so_far.lift.size(), transient));
  const auto period = shedding_period(so_far);
  sheds_ = period.has_value();
  if (sheds_) {
    stride_ = steps(*period / static_cast<double>(config_.snapshots.per_period));
    return;
  }
  stride_ = steps(kSteadyInterval);
  if (!context_.comm().is_root()) return;
  context_.log().warn(
      "no vortices are shed by the end of the transient: snapshots every {} D/U "
      "(snapshots.interval sets it, snapshots.transient waits longer)",
      kSteadyInterval);
}

void Recording::save_restart() {
  // First the snapshots: the restart file must not know of any that is not on the disk.
  if (spool_) spool_->sync();
  solver_->save(context_.scratch() / kRestartFile);
  last_restart_ = Clock::now();
}

void Recording::advance_to(std::int64_t step, Progress& progress) {
  const std::int64_t cells = setup_.nx * setup_.ny;
  const std::int64_t look = std::max<std::int64_t>(1, kUpdatesPerLook / cells);
  while (solver_->step() < step) {
    const std::int64_t count = std::min(look, step - solver_->step());
    const auto start = Clock::now();
    solver_->advance(count);
    seconds_here_ += seconds_since(start);
    steps_here_ += count;
    progress.update(solver_->step());
    const bool stop = context_.should_stop();
    // The root's clock decides for all.
    const bool due = context_.comm().is_root() &&
                     seconds_since(last_restart_) > config_.snapshots.restart_seconds;
    if (stop) stop_here();
    if (context_.comm().any(due)) save_restart();
  }
}

void Recording::stop_here() {
  save_restart();
  context_.stop(fmt::format("the restart file of step {} is safe", solver_->step()));
}

void Recording::take_snapshot() {
  const lbm::Fields fields = solver_->fields(window_);
  if (!spool_) return;
  if (is_double()) {
    append_to_spool<double>(fields);
  } else {
    append_to_spool<float>(fields);
  }
}

template <typename Real>
void Recording::append_to_spool(const lbm::Fields& fields) {
  std::vector<Real> record;
  record.reserve(fields.u.size() * kComponents);
  for (std::size_t i = 0; i < fields.u.size(); ++i) {
    record.push_back(static_cast<Real>(fields.u[i] / scales_.velocity));
    record.push_back(static_cast<Real>(fields.v[i] / scales_.velocity));
  }
  spool_->append(std::as_bytes(std::span(record)));
}

void Recording::run() {
  go_on_from_restart();
  if (solver_->step() >= transient_steps()) choose_stride();
  if (context_.comm().is_root()) {
    spool_ = std::make_unique<io::RecordSpool>(context_.scratch() / kSpoolFile, record_bytes(),
                                               snapshots_before_now());
  }
  if (stride_ == 0) {
    Progress progress(context_.log(), "transient", transient_steps(), "steps", solver_->step());
    advance_to(transient_steps(), progress);
    choose_stride();
  }
  Progress progress(context_.log(), "snapshots", last_step(), "steps", solver_->step());
  for (std::int64_t k = snapshots_before_now(); k < snapshot_count(); ++k) {
    advance_to(snapshot_step(k), progress);
    take_snapshot();
  }
  advance_to(last_step(), progress);
  solver_->check();
}

ForceSeries Recording::forces() {
  ForceSeries series;
  series.step = scales_.step;
  for (const lbm::Force& force : solver_->forces()) {
    series.drag.push_back(force.x * scales_.force);
    series.lift.push_back(force.y * scales_.force);
  }
  return series;
}

io::SnapshotInfo Recording::describe() {
  const BodyCentre centre = body_centre(config_);
  io::SnapshotInfo info;
  info.shape = {snapshot_count(), window_.ny, window_.nx, kComponents};
  if (is_double()) info.type = io::ElementType::kFloat64;
  for (std::int64_t k = 0; k < snapshot_count(); ++k) {
    info.times.push_back(static_cast<double>(snapshot_step(k)) * scales_.step);
  }
  info.axes = {window_axis(window_.y, window_.ny, window_.factor, centre.y, scales_.diameter),
               window_axis(window_.x, window_.nx, window_.factor, centre.x, scales_.diameter)};
  info.components = {"u", "v"};
  info.unit = "U";
  info.length_unit = "D";
  info.time_unit = "D/U";
  info.source = fmt::format("lattice Boltzmann D2Q9 TRT, Re {:g}, D = {:g} cells, U = {:g}",
                            config_.flow.reynolds, scales_.diameter, scales_.velocity);
  info.solid = solver_->solid(window_);
  const double side = static_cast<double>(window_.factor) / scales_.diameter;
  info.weights.assign(info.solid.size(), side * side);
  return info;
}

// From the spool into data.h5. Collective, since any rank may wish to stop.
template <typename Real>
void Recording::pack_snapshots(const io::SnapshotInfo& info) {
  std::optional<io::SnapshotWriter> writer;
  if (spool_) writer.emplace(context_.file(kDataFile), info);
  std::vector<Real> record(record_bytes() / sizeof(Real));
  for (std::int64_t k = 0; k < snapshot_count(); ++k) {
    if (context_.should_stop()) stop_here();
    if (!writer) continue;
    spool_->read(k, std::as_writable_bytes(std::span(record)));
    writer->write(k, record.data());
  }
  if (writer) writer->commit();
}

void Recording::write_files() {
  const io::SnapshotInfo info = describe();
  // Collective: every rank takes part in the series.
  solver_->forces();
  solver_->probes();
  if (is_double()) {
    pack_snapshots<double>(info);
  } else {
    pack_snapshots<float>(info);
  }
  if (!context_.comm().is_root()) return;
  io::write_xdmf(context_.file(kDataXdmf), kDataFile, io::xdmf_series(info));
  write_forces();
  write_probes();
}

std::int64_t thinning(double step) {
  return std::max<std::int64_t>(1, std::llround(1 / (kEntriesPerTime * step)));
}

void Recording::write_forces() {
  const ForceSeries series = forces();
  io::CsvTable table;
  table.columns = {"time", "drag_coefficient", "lift_coefficient"};
  const auto every = static_cast<std::size_t>(thinning(scales_.step));
  for (std::size_t i = every - 1; i < series.drag.size(); i += every) {
    table.rows.push_back(
        {static_cast<double>(i + 1) * series.step, series.drag[i], series.lift[i]});
  }
  io::write_csv(context_.file(kForcesFile), table);
}

void Recording::write_probes() {
  const std::vector<lbm::Velocity>& values = solver_->probes();
  const std::size_t probes = setup_.probes.size();
  io::CsvTable table;
  table.columns = {"time"};
  for (std::size_t p = 1; p <= probes; ++p) {
    table.columns.push_back(fmt::format("u{}", p));
    table.columns.push_back(fmt::format("v{}", p));
  }
  const auto every = static_cast<std::size_t>(thinning(scales_.step));
  for (std::size_t i = every - 1; probes > 0 && i < values.size() / probes; i += every) {
    std::vector<double> row = {static_cast<double>(i + 1) * scales_.step};
    for (std::size_t p = 0; p < probes; ++p) {
      row.push_back(values[i * probes + p].u / scales_.velocity);
      row.push_back(values[i * probes + p].v / scales_.velocity);
    }
    table.rows.push_back(std::move(row));
  }
  io::write_csv(context_.file(kProbesFile), table);
}

void Recording::record_metrics() {
  const WakeFigures figures =
      evaluate(forces().after(config_.snapshots.transient), sheds_ ? config_.snapshots.periods : 0);
  const double blocked = blockage(setup_);
  const std::string here =
      fmt::format("here blockage {:.1f} %, Mach {:.2f}", 100 * blocked, scales_.mach);
  const Published published =
      config_.domain.mask.empty() ? published_wake(config_.flow.reynolds) : Published{};
  const auto compare = [&](double value, const Reference& reference) {
    const std::string source =
        reference.range ? fmt::format("{}; {}", reference.source, here) : here;
    return study::Metric{.value = value, .reference = reference.range, .source = source};
  };
  context_.metric("drag_coefficient_mean", compare(figures.drag_mean, published.drag));
  context_.metric("lift_coefficient_amplitude", compare(figures.lift_amplitude, published.lift));
  context_.metric("strouhal_number", compare(figures.strouhal, published.strouhal));
  context_.metric("shedding_periods", {.value = static_cast<double>(figures.periods),
                                       .source = "whole periods behind the three above"});
  context_.metric("blockage",
                  {.value = blocked, .source = "height of the body over that of the domain"});
  context_.metric("mach_number", {.value = scales_.mach, .source = "U over the speed of sound"});
  if (figures.strouhal > 0) {
    const double interval = static_cast<double>(stride_) * scales_.step;
    context_.metric("snapshots_per_period", {.value = 1 / (figures.strouhal * interval)});
  }
  if (steps_here_ > 0) {
    const double updates =
        static_cast<double>(steps_here_) * static_cast<double>(solver_->fluid_cells());
    context_.metric(
        "lattice_updates_per_second",
        {.value = updates / seconds_here_, .unit = "1/s", .source = "solver alone, this run"});
  }
}

}  // namespace

void check_simulation(const Config& config, int ranks) {
  const auto precision =
      config.flow.precision == "double" ? lbm::Precision::kDouble : lbm::Precision::kFloat;
  const lbm::Setup setup = solver_setup(config);
  lbm::validate(setup, precision, ranks);
  lbm::validate(recorded_window(config), setup);
}

void simulate(const Config& config, study::Context& context) {
  for (const std::string& warning : warnings(config, solver_setup(config))) {
    if (context.comm().is_root()) context.log().warn("{}", warning);
  }
  Recording recording(config, context);
  recording.run();
  recording.write_files();
  recording.record_metrics();
}

}  // namespace sengen::flow_modes
