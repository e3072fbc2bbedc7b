// SPDX-License-Identifier: Apache-2.0
// The stage split: decides which snapshots teach and which judge, by the phase of the flow where
// that is asked for.
#include <sengen/core/error.hpp>
#include <sengen/io/snapshots.hpp>
#include <sengen/linalg/pod.hpp>

#include "slab.hpp"
#include "split.hpp"
#include "stages.hpp"

namespace sengen::flow_modes {

namespace {

std::vector<double> phases_of_flow(const io::SnapshotReader& reader, const Config& config,
                                   study::Context& context) {
  const Slab slab(reader, context.comm());
  linalg::PodOptions options;
  options.modes = 2;
  options.block_bytes = config.pod.block_megabytes << 20;
  options.after_block = [&context] {
    if (context.should_stop()) context.stop("the split will be made anew");
  };
  const linalg::Pod pod = linalg::decompose(slab.snapshots(), options, context.comm());
  if (pod.modes < 2) {
    throw Error(ErrorKind::kInput, "these snapshots have no two modes, hence no phase",
                "set split.hold_out = \"last\" or \"none\"");
  }
  const std::span<const double> a(pod.coefficients);
  const auto times = static_cast<std::size_t>(pod.times);
  return phases_of(a.first(times), a.subspan(times, times), pod.singular_values[0],
                   pod.singular_values[1]);
}

}  // namespace

void split_snapshots(const Config& config, study::Context& context) {
  const io::SnapshotReader reader(data_path(config, context));
  const SplitConfig& split = config.learning.split;
  std::vector<double> phases;
  if (split.hold_out == "phases") phases = phases_of_flow(reader, config, context);
  const Split made =
      make_split(split, reader.info().snapshots(), std::move(phases), context.seed());
  if (context.comm().is_root()) save_split(context.file(kSplitFile), made);
  context.log().info("split: {} snapshots teach, {} decide when to stop, {} judge",
                     made.snapshots(Part::kTrain).size(), made.snapshots(Part::kValidation).size(),
                     made.snapshots(Part::kHeldOut).size());
}

}  // namespace sengen::flow_modes
