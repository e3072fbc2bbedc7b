// SPDX-License-Identifier: Apache-2.0
// Recording: one run of the solver from its start or a restart file to the last snapshot, and the
// files that it leaves. Snapshots go to a spool while the solver runs and are packed into data.h5
// at the end; a restart file holds the solver's state. Both survive a kill. Every member is
// collective.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>

#include <sengen/io/record_spool.hpp>
#include <sengen/io/snapshots.hpp>
#include <sengen/solvers/lattice_boltzmann/solver.hpp>
#include <sengen/study/context.hpp>

#include "config.hpp"
#include "wake.hpp"

namespace sengen::flow_modes {

class Recording {
 public:
  Recording(const Config& config, study::Context& context);

  void run();
  // data.h5, data.xdmf, forces.csv, probes.csv.
  void write_files();
  void record_metrics();

 private:
  using Clock = std::chrono::steady_clock;
  static constexpr std::int64_t kComponents = 2;

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
  void append_to_spool(const lattice_boltzmann::Fields& fields);
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
  lattice_boltzmann::Window window_;
  lattice_boltzmann::Setup setup_;
  std::unique_ptr<lattice_boltzmann::Solver> solver_;
  std::unique_ptr<io::RecordSpool> spool_;  // root only
  std::int64_t stride_ = 0;                 // steps between snapshots, known after the transient
  bool sheds_ = false;                      // a period of the lift gave the stride
  std::int64_t steps_here_ = 0;             // done by this process, with the seconds they took
  double seconds_here_ = 0;
  Clock::time_point last_restart_ = Clock::now();
};

}  // namespace sengen::flow_modes
