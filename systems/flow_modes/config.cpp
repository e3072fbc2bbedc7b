// SPDX-License-Identifier: Apache-2.0
#include "config.hpp"

namespace sengen::flow_modes {

namespace {

void declare(OptionTable& table, FlowConfig& flow) {
  table.add("reynolds", &flow.reynolds, "Reynolds number U D / nu").range(1, 1000);
  table
      .add("velocity", &flow.velocity,
           "free-stream velocity on the lattice; error grows with its square")
      .unit("lattice units")
      .range(0.001, 0.17);
  table
      .add("lambda", &flow.lambda,
           "TRT parameter: 3/16 puts walls mid-link, 1/4 is the most stable")
      .range(0.01, 1);
  table.add("precision", &flow.precision, "arithmetic of the solver").choices({"float", "double"});
  table.add("start", &flow.start, "initial field").choices({"potential", "uniform"});
  table.add("kick", &flow.kick, "strength of the vortex behind the body that starts the shedding")
      .unit("U")
      .range(0, 1);
}

void declare(OptionTable& table, DomainConfig& domain) {
  table.add("cells_per_diameter", &domain.cells_per_diameter, "resolution of the body")
      .unit("cells")
      .range(4, 4096);
  table.add("length", &domain.length, "length of the domain").unit("D").range(2, 1000);
  table.add("height", &domain.height, "height of the domain; blockage is the body's share of it")
      .unit("D")
      .range(1.5, 1000);
  table.add("body_x", &domain.body_x, "distance of the body's centre from the inlet")
      .unit("D")
      .range(0.6, 1000);
  table.add("sides", &domain.sides, "what bounds the flow above and below")
      .choices({"free-stream", "slip", "periodic", "wall"});
  table.add("inlet_sponge", &domain.inlet_sponge, "length of raised viscosity behind the inlet")
      .unit("D")
      .range(0, 100);
  table.add("outlet_sponge", &domain.outlet_sponge, "length of raised viscosity before the outlet")
      .unit("D")
      .range(0, 100);
  table
      .add("mask", &domain.mask,
           "body in place of the cylinder, D cells high: FILE.npy (rows y from below, not 0 = "
           "solid) or FILE.png (bright and opaque = solid, a pixel a cell)")
      .path();
}

void declare(OptionTable& table, SnapshotConfig& snapshots) {
  table.add("transient", &snapshots.transient, "time thrown away before the first snapshot")
      .unit("D/U")
      .range(0, 1e6);
  table
      .add("per_period", &snapshots.per_period,
           "snapshots in a period of the lift, measured at the end of the transient")
      .range(4, 10000);
  table
      .add("periods", &snapshots.periods,
           "periods of the lift to record; forces go on until so many are whole")
      .range(1, 100000);
  table
      .add("interval", &snapshots.interval,
           "time between snapshots; 0: from per_period. Needed where no vortices are shed")
      .unit("D/U")
      .range(0, 1000);
  table.add("x_min", &snapshots.x_min, "left edge of the window, from the body's centre")
      .unit("D")
      .range(-1000, 1000);
  table.add("length", &snapshots.length, "length of the window").unit("D").range(0.1, 1000);
  table.add("height", &snapshots.height, "height of the window, centred")
      .unit("D")
      .range(0.1, 1000);
  table.add("reduce", &snapshots.reduce, "cells a side that are averaged to one of the window")
      .unit("cells")
      .range(1, 64);
  table.add("probe_x", &snapshots.probe_x, "where velocity is recorded, from the body's centre")
      .unit("D")
      .range(-1000, 1000);
  table.add("probe_y", &snapshots.probe_y, "as many values as probe_x")
      .unit("D")
      .range(-1000, 1000);
}

void declare(OptionTable& table, PodConfig& pod) {
  table.add("modes", &pod.modes, "modes to write").range(1, 100000).flag("--modes");
  table
      .add("block_megabytes", &pod.block_megabytes,
           "memory for the block of the data in work; data may be larger")
      .unit("MB")
      .range(1, 1e6);
}

void declare(OptionTable& table, ReportConfig& report) {
  table.add("frames", &report.frames, "frames of the animation").range(2, 200);
  table.add("modes", &report.modes, "modes that are drawn").range(1, 20);
}

void declare(OptionTable& table, ImportConfig& import) {
  table.add("source", &import.source, "array to import: FILE.npy or FILE.h5:/dataset")
      .positional("DATA")
      .required();
  table.add("dt", &import.time_step, "time between snapshots")
      .flag("--dt")
      .range(1e-300, 1e300)
      .required();
  table.add("spacing", &import.spacing, "cell size, one number or one an axis, slowest first")
      .flag("--spacing")
      .range(1e-300, 1e300);
  table.add("origin", &import.origin, "centre of the first cell, one number an axis, slowest first")
      .flag("--origin");
  table.add("axes", &import.axes, "order of the array's axes: t, z, y, x and c for the component")
      .flag("--axes");
  table.add("components", &import.components, "names of the components, default u,v,w")
      .flag("--components");
  table.add("weights", &import.weights, "cell volumes: FILE.npy or FILE.h5:/dataset, [y, x]")
      .flag("--weights");
  table.add("unit", &import.unit, "unit of the values").flag("--unit");
  table.add("length_unit", &import.length_unit, "unit of spacing and origin").flag("--length-unit");
  table.add("time_unit", &import.time_unit, "unit of dt").flag("--time-unit");
}

}  // namespace

void declare(Options& options, Config& config) {
  declare(options.table("flow", "The flow and how it is computed (lattice Boltzmann)"),
          config.flow);
  declare(options.table("domain", "The computed domain and the body in it"), config.domain);
  declare(options.table("snapshots", "What is recorded"), config.snapshots);
  options.table("solver", "Running the solver; does not change its result")
      .add("restart_seconds", &config.snapshots.restart_seconds, "wall time between restart files")
      .unit("s")
      .range(0.01, 1e6);
  options.table("data", "Own snapshots in place of a simulation")
      .add("file", &config.data.file, "file of snapshots made by 'sengen flow-modes import'")
      .path()
      .positional("DATA.h5");
  declare(options.table("pod", "Proper orthogonal decomposition"), config.pod);
  declare(options, config.learning);
  declare(options.table("report", "The page with the pictures"), config.report);
  declare(options.table("import", "Bringing in own arrays"), config.import);
}

}  // namespace sengen::flow_modes
