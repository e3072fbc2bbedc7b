// SPDX-License-Identifier: Apache-2.0
// The stage simulate: the wake, computed and recorded.
#include "geometry.hpp"
#include "recording.hpp"
#include "stages.hpp"

namespace sengen::flow_modes {

namespace lbm = lattice_boltzmann;

void check_simulation(const Config& config, int ranks) {
  const lbm::Setup setup = solver_setup(config);
  lbm::validate(setup, precision_of(config), ranks);
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
