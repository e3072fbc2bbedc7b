// SPDX-License-Identifier: Apache-2.0
// The parts of the report and what they are made of. All work on the root, from the files of the
// other stages.
#pragma once

#include <string>
#include <vector>

#include <sengen/io/snapshots.hpp>
#include <sengen/report/chart.hpp>
#include <sengen/report/field.hpp>
#include <sengen/report/page.hpp>
#include <sengen/study/context.hpp>
#include <sengen/study/summary.hpp>

#include "config.hpp"

namespace sengen::flow_modes {

// Everything the page is made of.
struct Material {
  const Config& config;
  const study::Context& context;
  const study::Summary& summary;
  const io::SnapshotReader& data;
  const io::Hdf5File& pod;

  const io::SnapshotInfo& info() const { return data.info(); }
  bool is_simulated() const { return config.data.file.empty(); }
};

// report_figures.cpp: the table that a fluid dynamicist looks for first, and why values lie outside
// of what is published; nothing where none does.
std::string explanation(const Config& config, const study::Summary& summary);
void add_figures(report::Page& page, const Material& material);
// report_fields.cpp
void add_animation(report::Page& page, const Material& material);
void add_mean(report::Page& page, const Material& material);
void add_modes(report::Page& page, const Material& material);
// report_series.cpp
void add_forces(report::Page& page, const Material& material);
void add_probes(report::Page& page, const Material& material);
void add_energies(report::Page& page, const Material& material);
void add_coefficients(report::Page& page, const Material& material);
// report_networks.cpp: nonlinear modes beside POD modes, latents, harmonics, training curves.
void add_networks(report::Page& page, const Material& material);
// report_forecast.cpp
void add_forecast(report::Page& page, const Material& material);

// What several parts use. report_fields.cpp: the plane that is drawn (in three dimensions the
// middle one), and one component of it from cells x components values.
report::FieldGrid grid_of(const io::SnapshotInfo& info);
std::vector<float> component(const io::SnapshotInfo& info, const std::vector<float>& values,
                             std::int64_t which);
// report_series.cpp: power against frequency up to a highest one; 1 over a unit of time.
report::Series spectrum_of(const std::string& name, const std::vector<double>& values, double step,
                           double highest);
std::string per(const std::string& unit);

}  // namespace sengen::flow_modes
