// SPDX-License-Identifier: Apache-2.0
// The stage train: every network with every seed, judged on snapshots that taught none of them.
#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>
#include <torch/types.h>

#include <sengen/core/error.hpp>
#include <sengen/io/atomic_file.hpp>
#include <sengen/io/csv.hpp>
#include <sengen/io/hdf5.hpp>
#include <sengen/tensor/device.hpp>

#include "../stages.hpp"
#include "evaluation.hpp"
#include "learning_stages.hpp"
#include "model.hpp"
#include "network_training.hpp"

namespace sengen::flow_modes {

namespace {

// One network from one seed, trained and judged.
struct Outcome {
  std::uint64_t seed = 0;
  TrainedNetwork trained;
  at::Tensor mode_means;
  Evaluation evaluation;
};

struct Spread {
  double mean = 0;
  double deviation = 0;  // of single values from their mean; 0 for one
};

template <class Value>
Spread spread_of(const std::vector<Outcome>& outcomes, const Value& value) {
  Spread spread;
  const auto count = static_cast<double>(outcomes.size());
  for (const Outcome& outcome : outcomes) spread.mean += value(outcome) / count;
  if (outcomes.size() < 2) return spread;
  for (const Outcome& outcome : outcomes) {
    spread.deviation += std::pow(value(outcome) - spread.mean, 2) / (count - 1);
  }
  spread.deviation = std::sqrt(spread.deviation);
  return spread;
}

// The one whose weights are kept: chosen by what it was taught with, not by what judges it.
const Outcome& best_of(const std::vector<Outcome>& outcomes) {
  const auto merit = [](const Outcome& outcome) {
    const double validation = outcome.trained.result.best_validation;
    return std::isfinite(validation) ? validation : outcome.evaluation.training_error;
  };
  return *std::min_element(outcomes.begin(), outcomes.end(),
                           [&](const Outcome& a, const Outcome& b) { return merit(a) < merit(b); });
}

class NetworksFile {
 public:
  NetworksFile(const study::Context& context, const FieldData& data)
      : target_(context.file(kNetworksFile)), file_(io::Hdf5File::create(target_)) {
    file_.set_attribute("/", "format", std::string("sengen flow-modes networks"));
    file_.set_attribute("/", "variance", data.variance());
  }

  void add(const NetworkPlan& plan, const Outcome& outcome) {
    const std::string group = fmt::format("/{}-{}", plan.name, outcome.seed);
    const train::Curve& curve = outcome.trained.result.curve;
    write(group + "/update", curve.update);
    write(group + "/loss", curve.loss);
    write(group + "/validation", curve.validation);
    const Evaluation& evaluation = outcome.evaluation;
    const std::int64_t latents = plan.shape.latents;
    file_.write(group + "/latents",
                {static_cast<std::int64_t>(evaluation.latents.size()) / latents, latents},
                evaluation.latents.data());
    write(group + "/flow_harmonics", evaluation.flow_harmonics);
    write(group + "/lost_harmonics", evaluation.lost_harmonics);
    std::vector<double> energy;
    std::vector<double> explained;
    std::vector<double> harmonics;
    for (const ModeEnergy& mode : evaluation.modes) {
      energy.push_back(mode.energy);
      explained.push_back(mode.explained);
      harmonics.insert(harmonics.end(), mode.harmonics.begin(), mode.harmonics.end());
    }
    write(group + "/mode_energy", energy);
    write(group + "/mode_explained", explained);
    if (!harmonics.empty()) {
      file_.write(group + "/mode_harmonics",
                  {static_cast<std::int64_t>(evaluation.modes.size()), kHarmonics},
                  harmonics.data());
    }
    file_.set_attribute(group, "error", evaluation.error);
    file_.set_attribute(group, "training_error", evaluation.training_error);
    file_.set_attribute(group, "latent_angle", evaluation.latent_angle);
    file_.set_attribute(group, "updates", outcome.trained.result.updates);
    file_.set_attribute(group, "parameters",
                        nn::count_numbers(nn::tensors_of(outcome.trained.network)));
  }

  // Some snapshots with what the network that is kept makes of them, for pictures.
  void add_pictures(const NetworkPlan& plan, const Outcome& outcome, const FieldData& data,
                    std::int64_t count) {
    std::vector<std::int64_t> snapshots(
        static_cast<std::size_t>(std::min(count, data.snapshots())));
    std::iota(snapshots.begin(), snapshots.end(), 0);
    file_.set_attribute("/", "shown", fmt::format("{}-{}", plan.name, outcome.seed));
    const Decoded decoded = pass_through(outcome.trained.network, data.images(snapshots));
    const double scale = data.normalisation().scale;
    const auto write_fields = [&](const std::string& name, const at::Tensor& fields) {
      const at::Tensor plain = (fields * scale).to(at::kCPU, at::kFloat).contiguous();
      file_.write("/pictures/" + name, {plain.sizes().begin(), plain.sizes().end()},
                  plain.const_data_ptr<float>());
    };
    write_fields("fluctuation", decoded.images);
    write_fields("modes", decoded.modes - outcome.mode_means);
    write_fields("reconstruction", decoded.modes.sum(1));
  }

  void commit() {
    file_.close();
    target_.commit();
  }

 private:
  void write(const std::string& name, const std::vector<double>& values) {
    if (values.empty()) return;
    file_.write(name, {static_cast<std::int64_t>(values.size())}, values.data());
  }

  io::AtomicFile target_;
  io::Hdf5File file_;
};

void record_metrics(const NetworkPlan& plan, const std::vector<Outcome>& outcomes,
                    const Split& split, study::Context& context) {
  const Spread error =
      spread_of(outcomes, [](const Outcome& outcome) { return outcome.evaluation.error; });
  const std::string what = fmt::format(
      "relative L2 of the fluctuations on {}, mean of {} seeds, {} updates",
      split.judges_in_words(), outcomes.size(), outcomes.front().trained.result.updates);
  context.metric(plan.metric(), {.value = error.mean, .source = what});
  if (outcomes.size() > 1) {
    context.metric(plan.metric() + "_spread",
                   {.value = error.deviation, .source = "standard deviation over the seeds"});
  }
  const Outcome& best = best_of(outcomes);
  context.metric(plan.name + "_training_error",
                 {.value = best.evaluation.training_error,
                  .source = "the same on the snapshots that taught, best seed"});
  if (split.phases.empty()) return;
  if (plan.shape.latents > 1) {
    context.metric(plan.name + "_latent_angle",
                   {.value = best.evaluation.latent_angle,
                    .unit = "degrees",
                    .source = "between the first harmonics of latents 1 and 2, best seed"});
  }
  for (std::size_t n = 0; n < 3; ++n) {
    context.metric(
        fmt::format("{}_lost_harmonic_{}", plan.name, n + 1),
        {.value = best.evaluation.lost_harmonics[n],
         .source = fmt::format("energy of the error's harmonic {} over that of the flow, "
                               "which has {:.3g} there",
                               n + 1, best.evaluation.flow_harmonics[n])});
  }
  for (std::size_t k = 0; !plan.shape.joint && k < best.evaluation.modes.size(); ++k) {
    context.metric(fmt::format("{}_mode_{}_energy", plan.name, k + 1),
                   {.value = best.evaluation.modes[k].energy,
                    .source = "energy of this mode alone over that of the flow; modes that cancel "
                              "have more than 1 together"});
  }
}

TrainingRange range_of(const Outcome& outcome, const FieldData& data, const Split& split) {
  TrainingRange range;
  const std::vector<std::int64_t> teaching = split.snapshots(Part::kTrain);
  at::Tensor low;
  at::Tensor high;
  for (const std::int64_t t : teaching) {
    const std::vector<std::int64_t> one = {t};
    const at::Tensor images =
        data.images(one).to(at::kCPU) * data.normalisation().scale + data.normalisation().mean;
    low = low.defined() ? at::minimum(low, images.amin({0, 2, 3})) : images.amin({0, 2, 3});
    high = high.defined() ? at::maximum(high, images.amax({0, 2, 3})) : images.amax({0, 2, 3});
  }
  for (std::int64_t c = 0; c < low.size(0); ++c) {
    range.field_low.push_back(low[c].item<double>());
    range.field_high.push_back(high[c].item<double>());
  }
  const std::vector<double>& latents = outcome.evaluation.latents;
  const std::int64_t count = outcome.trained.network.shape().latents;
  for (std::int64_t k = 0; k < count; ++k) {
    double least = std::numeric_limits<double>::infinity();
    double most = -least;
    for (const std::int64_t t : teaching) {
      const double value = latents[static_cast<std::size_t>(t * count + k)];
      least = std::min(least, value);
      most = std::max(most, value);
    }
    range.latent_low.push_back(least);
    range.latent_high.push_back(most);
  }
  return range;
}

void save_network(const NetworkPlan& plan, const Outcome& best, const FieldData& data,
                  const Split& split, const study::Context& context) {
  const io::SnapshotInfo& info = data.info();
  Model model{.name = plan.name,
              .network = best.trained.network,
              .normalisation = data.normalisation(),
              .mode_means = best.mode_means,
              .grid = info,
              .time_step = info.time_step(),
              .range = range_of(best, data, split),
              .snapshots_per_period = split.phases.empty() ? 0 : split.snapshots_per_period()};
  if (model.grid.solid.empty()) {
    model.grid.solid.assign(static_cast<std::size_t>(info.cells()), 0);
  }
  save_model(context.file(kNetworkFile), model);

  io::CsvTable table;
  table.columns = {"time"};
  const std::int64_t latents = plan.shape.latents;
  for (std::int64_t k = 0; k < latents; ++k) table.columns.push_back(fmt::format("r{}", k + 1));
  for (std::int64_t t = 0; t < info.snapshots(); ++t) {
    const auto row = best.evaluation.latents.begin() + t * latents;
    table.rows.push_back({info.times[static_cast<std::size_t>(t)]});
    table.rows.back().insert(table.rows.back().end(), row, row + latents);
  }
  io::write_csv(context.file(kLatentsFile), table);
}

}  // namespace

void train_networks(const Config& config, study::Context& context) {
  const LearningConfig& learning = config.learning;
  const at::TensorOptions options = tensor_options(learning.train, context.comm());
  const io::SnapshotReader reader(data_path(config, context));
  const Split split = load_split(context.file(kSplitFile));
  FieldData data(reader, learning.train.memory_megabytes, options);
  data.normalise_by(split.snapshots(Part::kTrain), learning.network.scale, context.comm());
  context.metric("phase_interpolation_error",
                 {.value = phase_interpolation_error(data, split, context.comm()),
                  .source = "linear, between the two teaching snapshots of the nearest phases"});

  const bool root = context.comm().is_root();
  std::optional<NetworksFile> file;
  if (root) file.emplace(context, data);
  for (const std::string& name : learning.train.networks) {
    const NetworkPlan plan = plan_network(name, learning.network, data.size(), data.components());
    std::vector<Outcome> outcomes;
    for (std::int64_t s = 0; s < learning.train.seeds; ++s) {
      const std::uint64_t seed = context.seed() + static_cast<std::uint64_t>(s);
      Outcome outcome{seed, train_network(plan, seed, data, split, learning, context), {}, {}};
      outcome.mode_means = settle_gauge(outcome.trained.network, data, split, context.comm());
      outcome.evaluation =
          evaluate(outcome.trained.network, outcome.mode_means, data, split, context.comm());
      context.log().info("{}, seed {}: error {:.4f} on {}, {:.4f} on what taught it", name, seed,
                         outcome.evaluation.error, split.judges_in_words(),
                         outcome.evaluation.training_error);
      if (root) file->add(plan, outcome);
      outcomes.push_back(std::move(outcome));
    }
    record_metrics(plan, outcomes, split, context);
    if (name != learning.train.networks.front()) continue;
    context.metric("train_samples_per_second",
                   {.value = spread_of(outcomes,
                                       [](const Outcome& outcome) {
                                         return outcome.trained.samples_per_second;
                                       })
                                 .mean,
                    .unit = "1/s",
                    .source = fmt::format("{} at {} x {}, batch {}", name, plan.shape.size.width,
                                          plan.shape.size.height, learning.train.batch)});
    const Outcome& best = best_of(outcomes);
    if (!root) continue;
    save_network(plan, best, data, split, context);
    file->add_pictures(plan, best, data, learning.train.pictures);
  }
  if (root) file->commit();
}

}  // namespace sengen::flow_modes
