// SPDX-License-Identifier: Apache-2.0
// The run of a recording: transient, snapshots, forces to the end of the last period.
#include "recording.hpp"

#include <algorithm>
#include <cmath>
#include <span>

#include <fmt/format.h>

#include "geometry.hpp"

namespace sengen::flow_modes {

namespace lbm = lattice_boltzmann;

namespace {

using Clock = std::chrono::steady_clock;

// Where no vortices are shed, snapshots are this far apart (D/U) unless the study says otherwise.
constexpr double kSteadyInterval = 0.25;
// Updates of cells between two looks at the wish to stop.
constexpr std::int64_t kUpdatesPerLook = 20'000'000;
constexpr const char* kRestartFile = "restart.h5";
constexpr const char* kSpoolFile = "snapshots.raw";

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

}  // namespace

Recording::Recording(const Config& config, study::Context& context)
    : config_(config),
      context_(context),
      scales_(config),
      window_(recorded_window(config)),
      setup_(solver_setup(config)),
      solver_(
          lbm::make_solver(context.comm(), setup_, precision_of(config), initial_state(config))) {}

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
  context_.log().detail("simulate: wrote the restart file of step {}", solver_->step());
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

}  // namespace sengen::flow_modes
