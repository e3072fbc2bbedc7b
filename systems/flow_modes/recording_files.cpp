// SPDX-License-Identifier: Apache-2.0
// What a recording leaves: data.h5, data.xdmf, forces.csv, probes.csv and its figures.
#include <cmath>
#include <optional>
#include <span>

#include <fmt/format.h>

#include <sengen/io/csv.hpp>
#include <sengen/io/xdmf.hpp>

#include "geometry.hpp"
#include "published.hpp"
#include "recording.hpp"
#include "stages.hpp"

namespace sengen::flow_modes {

namespace lbm = lattice_boltzmann;

namespace {

// Series in files are thinned to about so many entries a unit of time D/U.
constexpr double kEntriesPerTime = 40;

std::int64_t thinning(double step) {
  return std::max<std::int64_t>(1, std::llround(1 / (kEntriesPerTime * step)));
}

}  // namespace

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

}  // namespace sengen::flow_modes
