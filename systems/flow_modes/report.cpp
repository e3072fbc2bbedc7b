// SPDX-License-Identifier: Apache-2.0
// The stage report: what a wake looks like, how it is decomposed, and beside which published
// figures it stands. Drawn by the root from the files of the other stages.
#include <fstream>
#include <sstream>

#include "report_parts.hpp"
#include "stages.hpp"

namespace sengen::flow_modes {

namespace {

std::string text_of(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// POD of data that does not move has no modes to draw.
void add_decomposition(report::Page& page, const Material& material) {
  page.add_section("Decomposition");
  if (material.pod.shape("/modes").front() == 0) {
    page.add_text("Nothing fluctuates in these data: there are no modes.");
    return;
  }
  add_energies(page, material);
  add_modes(page, material);
  add_coefficients(page, material);
}

}  // namespace

void make_report(const Config& config, study::Context& context) {
  if (!context.comm().is_root()) return;
  const io::SnapshotReader data(data_path(config, context));
  const io::Hdf5File pod = io::Hdf5File::open(context.file(kPodFile));
  const auto summary = study::Summary::load(context.directory());
  const Material material{config, context, summary, data, pod};
  report::Page page("Modes of an unsteady flow", data.info().source);
  page.add_section("Figures");
  add_figures(page, material);
  page.add_section("Flow");
  add_animation(page, material);
  add_mean(page, material);
  if (material.is_simulated()) {
    add_forces(page, material);
    add_probes(page, material);
  }
  add_decomposition(page, material);
  if (!config.learning.train.networks.empty()) {
    add_networks(page, material);
    add_forecast(page, material);
  }
  page.add_section("Provenance");
  page.add_provenance(study::Manifest::load(context.directory()), summary,
                      text_of(context.file("config.resolved.toml")));
  page.save(context.file(kReportFile));
}

}  // namespace sengen::flow_modes
