// SPDX-License-Identifier: Apache-2.0
// A study's lengths on the solver's grid: the setup of the solver and the recorded window.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <sengen/solvers/lattice_boltzmann/solver.hpp>

#include "config.hpp"

namespace sengen::flow_modes {

// Where the body's centre lies, in cells; between cells, so that the grid is symmetric about it.
struct BodyCentre {
  double x = 0;
  double y = 0;
};

BodyCentre body_centre(const Config& config);

// kUsage when the window or a probe leaves the domain or the body does not fit into it.
lattice_boltzmann::Window recorded_window(const Config& config);
lattice_boltzmann::Setup solver_setup(const Config& config);
lattice_boltzmann::Precision precision_of(const Config& config);
lattice_boltzmann::InitialState initial_state(const Config& config);
// What the body takes of the domain's height.
double blockage(const lattice_boltzmann::Setup& setup);
// What the solver does not know: a body that is not cells_per_diameter high.
std::vector<std::string> warnings(const Config& config, const lattice_boltzmann::Setup& setup);
// Centres of `count` boxes of `factor` cells from cell `first` on, in D from the body's centre.
std::vector<double> window_axis(std::int64_t first, std::int64_t count, std::int64_t factor,
                                double centre, double diameter);

}  // namespace sengen::flow_modes
